"""Readings of the meetings."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from planning.models import Participant, Reunion
from psyen.models import PsyEN, Rattachement


def psyens_non_invites(reunion: Reunion) -> list[PsyEN]:
    """The PsyEN attached in the département on the day of the meeting whom nobody invited (R12)."""
    jour = timezone.localdate(reunion.debut) if reunion.debut else timezone.localdate()
    rattaches = Rattachement.objects.au(jour).filter(
        psyen=OuterRef("pk"), cio__departement=reunion.departement_id
    )
    invites = Participant.objects.filter(Q(psyen=OuterRef("pk")) | Q(courriel=OuterRef("courriel")))
    return list(
        PsyEN.objects.filter(Exists(rattaches))
        .exclude(Exists(invites.filter(reunion=reunion, invite_le__isnull=False)))
        .order_by("nom", "prenom", "pk")
    )
