"""Conventions: where each stands on a day, and those whose end draws near."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef
from django.utils import timezone

from missions.enums import SituationConvention
from missions.models import Convention
from missions.models.territoire import ConventionQuerySet


def conventions_a_renouveler(jour: dt.date) -> ConventionQuerySet:
    """In force, within their notice, and followed by no convention of the same object that ends later."""
    suivie = Convention.objects.filter(
        departement=OuterRef("departement"), objet=OuterRef("objet"), fin__gt=OuterRef("fin")
    )
    # A notice is a number of days of its own: a few dozen rows, compared here rather than in two dialects.
    proches = Convention.objects.en_vigueur(jour).exclude(Exists(suivie)).order_by("pk")
    pks = [
        pk
        for pk, fin, preavis in proches.values_list("pk", "fin", "preavis")
        if fin - dt.timedelta(days=preavis) <= jour
    ]
    return Convention.objects.filter(pk__in=pks).order_by("fin", "pk")


def situation(debut: dt.date, fin: dt.date, a_renouveler: bool, jour: dt.date) -> SituationConvention:
    """What is shown of a convention on that day."""
    if a_renouveler:
        return SituationConvention.A_RENOUVELER
    if fin < jour:
        return SituationConvention.ECHUE
    return SituationConvention.EN_VIGUEUR if debut <= jour else SituationConvention.A_VENIR


def situation_de(convention: Convention) -> SituationConvention:
    jour = timezone.localdate()
    a_renouveler = conventions_a_renouveler(jour).filter(pk=convention.pk).exists()
    return situation(convention.debut, convention.fin, a_renouveler, jour)
