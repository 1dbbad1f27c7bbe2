"""The campaign that a gesture is about, locked: two people come one after the other."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError

from evaluation.models import Campagne
from reseaux.perimetre import Perimetre

FIGEE = "La campagne {} est figée : ses chiffres et ses définitions ne changent plus."


def verrouiller_campagne(
    campagne: Campagne, perimetre: Perimetre, permis: Callable[[Perimetre, Campagne], bool] | None = None
) -> Campagne:
    """The campaign as the database has it now, still open; every writer of its figures holds it first.

    ValidationError once frozen, PermissionDenied when `permis` says no.
    """
    lignes = Campagne.objects.select_for_update(of=("self",)).select_related("departement", "annee")
    actuelle = lignes.get(pk=campagne.pk)
    if not actuelle.est_ouverte:
        raise ValidationError(FIGEE.format(actuelle.code))
    if permis is not None and not permis(perimetre, actuelle):
        raise PermissionDenied
    return actuelle
