"""The nightly check of the whole: what each app says of itself, told to those who can act."""

import logging

from django.utils import timezone

from comptes.enums import Role
from comptes.models import Utilisateur
from psyen.selectors import coherence as psyen
from reseaux.models import Habilitation
from reseaux.selectors import coherence as reseaux
from socle import coherence as socle
from socle.notifications import notifier

logger = logging.getLogger(__name__)
#: Sentences shown in the notification; the command and the log tell them all.
MONTREES = 3


def anomalies() -> list[str]:
    """Every broken invariant, one French sentence each."""
    return [*socle.controler(), *reseaux.controler(), *psyen.controler()]


def verifier_et_prevenir() -> list[str]:
    """The check of the night: each ADMIN is told once a day, each anomaly is logged."""
    trouvees = anomalies()
    for anomalie in trouvees:
        logger.error("Cohérence : %s", anomalie)
    if trouvees:
        _prevenir(trouvees)
    return trouvees


def _prevenir(trouvees: list[str]) -> None:
    suite = f" Et {len(trouvees) - MONTREES} autres." if len(trouvees) > MONTREES else ""
    texte = f"La vérification nocturne des données signale : {' '.join(trouvees[:MONTREES])}{suite}"
    administrateurs = Habilitation.objects.en_vigueur().filter(role=Role.ADMIN).values("utilisateur")
    for utilisateur in Utilisateur.objects.filter(pk__in=administrateurs).order_by("pk"):
        notifier(utilisateur=utilisateur, texte=texte, cle=f"coherence:{timezone.localdate()}")
