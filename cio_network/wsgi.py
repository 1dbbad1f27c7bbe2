"""WSGI entry point, production settings unless told otherwise."""

import logging
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from cio_network.demarrage_sur import exiger_reglages_surs
from cio_network.sentry import brancher

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cio_network.settings.base")

exiger_reglages_surs(settings)
brancher(settings)
logging.captureWarnings(True)
application = get_wsgi_application()
