"""Leaving the nomenclature: what was used is retired, what never served is deleted."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from missions.models import Mission, Public
from missions.services.nomenclature import est_utilisee, verrouiller_academie
from reseaux.perimetre import Perimetre
from socle.journal import journaliser


@transaction.atomic
def retirer(*, perimetre: Perimetre, objet: Mission | Public) -> None:
    """No longer offered from today; what was entrusted keeps it until someone withdraws it."""
    objet = _verrouiller(perimetre, objet)
    if objet.fin is not None:
        raise ValidationError(f"« {objet} » est déjà en retrait : actualisez la page.")
    if isinstance(objet, Mission) and objet.enfants.en_vigueur().exists():
        raise ValidationError(f"{objet.code} porte encore des missions : retirez-les d’abord.")
    objet.fin = max(objet.debut, timezone.localdate() - dt.timedelta(days=1))
    objet.save(update_fields=["fin"])
    _journaliser(perimetre, "retrait", objet, {"fin": None}, {"fin": objet.fin})


@transaction.atomic
def retablir(*, perimetre: Perimetre, objet: Mission | Public) -> None:
    """Offered again."""
    objet = _verrouiller(perimetre, objet)
    if objet.fin is None:
        raise ValidationError(f"« {objet} » n’est pas en retrait : actualisez la page.")
    if isinstance(objet, Mission) and objet.parent and objet.parent.fin is not None:
        raise ValidationError(f"{objet.parent.code} est en retrait : rétablissez-la d’abord.")
    avant, objet.fin = objet.fin, None
    objet.save(update_fields=["fin"])
    _journaliser(perimetre, "retablissement", objet, {"fin": avant}, {"fin": None})


@transaction.atomic
def supprimer(*, perimetre: Perimetre, objet: Mission | Public) -> None:
    """Added by mistake: nothing ever referred to it."""
    objet = _verrouiller(perimetre, objet)
    if est_utilisee(objet):
        raise ValidationError(f"« {objet} » a déjà servi : retirez de la nomenclature au lieu de supprimer.")
    if isinstance(objet, Mission) and objet.enfants.exists():
        raise ValidationError(f"{objet.code} porte d’autres missions : rattachez-les ailleurs d’abord.")
    _journaliser(perimetre, "suppression", objet, {"code": objet.code, "libelle": objet.libelle}, None)
    objet.delete()


def _verrouiller(perimetre: Perimetre, objet: Mission | Public) -> Mission | Public:
    verrouiller_academie(perimetre, objet.academie)
    return type(objet)._default_manager.get(pk=objet.pk)


def _journaliser(
    perimetre: Perimetre, geste: str, objet: Mission | Public, avant: dict, apres: dict | None
) -> None:
    journaliser(
        perimetre=perimetre,
        action=f"missions.{objet._meta.model_name}.{geste}",
        objet=objet,
        avant=avant,
        apres=apres,
    )
