"""The nightly check of the whole: what each app says of itself, told to those who can act."""

import logging

from django.utils import timezone

from comptes.enums import Role
from comptes.models import Utilisateur
from evaluation.selectors import coherence as evaluation
from missions.selectors import coherence as missions
from planning.selectors import coherence as planning
from psyen.selectors import coherence as psyen
from reseaux.models import Habilitation
from reseaux.selectors import coherence as reseaux
from socle import coherence as socle
from socle.courriels import mettre_en_file
from socle.notifications import notifier

#: From the base upwards.
APPS = (socle, reseaux, psyen, missions, planning, evaluation)

logger = logging.getLogger(__name__)
#: Sentences shown in the notification, then in the mail; the command tells them all.
MONTREES, ECRITES = 3, 50


def anomalies() -> list[str]:
    """Every broken invariant, one French sentence each."""
    return [anomalie for app in APPS for anomalie in app.controler()]


def verifier_et_prevenir() -> list[str]:
    """The check of the night: each ADMIN is told once a day, as long as it lasts."""
    trouvees = anomalies()
    if trouvees:
        # An anomaly may name someone: the log counts, the command and the mail tell.
        logger.error("Cohérence : anomalies trouvées (%s), voir « verifier_coherence »", len(trouvees))
        _prevenir(trouvees)
    return trouvees


def _prevenir(trouvees: list[str]) -> None:
    suite = f" Et {len(trouvees) - MONTREES} autres." if len(trouvees) > MONTREES else ""
    texte = f"La vérification nocturne des données signale : {' '.join(trouvees[:MONTREES])}{suite}"
    administrateurs = Habilitation.objects.en_vigueur().filter(role=Role.ADMIN).values("utilisateur")
    cle = f"coherence:{timezone.localdate()}"
    for utilisateur in Utilisateur.objects.filter(pk__in=administrateurs, is_active=True).order_by("pk"):
        notifier(utilisateur=utilisateur, texte=texte, cle=cle)
        mettre_en_file(
            cle=f"{cle}:{utilisateur.pk}",
            destinataire=utilisateur.courriel,
            utilisateur=utilisateur,
            modele="cio_network/courriels/coherence",
            contexte={"anomalies": trouvees[:ECRITES], "reste": max(0, len(trouvees) - ECRITES)},
        )
