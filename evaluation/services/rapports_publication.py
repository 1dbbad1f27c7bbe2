"""Opening the synthesis of an issued report to the PsyEN and the chefs d'établissement; closing it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from evaluation.models import Campagne, Rapport
from evaluation.notifications.rapports import annoncer_synthese
from evaluation.permissions import peut_publier_synthese
from evaluation.services.rapports import verrouiller_rapport
from reseaux.perimetre import Perimetre
from socle.journal import journaliser


@transaction.atomic
def publier_synthese(*, perimetre: Perimetre, rapport: Rapport) -> int:
    """« Public: nothing, unless the IEN-IO publishes the synthesis »: the summary and the words of the
    IEN-IO, never a figure of a CIO. The version published before gives way: the campaign is held, two
    versions come one after the other. Returns how many are told.
    """
    Campagne.objects.select_for_update(of=("self",)).get(pk=rapport.campagne_id)
    rapport = _verrouiller(perimetre, rapport)
    if rapport.publie_le is not None:
        raise ValidationError("La synthèse est déjà publiée.")
    for autre in Rapport.objects.select_for_update().filter(
        campagne=rapport.campagne_id, publie_le__isnull=False
    ):
        _ecrire(perimetre, autre, publie=False)
    _ecrire(perimetre, rapport, publie=True)
    return annoncer_synthese(rapport)


@transaction.atomic
def retirer_synthese(*, perimetre: Perimetre, rapport: Rapport) -> None:
    """From the next request on nobody reads it any more; mails that have not left do not leave."""
    rapport = _verrouiller(perimetre, rapport)
    if rapport.publie_le is None:
        raise ValidationError("La synthèse n’est pas publiée.")
    _ecrire(perimetre, rapport, publie=False)


def _verrouiller(perimetre: Perimetre, rapport: Rapport) -> Rapport:
    rapport = verrouiller_rapport(rapport)
    if not peut_publier_synthese(perimetre, rapport):
        raise PermissionDenied
    return rapport


def _ecrire(perimetre: Perimetre, rapport: Rapport, *, publie: bool) -> None:
    rapport.publie_le = timezone.now() if publie else None
    rapport.publie_par = perimetre.libelle[:250] if publie else ""
    rapport.save(update_fields=["publie_le", "publie_par"])
    journaliser(
        perimetre=perimetre,
        action=f"evaluation.synthese.{'publiee' if publie else 'retiree'}",
        objet=rapport,
        departement_id=rapport.campagne.departement_id,
    )
