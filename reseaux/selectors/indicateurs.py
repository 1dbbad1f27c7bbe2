"""Figures of the schools that need no PsyEN: pupils of a year, or of the last year known before it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from reseaux.models import AnneeScolaire, Effectif


@dataclass(frozen=True, slots=True)
class EffectifConnu:
    """Pupils of a school and the year they were counted in."""

    nombre: int
    annee: str
    #: Counted in an earlier year than the one asked for: the screen says which.
    est_ancien: bool


def effectifs_connus(*, etablissements: Collection[int], annee: AnneeScolaire) -> dict[int, EffectifConnu]:
    """Pupils by school: those of the year, otherwise of the latest earlier year; absent when unknown."""
    dernier = (
        Effectif.objects.filter(etablissement=OuterRef("etablissement"), annee__debut__lte=annee.debut)
        .order_by("-annee__debut")
        .values("pk")[:1]
    )
    lignes = (
        Effectif.objects.filter(etablissement__in=etablissements, pk=Subquery(dernier))
        .values_list("etablissement", "nombre", "annee__code")
        .order_by("etablissement")
    )
    return {pk: EffectifConnu(nombre, code, code != annee.code) for pk, nombre, code in lignes}
