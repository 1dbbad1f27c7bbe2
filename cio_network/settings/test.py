"""Settings of the test suite: the embedded mode or PostgreSQL + Redis, by the environment."""

from cio_network.settings.base import *  # noqa: F403 - a settings file extends its base
from cio_network.settings.base import (
    DATABASES,
    LOGGING,
    MIDDLEWARE_SANS_NGINX,
    ORGANISME,
    REDIS_URL,
    TEMPLATES,
    env,
)

SECRET_KEY = "cle-reservee-aux-tests"  # noqa: S105 - tests only
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

if not env("DATABASE_URL", default=""):
    DATABASES["default"]["NAME"] = ":memory:"

SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME = "session"
CSRF_COOKIE_NAME = "csrf"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MIDDLEWARE = MIDDLEWARE_SANS_NGINX
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT = None  # nothing is collected: served from the sources
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
# One process plays everybody, hundreds of times.
DOCUMENTS_PAR_DIX_MINUTES = 1_000_000

LOGGING["handlers"]["console"]["formatter"] = "texte"

ORGANISME = ORGANISME | dict.fromkeys(
    ("editeur", "directeur_publication", "hebergeur", "contact", "dpo"), "renseigné pour les tests"
)
TEMPLATES[0]["OPTIONS"]["debug"] = True
