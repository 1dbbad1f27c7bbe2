from django.apps import AppConfig

from cio_network.celery import app


class CioNetworkConfig(AppConfig):
    name = "cio_network"
    verbose_name = "Réseaux CIO"

    def ready(self) -> None:
        # A task is asked for by its name: the web process must know it as the worker does.
        app.autodiscover_tasks(force=True)
