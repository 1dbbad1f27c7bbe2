"""Settings, urls, home page and demo: the top layer, imported by nobody."""

from cio_network.celery import app as celery_app

__all__ = ["celery_app"]
