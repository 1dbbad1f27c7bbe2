"""The search of every list: each word typed must be found, accents and case ignored."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from socle.texte import normaliser_recherche

M = TypeVar("M", bound=Model)

#: Beyond, more words only cost time.
MOTS_AU_PLUS = 8


def chercher(queryset: QuerySet[M], saisie: str, champ: str = "recherche") -> QuerySet[M]:
    """Rows whose normalised column holds every word of what was typed, in any order."""
    for mot in normaliser_recherche(saisie).split()[:MOTS_AU_PLUS]:
        queryset = queryset.filter(**{f"{champ}__contains": mot})
    return queryset
