"""The PsyEN file as a spreadsheet: the columns that the import reads back."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from psyen.enums import Statut
from psyen.models import PsyEN
from socle.tableurs import Colonne

COLONNES_PSYENS = (
    Colonne("nom", "nom", largeur=25),
    Colonne("prenom", "prénom", largeur=20),
    Colonne("courriel", "courriel", largeur=35),
    Colonne("actuel__cio__nom", "CIO", largeur=30),
    Colonne("statut", "statut", largeur=30),
    Colonne("actuel__quotite", "quotité", "decimal", largeur=10),
    Colonne("actuel__date_debut", "du", "date", largeur=12),
    Colonne("actuel__date_fin", "au", "date", largeur=12),
)
_STATUTS = dict(Statut.choices)
_STATUT = [colonne.cle for colonne in COLONNES_PSYENS].index("statut")


def lignes_psyens(queryset: QuerySet[PsyEN]) -> Iterator[list[Any]]:
    """Rows read by `avec_rattachement`, the statut in words."""
    for valeurs in queryset.values_list(*(colonne.cle for colonne in COLONNES_PSYENS)).iterator(2000):
        ligne = list(valeurs)
        ligne[_STATUT] = _STATUTS[ligne[_STATUT]]
        yield ligne
