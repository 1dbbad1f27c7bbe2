"""CSV reader: encoding and separator found from the content, strict quotes, bounded."""

import codecs
import csv
from collections.abc import Iterator
from io import StringIO

from socle.tableurs.modele import Limites, TableauIllisible, nombre_fr
from socle.tableurs.valeurs import nettoyer, retablir

_SEPARATEURS = (";", "\t", ",")
_ECHANTILLON = 65_536
_LIGNES_ECHANTILLON = 50


def lire_csv(contenu: bytes, limites: Limites, avertissements: list[str]) -> Iterator[tuple[int, list[str]]]:
    """(line number in the spreadsheet, cells): a text on several lines is one line of spreadsheet."""
    texte = _decoder(contenu, avertissements)
    separateur = ""
    if texte[:4].lower() == "sep=" and texte[4:5]:
        # Excel's own hint; Excel does not show that line.
        separateur, texte = texte[4], texte[5:].lstrip("\r").removeprefix("\n")
    separateur = separateur or _separateur(texte)
    lecteur = csv.reader(StringIO(texte, newline=""), delimiter=separateur, strict=True)
    cellules = largeur = 0
    courtes: list[int] = []
    for numero, valeurs in enumerate(_lignes(lecteur), start=1):
        cellules += len(valeurs)
        _verifier(numero, valeurs, cellules, limites)
        largeur = largeur or len(valeurs)
        if 0 < len(valeurs) < largeur:
            courtes.append(numero)
        yield numero, [retablir(nettoyer(valeur)) for valeur in valeurs]
    if courtes:
        avertissements.append(
            f"{nombre_fr(len(courtes))} ligne(s) ont moins de cellules que de titres (la première : "
            f"{courtes[0]}) : la fin a été lue comme vide."
        )


def _lignes(lecteur: Iterator[list[str]]) -> Iterator[list[str]]:
    """The rows, the library's own errors told in French."""
    numero = 0
    try:
        for numero, valeurs in enumerate(lecteur, start=1):  # noqa: B007 - used in the message
            yield valeurs
    except csv.Error as erreur:
        if "expected after" in str(erreur):
            raise TableauIllisible(
                f'Ligne {numero + 1} : un guillemet " fermant est suivi d’autre chose qu’un séparateur. '
                'Dans un texte entre guillemets, un guillemet se double ("").'
            ) from None
        raise TableauIllisible(
            f'Ligne {numero + 1} : un guillemet " est ouvert et jamais refermé (ou la cellule est '
            "démesurée). Corrigez cette ligne, puis recommencez."
        ) from None


def _decoder(contenu: bytes, avertissements: list[str]) -> str:
    """UTF-8, UTF-16 with its mark, else Windows-1252 with a word to the user."""
    if contenu.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodage = "utf-16"
    elif b"\x00" in contenu:
        raise TableauIllisible(
            "Le fichier contient des octets nuls : ce n’est pas un fichier CSV lisible. Ouvrez-le dans un "
            "tableur et enregistrez-le au format CSV UTF-8, XLSX ou ODS."
        )
    else:
        encodage = "utf-8-sig"
    try:
        texte = contenu.decode(encodage)
    except UnicodeDecodeError:
        texte = _decoder_cp1252(contenu) if encodage != "utf-16" else ""
        avertissements.append(
            "Le fichier n’est pas en UTF-8 ; il a été lu en Windows-1252. Vérifiez les accents."
        )
    if not texte.strip() or "\x00" in texte:
        raise TableauIllisible("Le fichier ne contient aucun texte lisible.")
    return texte


def _decoder_cp1252(contenu: bytes) -> str:
    try:
        return contenu.decode("cp1252")
    except UnicodeDecodeError as erreur:
        ligne = contenu.count(b"\n", 0, erreur.start) + 1
        raise TableauIllisible(
            f"Ligne {ligne} : un caractère n’appartient ni à l’UTF-8 ni au Windows-1252. Enregistrez le "
            "fichier au format « CSV UTF-8 »."
        ) from None


def _separateur(texte: str) -> str:
    """The separator that cuts the first lines the most regularly; « ; » when nothing decides."""
    notes = [(_regularite(texte[:_ECHANTILLON], separateur), separateur) for separateur in _SEPARATEURS]
    return max(notes, key=lambda note: note[0])[1]


def _regularite(echantillon: str, separateur: str) -> tuple[bool, float, int]:
    largeurs: list[int] = []
    try:
        for valeurs in csv.reader(StringIO(echantillon, newline=""), delimiter=separateur):
            if valeurs:
                largeurs.append(len(valeurs))
            if len(largeurs) == _LIGNES_ECHANTILLON:
                break
    except csv.Error:
        pass  # the strict reading will say where
    if not largeurs or largeurs[0] == 1:
        return False, 0.0, 0
    return True, largeurs.count(largeurs[0]) / len(largeurs), largeurs[0]


def _verifier(numero: int, valeurs: list[str], cellules: int, limites: Limites) -> None:
    if numero > limites.lignes + 1:
        raise TableauIllisible(
            f"Le fichier dépasse la limite de {nombre_fr(limites.lignes)} lignes. Partagez-le."
        )
    if len(valeurs) > limites.colonnes and any(valeurs[limites.colonnes :]):
        raise TableauIllisible(
            f"Ligne {numero} : {len(valeurs)} colonnes ; la limite est de {limites.colonnes}."
        )
    if cellules > limites.cellules:
        raise TableauIllisible(
            f"Le fichier dépasse la limite de {nombre_fr(limites.cellules)} cellules. Partagez-le."
        )
    if any(len(valeur) > limites.caracteres_par_cellule for valeur in valeurs):
        raise TableauIllisible(
            f"Ligne {numero} : une cellule contient plus de {nombre_fr(limites.caracteres_par_cellule)} "
            "caractères."
        )
