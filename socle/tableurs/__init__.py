"""Spreadsheets in and out: one writer, one reader, three formats (CSV, XLSX, ODS)."""

from socle.tableurs.csv_fr import flux_csv
from socle.tableurs.ecriture import ecrire_tableau
from socle.tableurs.entetes import Correspondance, correspondance
from socle.tableurs.lecture import lire_tableau
from socle.tableurs.modele import (
    LIMITES,
    TYPES_MIME,
    Colonne,
    Ligne,
    Limites,
    Tableau,
    TableauIllisible,
)
from socle.tableurs.valeurs import lire_booleen, lire_date, lire_decimal, lire_entier

__all__ = [
    "LIMITES",
    "TYPES_MIME",
    "Colonne",
    "Correspondance",
    "Ligne",
    "Limites",
    "Tableau",
    "TableauIllisible",
    "correspondance",
    "ecrire_tableau",
    "flux_csv",
    "lire_booleen",
    "lire_date",
    "lire_decimal",
    "lire_entier",
    "lire_tableau",
]
