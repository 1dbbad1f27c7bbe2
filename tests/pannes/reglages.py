"""Settings of the processes under test: production, on the clock of the tests, ticks that do not wait."""

from cio_network.settings.base import *  # noqa: F403 - a settings file extends its base
from cio_network.settings.base import CELERY_BEAT_SCHEDULE
from tests.pannes.horloge import voyage

voyage().start()

EMAIL_TIMEOUT = 5  # seconds; the mail server of the tests answers in milliseconds, or is meant not to
CELERY_BEAT_SCHEDULE = {
    nom: CELERY_BEAT_SCHEDULE[nom] | {"schedule": 0.3}
    for nom in ("envoyer-les-rappels", "envoyer-les-courriels")
}
