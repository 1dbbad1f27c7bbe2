"""Reads for the screens of `socle`."""

from datetime import timedelta

from django.utils import timezone

from socle.enums import EtatCourriel
from socle.models import Courriel

# The tick comes every minute: a mail due for this long means that no worker is running.
RETARD_ANORMAL = timedelta(minutes=10)


def retard_des_envois() -> timedelta | None:
    """Age of the oldest mail due, when it is too old: the queue has stalled."""
    plus_ancien = (
        Courriel.objects.filter(etat=EtatCourriel.A_ENVOYER)
        .order_by("prochain_essai_le", "pk")
        .values_list("prochain_essai_le", flat=True)
        .first()
    )
    retard = timezone.now() - plus_ancien if plus_ancien else timedelta(0)
    return retard if retard > RETARD_ANORMAL else None
