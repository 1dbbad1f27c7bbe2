"""Signs of life of the worker and of beat: what tells a queue that is empty from a queue that is stalled.

Beat alone asks for `TACHE`: asked for, it tells that beat lives, whatever becomes of Redis; run, that a
worker does its work.
"""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from socle.enums import Processus
from socle.models import Battement

logger = logging.getLogger(__name__)

TACHE = "socle.tasks.battre"
#: Ten beats missed.
SILENCE = timedelta(minutes=5)
#: Two machines do not tell the same second; further in the future, a sign is from before the clock went back.
AVANCE = timedelta(minutes=1)


def noter(processus: Processus) -> None:
    """That process is alive now."""
    Battement.objects.update_or_create(processus=processus, defaults={"le": timezone.now()})


def noter_beat() -> None:
    """From beat itself, which must outlive the database: a failure is logged and forgotten."""
    toucher_le_temoin()
    try:
        noter(Processus.BEAT)
    except Error as erreur:
        logger.warning("Le battement de l’horloge n’a pas pu être noté : %s", type(erreur).__name__)
    finally:
        # Beat writes twice a minute: a connection that broke must not be found again, nor one kept for it.
        if not connection.in_atomic_block:
            connection.close()


def toucher_le_temoin() -> None:
    """The file of `TEMOIN_DE_VIE`, by which a container knows that its own process lives."""
    if settings.TEMOIN_DE_VIE:
        Path(settings.TEMOIN_DE_VIE).touch()


def derniers() -> dict[str, datetime]:
    """Process → its last sign of life; one that never gave any is not there."""
    return dict(Battement.objects.values_list("processus", "le"))


def oublier() -> None:
    """At the start of the embedded mode: the computer slept, nothing had broken down."""
    Battement.objects.all().delete()
