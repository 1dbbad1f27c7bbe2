"""What the work plan holds of a person, erased; the plan itself is kept."""

from __future__ import annotations

from django.db import transaction
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from comptes.models import Utilisateur
from planning.models import FluxCalendrier, Participant, PreferenceRappels
from psyen.models import PsyEN
from socle.effacement import DOMAINE, LIBELLE, Effet


@transaction.atomic
def effacer_du_plan(*, utilisateur: Utilisateur | None, psyen: PsyEN | None) -> list[Effet]:
    """Calendars and settings go; in a meeting an invited person becomes nobody’s name."""
    siens = Q(pk__in=())
    flux = 0
    if utilisateur:
        flux, _ = FluxCalendrier.objects.filter(utilisateur=utilisateur).delete()
        PreferenceRappels.objects.filter(utilisateur=utilisateur).delete()
        siens |= Q(utilisateur=utilisateur)
    if psyen:
        siens |= Q(psyen=psyen)
    adresse = Concat(Value("participant-"), Cast("pk", CharField()), Value(f"@{DOMAINE}"))
    invitations = Participant.objects.filter(siens).update(nom=LIBELLE, qualite="", courriel=adresse)
    return [
        Effet("calendriers partagés", flux),
        Effet("invitations à des réunions, sous un numéro", invitations),
    ]
