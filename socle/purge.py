"""What the service does not keep, erased each night: nothing that an act of the administration rests on."""

import logging
from datetime import timedelta
from importlib import import_module

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from socle.enums import EtatCourriel
from socle.models import Courriel, Notification

logger = logging.getLogger(__name__)

UN_JOUR = timedelta(days=1)
#: Told to everyone in « Données personnelles »: the two move together.
UN_AN = timedelta(days=365)


def purger() -> None:
    """Ended sessions, failed sign-ins of the day before, old read notifications, text and file of old mails.

    Of a mail remain its subject, its recipient and its date: what tells that the person was informed.
    """
    maintenant = timezone.now()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    AccessAttempt.objects.filter(attempt_time__lt=maintenant - UN_JOUR).delete()
    notifications, _ = Notification.objects.filter(lue_le__lt=maintenant - UN_AN).delete()
    anciens = Q(etat=EtatCourriel.ENVOYE, envoye_le__lt=maintenant - UN_AN)
    anciens |= Q(etat=EtatCourriel.SANS_OBJET, pris_le__lt=maintenant - UN_AN)
    courriels = (
        Courriel.objects.filter(anciens)
        .exclude(corps_texte="", corps_html="", piece=None)
        .update(corps_texte="", corps_html="", piece=None)
    )
    logger.info("Purge : %s notifications, texte de %s courriels.", notifications, courriels)
