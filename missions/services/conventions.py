"""Conventions: written, and their end announced in time, once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from missions.models import Convention, Partenaire
from missions.notifications.conventions import annoncer_echeance
from missions.permissions import peut_ecrire_conventions, peut_modifier_convention
from missions.selectors.conventions import conventions_a_renouveler
from missions.services.territoire_controles import partenaires_du_departement
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from socle.journal import journaliser

PREAVIS_AU_PLUS = 730


@transaction.atomic
def creer_convention(
    *,
    perimetre: Perimetre,
    departement: Departement,
    objet: str,
    debut: dt.date,
    fin: dt.date,
    partenaires: Iterable[Partenaire],
    reference: str = "",
    preavis: int = 90,
) -> Convention:
    """Its signed text is joined afterwards, as a document."""
    if not peut_ecrire_conventions(perimetre, departement):
        raise PermissionDenied
    convention = Convention(departement=departement)
    _ecrire(convention, partenaires, objet=objet, reference=reference, debut=debut, fin=fin, preavis=preavis)
    _journaliser(perimetre, "creee", convention, apres=_en_clair(convention))
    return convention


@transaction.atomic
def modifier_convention(
    *,
    perimetre: Perimetre,
    convention: Convention,
    objet: str,
    debut: dt.date,
    fin: dt.date,
    partenaires: Iterable[Partenaire],
    reference: str = "",
    preavis: int = 90,
) -> Convention:
    """Prolonged by an avenant, its end moves: it will be announced again before the new one."""
    lignes = Convention.objects.select_for_update(of=("self",)).select_related("departement")
    convention = lignes.get(pk=convention.pk)
    if not peut_modifier_convention(perimetre, convention):
        raise PermissionDenied
    avant = _en_clair(convention)
    _ecrire(convention, partenaires, objet=objet, reference=reference, debut=debut, fin=fin, preavis=preavis)
    apres = _en_clair(convention)
    if apres != avant:
        _journaliser(perimetre, "modifiee", convention, avant=avant, apres=apres)
    return convention


@transaction.atomic
def rappeler_conventions(*, jour: dt.date | None = None) -> int:
    """Tells the IEN-IO and the SG of each convention within its notice; returns how many conventions are.

    The outbox keeps one mail per convention, end and person: the tick may run as often as one likes.
    """
    conventions = list(conventions_a_renouveler(jour or timezone.localdate()))
    annoncer_echeance(conventions)
    return len(conventions)


def _ecrire(
    convention: Convention,
    partenaires: Iterable[Partenaire],
    *,
    objet: str,
    reference: str,
    debut: dt.date,
    fin: dt.date,
    preavis: int,
) -> None:
    parties = partenaires_du_departement(partenaires, convention.departement_id)
    if not parties:
        raise ValidationError({"partenaires": "Choisissez au moins une partie, inscrite aux partenaires."})
    if fin < debut:
        raise ValidationError({"fin": "La convention doit finir après avoir commencé."})
    if not 0 <= preavis <= PREAVIS_AU_PLUS:
        raise ValidationError({"preavis": f"Le rappel part de 0 à {PREAVIS_AU_PLUS} jours avant la fin."})
    convention.objet, convention.reference = objet.strip(), reference.strip()
    convention.debut, convention.fin, convention.preavis = debut, fin, preavis
    convention.full_clean()
    convention.save()
    convention.partenaires.set(parties)


def _en_clair(convention: Convention) -> dict[str, Any]:
    return {
        "objet": convention.objet,
        "reference": convention.reference,
        "debut": convention.debut,
        "fin": convention.fin,
        "preavis": convention.preavis,
        "partenaires": list(convention.partenaires.order_by("nom").values_list("nom", flat=True)),
    }


def _journaliser(perimetre: Perimetre, verbe: str, convention: Convention, **quoi: Any) -> None:
    journaliser(
        perimetre=perimetre,
        action=f"missions.convention.{verbe}",
        objet=convention,
        departement_id=convention.departement_id,
        **quoi,
    )
