"""Reads for the screens of `socle`."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from socle.enums import EtatCourriel
from socle.models import Courriel, EntreeJournal

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


def comparaison(entree: EntreeJournal) -> list[tuple[str, Any, Any]]:
    """(field, before, after) for each field that an entry speaks of; "–" when it says nothing."""
    avant, apres = entree.avant or {}, entree.apres or {}
    champs = [*avant, *(champ for champ in apres if champ not in avant)]
    return [(champ, avant.get(champ, "–"), apres.get(champ, "–")) for champ in champs]
