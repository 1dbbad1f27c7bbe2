"""Settings of the bench: production, plus two rulers that the product does not have.

The floor (a page with the same frame and one query) and the Django admin beside our lists.
"""

from cio_network.settings.base import *  # noqa: F403 - a settings file extends its base
from cio_network.settings.base import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin", "banc"]
ROOT_URLCONF = "banc.adresses"
