"""The Celery application; tasks are found in each app's `tasks.py`."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init
from django.conf import settings

from cio_network.demarrage_sur import exiger_reglages_surs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cio_network.settings.base")

app = Celery("cio_network")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
@worker_init.connect
def refuser_si_dangereux(**_kwargs: Any) -> None:
    exiger_reglages_surs(settings)
