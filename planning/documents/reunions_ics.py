"""The calendar file that goes with an invitation; one per person, so that nobody reads another's address."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from planning.documents.ics import TYPE_MIME, Contact, Evenement, calendrier
from planning.models import Participant, Reunion

DEMANDE, ANNULATION = "REQUEST", "CANCEL"


def type_mime(methode: str) -> str:
    """With its method, the file is an invitation and not a mere attachment (RFC 6047)."""
    return f"{TYPE_MIME}; method={methode}"


def invitation(reunion: Reunion, participant: Participant, methode: str = DEMANDE) -> bytes:
    """A meeting called, changed (REQUEST) or called off (CANCEL), for one person."""
    assert reunion.debut is not None  # noqa: S101 - a meeting called has a date (constraint)
    organisateur = reunion.convoquee_par
    evenement = Evenement(
        uid=f"{reunion.uid}@reseaux-cio",
        titre=reunion.titre,
        debut=reunion.debut,
        fin=reunion.fin,
        description=reunion.presentation,
        lieu=reunion.lieu,
        url=f"{settings.ADRESSE_PUBLIQUE}{reverse('planning:reunion', args=[reunion.pk])}",
        sequence=reunion.sequence,
        modifie_le=timezone.now(),
        annule=methode == ANNULATION,
        organisateur=Contact(str(organisateur), organisateur.courriel) if organisateur else None,
        participants=[Contact(participant.nom, participant.courriel)],
    )
    return calendrier([evenement], reunion.titre, methode=methode)
