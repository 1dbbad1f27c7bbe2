"""ODS reader: streaming, first visible sheet, repeated rows and cells expanded within the limits."""

import re
from datetime import datetime
from decimal import InvalidOperation
from zipfile import ZipFile

from socle.tableurs.modele import Limites, TableauIllisible
from socle.tableurs.recolte import (
    Lecteur,
    Recolte,
    choisir_feuille,
    reference,
    refuser_erreur,
    refuser_fusion,
    refuser_non_calculee,
)
from socle.tableurs.valeurs import texte_de_duree, texte_de_flottant, texte_instant

_CELLULES = {"table:table-cell", "table:covered-table-cell"}
# Subtrees with text or cells that are not the cell's own content.
_HORS_SUJET = {
    "office:annotation", "table:shapes", "table:tracked-changes", "table:dde-links", "office:forms",
    "draw:frame", "draw:g", "draw:custom-shape", "draw:control", "table:scenario",
}  # fmt: skip
_DUREE = re.compile(r"(-?)P(?:(\d{1,6})D)?T?(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})(?:[.,]\d+)?S)?")
# Marks put in place of explicit spaces while the literal ones collapse; XML cannot carry them.
_ESPACE, _TABULATION, _RETOUR = "\x00", "\x01", "\x02"
_MARQUES = str.maketrans({_ESPACE: " ", _TABULATION: "\t", _RETOUR: "\n"})


def lire_ods(archive: ZipFile, recolte: Recolte) -> None:
    """Read the first visible sheet into `recolte`."""
    feuilles = _Feuilles(recolte.limites)
    feuilles.parcourir(archive, "content.xml")
    choisie = choisir_feuille(recolte, feuilles.lues())
    _Contenu(recolte, choisie).parcourir(archive, "content.xml")


class _Feuilles(Lecteur):
    """First pass: names of the sheets and which are hidden."""

    def __init__(self, limites: Limites) -> None:
        super().__init__(limites)
        self._tables: list[tuple[str, str]] = []
        self._masques: set[str] = set()
        self._style = ""
        self._niveau = self._hors_sujet = 0

    def lues(self) -> list[tuple[str, bool]]:
        """(name, hidden) of each sheet, in order."""
        return [(nom, style in self._masques) for nom, style in self._tables]

    def debut(self, nom: str, attributs: dict[str, str]) -> None:
        if self._hors_sujet or nom in _HORS_SUJET:
            self._hors_sujet += 1
        elif nom == "table:table":
            self._niveau += 1
            if self._niveau == 1:
                table = attributs.get("table:name", ""), attributs.get("table:style-name", "")
                self._tables.append(table)
        elif nom == "style:style":
            self._style = attributs.get("style:name", "")
        elif nom == "style:table-properties" and attributs.get("table:display") == "false":
            self._masques.add(self._style)

    def fin(self, nom: str) -> None:
        if self._hors_sujet:
            self._hors_sujet -= 1
        elif nom == "table:table":
            self._niveau -= 1


class _Contenu(Lecteur):
    """Second pass: the cells of the chosen sheet."""

    def __init__(self, recolte: Recolte, choisie: int) -> None:
        super().__init__(recolte.limites)
        self._recolte, self._choisie = recolte, choisie
        self._rang = -1
        self._niveau = self._hors_sujet = self._longueur = 0
        self._numero, self._fois, self._indice = 1, 1, 0
        self._ligne: dict[int, str] = {}
        self._cellule: dict[str, str] | None = None
        self._paragraphes: list[str] = []
        self._morceaux: list[str] | None = None

    def debut(self, nom: str, attributs: dict[str, str]) -> None:
        if self._hors_sujet or nom in _HORS_SUJET:
            self._hors_sujet += 1
        elif nom == "table:table":
            self._niveau += 1
            self._rang += self._niveau == 1
        elif self._rang != self._choisie or self._niveau != 1:
            return
        elif nom in _CELLULES:
            self._ouvrir_cellule(attributs)
        elif nom == "text:p":
            self._morceaux = []
        elif nom == "table:table-row":
            self._fois, self._indice, self._ligne = _fois(attributs, "rows"), 0, {}
            if attributs.get("table:visibility", "visible") != "visible":
                self._recolte.lignes_masquees.append(self._numero)
        elif self._morceaux is not None:
            self._marque(nom, attributs)

    def fin(self, nom: str) -> None:
        if self._hors_sujet:
            self._hors_sujet -= 1
        elif nom == "table:table":
            self._niveau -= 1
        elif self._rang != self._choisie or self._niveau != 1:
            return
        elif nom == "text:p" and self._morceaux is not None:
            self._paragraphes.append(_paragraphe("".join(self._morceaux)))
            self._morceaux = None
        elif nom in _CELLULES and self._cellule is not None:
            self._fermer_cellule(self._cellule)
        elif nom == "table:table-row":
            self._recolte.ligne(self._numero, self._ligne, self._fois)
            self._numero += self._fois

    def donnees(self, texte: str) -> None:
        if self._morceaux is not None and not self._hors_sujet:
            self._ajouter(texte)

    def _ajouter(self, texte: str) -> None:
        self._longueur += len(texte)
        self._recolte.verifier_longueur(self._longueur, f"La cellule {self._ici()}")
        assert self._morceaux is not None  # noqa: S101 - for the type checker: both callers checked
        self._morceaux.append(texte)

    def _marque(self, nom: str, attributs: dict[str, str]) -> None:
        if nom == "text:s":
            nombre = min(_nombre(attributs.get("text:c")), self._recolte.limites.caracteres_par_cellule + 1)
            self._ajouter(_ESPACE * nombre)
        elif nom == "text:tab":
            self._ajouter(_TABULATION)
        elif nom == "text:line-break":
            self._ajouter(_RETOUR)

    def _ici(self) -> str:
        return reference(self._numero, self._indice)

    def _ouvrir_cellule(self, attributs: dict[str, str]) -> None:
        colonnes = _nombre(attributs.get("table:number-columns-spanned"))
        lignes = _nombre(attributs.get("table:number-rows-spanned"))
        if colonnes > 1 or lignes > 1:
            fin = reference(self._numero + lignes - 1, self._indice + colonnes - 1)
            refuser_fusion(f"{self._ici()}:{fin}")
        self._cellule, self._paragraphes, self._longueur = attributs, [], 0

    def _fermer_cellule(self, cellule: dict[str, str]) -> None:
        fois = _fois(cellule, "columns")
        if "table:formula" in cellule:
            self._recolte.formules.append(self._ici())
            if "office:value-type" not in cellule:
                refuser_non_calculee(self._ici())
        try:
            valeur = self._valeur(cellule)
        except (ValueError, InvalidOperation, OverflowError):
            raise TableauIllisible(f"La cellule {self._ici()} contient une valeur illisible.") from None
        if valeur:
            self._recolte.verifier_colonne(self._numero, self._indice + fois - 1)
            for rang in range(fois):
                self._ligne[self._indice + rang] = valeur
        self._indice += fois
        self._cellule = None

    def _valeur(self, cellule: dict[str, str]) -> str:
        affiche = "\n".join(self._paragraphes)
        if cellule.get("calcext:value-type") == "error":
            refuser_erreur(self._ici(), affiche)
        type_ = cellule.get("office:value-type", "string")
        if type_ in {"float", "percentage", "currency"}:
            return texte_de_flottant(cellule.get("office:value", affiche))
        if type_ == "boolean":
            return "oui" if cellule.get("office:boolean-value") == "true" else "non"
        if type_ == "date":
            return texte_instant(datetime.fromisoformat(cellule.get("office:date-value", "")))
        if type_ == "time":
            return _duree(cellule.get("office:time-value", ""))
        return affiche if self._paragraphes else cellule.get("office:string-value", "")


def _paragraphe(brut: str) -> str:
    """Literal white space collapses and vanishes at both ends; explicit marks are kept."""
    return re.sub("[ \t\r\n]+", " ", brut).strip(" ").translate(_MARQUES)


def _duree(brut: str) -> str:
    """PT27H30M00S → « 27:30 »."""
    trouve = _DUREE.fullmatch(brut)
    if not trouve:
        raise ValueError(brut)
    jours, heures, minutes, secondes = (int(nombre or 0) for nombre in trouve.groups()[1:])
    total = ((jours * 24 + heures) * 60 + minutes) * 60 + secondes
    return texte_de_duree(-total if trouve[1] else total)


def _nombre(brut: str | None) -> int:
    return int(brut) if brut and brut.isdecimal() and len(brut) < 10 else 1


def _fois(attributs: dict[str, str], quoi: str) -> int:
    return max(1, _nombre(attributs.get(f"table:number-{quoi}-repeated")))
