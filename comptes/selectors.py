"""Reads about accounts."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils import timezone

from comptes.models import Utilisateur

# Public by nature: these accounts exist in the demonstration only, with fictional data.
MOT_DE_PASSE_DEMONSTRATION = "demonstration-cio"


def comptes_de_demonstration() -> QuerySet[Utilisateur]:
    """Accounts offered on the sign-in page; none outside the demonstration."""
    if not settings.DEMONSTRATION:
        return Utilisateur.objects.none()
    return Utilisateur.objects.filter(is_active=True).exclude(demonstration="").order_by("pk")


def fin_du_verrou(courriel: str, adresse: str | None) -> datetime:
    """When the pair (account, address) may try again: the lock runs from its last counted failure."""
    derniere = AccessAttempt.objects.filter(username=courriel, ip_address=adresse).aggregate(
        le=Max("attempt_time")
    )["le"]
    return (derniere or timezone.now()) + timedelta(hours=settings.AXES_COOLOFF_TIME)
