"""The Celery application; tasks are found in each app's `tasks.py`."""

import logging
import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init
from django.conf import settings

from cio_network.demarrage_sur import exiger_reglages_surs
from cio_network.sentry import brancher

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cio_network.settings.base")

app = Celery("cio_network")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
@worker_init.connect
def demarrer(**_kwargs: Any) -> None:
    """Refuse unsafe settings, then report errors as the settings say."""
    exiger_reglages_surs(settings)
    brancher(settings)
    logging.captureWarnings(True)
