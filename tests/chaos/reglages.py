"""Settings of the processes under test: production, with ticks that do not wait a minute."""

import os
import tempfile

from cio_network.settings.base import *  # noqa: F403 - a settings file extends its base
from cio_network.settings.base import CELERY_BEAT_SCHEDULE
from tests.chaos.heure import suivre

suivre()
# In a container there is nowhere else to write.
tempfile.tempdir = os.environ["TMPDIR"]

#: Seconds.
PAS = 2.0
FREQUENTES = (
    "battre",
    "envoyer-les-courriels",
    "reprendre-les-travaux",
    "dessiner-les-arretes",
    "envoyer-les-rappels",
)
CELERY_BEAT_SCHEDULE = CELERY_BEAT_SCHEDULE | {
    nom: CELERY_BEAT_SCHEDULE[nom] | {"schedule": PAS} for nom in FREQUENTES
}
