"""The one reader: what a person uploads becomes a table of texts, or a sentence that says what to mend."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from socle.tableurs.lecture_csv import lire_csv
from socle.tableurs.modele import LIMITES, Ligne, Limites, Tableau, TableauIllisible, lettre_de_colonne

_RACINE = Path(__file__).resolve().parent.parent.parent
_ACCEPTES = "Formats acceptés : CSV, XLSX (Excel), ODS (LibreOffice)."
_LIGNES_CITEES = 5
# First bytes → what the file really is, whatever its extension says.
_SIGNATURES = (
    (b"\x1f\x8b", "est compressé (gzip, ou classeur Gnumeric). Décompressez-le ou enregistrez-le en ODS"),
    (b"7z\xbc\xaf", "est une archive 7z"),
    (b"Rar!", "est une archive RAR"),
    (b"%PDF", "est un PDF"),
    (b"{\\rtf", "est un document RTF"),
    (b"version https://git-lfs", "est un pointeur Git LFS, pas le fichier lui-même. Téléchargez l’original"),
)


def lire_tableau(contenu: bytes, *, nom: str, limites: Limites = LIMITES) -> Tableau:
    """Read an uploaded file by its content; `nom` is only quoted in messages.

    Raises TableauIllisible. Lines keep the number that the user sees; empty lines are skipped. A header
    without any line is a table with no line: the caller decides.
    """
    avertissements: list[str] = []
    _refuser_selon_le_contenu(contenu, nom, limites)
    if contenu.startswith(b"PK"):
        brutes: Iterable[tuple[int, list[str]]] = _lire_classeur(contenu, limites, avertissements)
    else:
        brutes = lire_csv(contenu, limites, avertissements)
    return _assembler(brutes, avertissements, nom)


def _refuser_selon_le_contenu(contenu: bytes, nom: str, limites: Limites) -> None:
    if not contenu.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise TableauIllisible(f"Le fichier « {nom} » est vide.")
    if len(contenu) > limites.octets:
        raise TableauIllisible(
            f"Le fichier « {nom} » pèse {len(contenu) / 1e6:.1f} Mo ; ".replace(".", ",")
            + f"la limite est de {limites.octets // 1_000_000} Mo."
        )
    for signature, nature in _SIGNATURES:
        if contenu.startswith(signature):
            raise TableauIllisible(f"Le fichier « {nom} » {nature}. {_ACCEPTES}")
    if contenu.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in contenu:
            raise TableauIllisible(
                f"Le classeur « {nom} » est protégé par un mot de passe. Enregistrez-le sans protection."
            )
        raise TableauIllisible(
            f"Le fichier « {nom} » est au format Excel 97-2003 (.xls). Enregistrez-le au format XLSX. "
            + _ACCEPTES
        )
    if contenu[:512].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise TableauIllisible(
            f"Le fichier « {nom} » est une page web ou du XML, pas un tableau. Ouvrez-le dans un tableur "
            f"et enregistrez-le. {_ACCEPTES}"
        )


def _lire_classeur(
    contenu: bytes, limites: Limites, avertissements: list[str]
) -> Iterator[tuple[int, list[str]]]:
    """Lines of an XLSX or ODS, parsed by the sandbox (reliability.md row 18)."""
    trop_lourd = "Le classeur demande trop de mémoire ou de temps pour être lu : il est refusé."
    commande = [sys.executable, "-m", "socle.tableurs.bac_a_sable", json.dumps(asdict(limites))]
    try:
        fin = subprocess.run(  # noqa: S603 - our own interpreter and module, the file goes by stdin
            commande,
            input=contenu,
            capture_output=True,
            timeout=limites.secondes,
            cwd=_RACINE,
            env={},  # no secret of the service within reach
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TableauIllisible(trop_lourd) from None
    *lignes, dernier = fin.stdout.splitlines() or [b""]
    # A child stopped by the kernel (memory, time) leaves an unfinished line.
    conclusion = json.loads(dernier) if fin.returncode == 0 else {"erreur": trop_lourd}
    if "erreur" in conclusion:
        raise TableauIllisible(conclusion["erreur"])
    avertissements.extend(conclusion["avertissements"])
    for ligne in lignes:
        numero, valeurs = json.loads(ligne)
        yield numero, valeurs


def _assembler(brutes: Iterable[tuple[int, list[str]]], avertissements: list[str], nom: str) -> Tableau:
    """The first filled line gives the headers, the others are lines of data."""
    remplies = ((numero, valeurs) for numero, valeurs in brutes if any(map(str.strip, valeurs)))
    premiere = next(remplies, None)
    if premiere is None:
        raise TableauIllisible(f"Le fichier « {nom} » ne contient aucune donnée.")
    positions = _positions(*premiere)
    largeur = len(premiere[1])
    sans_titre = sorted(set(range(largeur)) - set(positions.values()))
    lignes: list[Ligne] = []
    longues: list[int] = []
    for numero, valeurs in remplies:
        if any(valeurs[largeur:]):
            longues.append(numero)
        completes = valeurs + [""] * (largeur - len(valeurs))
        _refuser_sans_titre(numero, completes, sans_titre)
        lignes.append(Ligne(numero, {titre: completes[indice] for titre, indice in positions.items()}))
    _refuser_decalage(longues, largeur)
    return Tableau(list(positions), lignes, avertissements, positions)


def _refuser_sans_titre(numero: int, valeurs: list[str], sans_titre: list[int]) -> None:
    for indice in sans_titre:
        if valeurs[indice].strip():
            raise TableauIllisible(
                f"Ligne {numero}, colonne {lettre_de_colonne(indice)} : une valeur se trouve dans une "
                "colonne sans titre."
            )


def _positions(numero: int, titres: list[str]) -> dict[str, int]:
    """Header → place; empty headers are left out, twins are refused."""
    positions: dict[str, int] = {}
    for indice, brut in enumerate(titres):
        titre = brut.strip()
        if titre in positions:
            raise TableauIllisible(
                f"Ligne {numero} : le titre « {titre} » figure deux fois (colonnes "
                f"{lettre_de_colonne(positions[titre])} et {lettre_de_colonne(indice)})."
            )
        if titre:
            positions[titre] = indice
    return positions


def _refuser_decalage(longues: list[int], largeur: int) -> None:
    if not longues:
        return
    citees = ", ".join(map(str, longues[:_LIGNES_CITEES]))
    suite = f" et {len(longues) - _LIGNES_CITEES} autre(s)" if len(longues) > _LIGNES_CITEES else ""
    raise TableauIllisible(
        f"Des lignes ont plus de cellules que les {largeur} colonnes du titre : {citees}{suite}. Un texte "
        "contient sans doute le séparateur sans être entre guillemets ; les valeurs seraient décalées."
    )
