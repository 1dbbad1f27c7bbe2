"""What a spreadsheet is for us: columns to write, lines read back, and the limits of a reading."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

type_de_colonne = Literal["texte", "entier", "decimal", "date", "booleen"]
format_de_tableau = Literal["csv", "xlsx", "ods"]
Lignes = Iterable[Mapping[str, Any]] | Iterable[Sequence[Any]]

TYPES_MIME: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


class TableauIllisible(Exception):
    """The file cannot be read as one table; the message says what, where and how to mend, in French."""


@dataclass(frozen=True)
class Colonne:
    """One column to write; `cle` picks the value in a mapping, `largeur` is in characters."""

    cle: str
    titre: str
    type: type_de_colonne = "texte"
    largeur: int = 18


@dataclass(frozen=True)
class Ligne:
    """One line read; `numero` is the number shown at the left of the user's own spreadsheet."""

    numero: int
    valeurs: dict[str, str]


@dataclass(frozen=True)
class Limites:
    """Where a reading stops, whatever the file claims (reliability.md row 18)."""

    octets: int = 12_000_000
    octets_decompresses: int = 120_000_000
    membres: int = 500
    colonnes: int = 200
    lignes: int = 20_000
    cellules: int = 1_000_000
    caracteres_par_cellule: int = 32_767
    caracteres: int = 30_000_000
    balises: int = 2_400_000
    memoire: int = 190_000_000
    secondes_de_calcul: int = 15
    secondes: int = 30


LIMITES = Limites()


@dataclass(frozen=True)
class Tableau:
    """A table read: its headers, its non-empty lines and what the user should be told."""

    entetes: list[str]
    lignes: list[Ligne]
    avertissements: list[str] = field(default_factory=list)
    # Place of each header in the user's sheet (0 = column A); empty columns may stand in between.
    positions: dict[str, int] = field(default_factory=dict)

    def reperer(self, ligne: Ligne | int, entete: str) -> str:
        """« ligne 12, colonne C « quotité » »: where the user has to look."""
        numero = ligne if isinstance(ligne, int) else ligne.numero
        return f"ligne {numero}, colonne {lettre_de_colonne(self.positions[entete])} « {entete} »"


def lettre_de_colonne(indice: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    lettres = ""
    indice += 1
    while indice:
        indice, reste = divmod(indice - 1, 26)
        lettres = chr(65 + reste) + lettres
    return lettres


def nombre_fr(nombre: int) -> str:
    """12000 → « 12 000 », with the no-break space of French numbers."""
    return f"{nombre:,}".replace(",", "\u202f")
