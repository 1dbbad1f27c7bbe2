"""One machine, one process, no service: SQLite, in-memory broker, mail shown in the application."""

from django.core.management.utils import get_random_secret_key

from cio_network.settings.base import *  # noqa: F403 - a settings file extends its base
from cio_network.settings.base import DOSSIER_VARIABLE, LOGGING, MIDDLEWARE_SANS_NGINX, ORGANISME, env


def _cle_secrete() -> str:
    """The machine's own key, drawn at the first start and kept beside the database."""
    fichier = DOSSIER_VARIABLE / "cle_secrete"
    if not fichier.exists():
        DOSSIER_VARIABLE.mkdir(parents=True, exist_ok=True)
        fichier.touch(mode=0o600)
        fichier.write_text(get_random_secret_key())
    return fichier.read_text().strip()


SECRET_KEY = env("SECRET_KEY", default="") or _cle_secrete()
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

# Served in clear on the loopback address only.
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SECURE_PROXY_SSL_HEADER = None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME = "session"
CSRF_COOKIE_NAME = "csrf"

MIDDLEWARE = MIDDLEWARE_SANS_NGINX
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None  # nothing is collected: served from the sources
# Whatever REDIS_URL says, this process is its own worker; read five times a second, a job starts at once.
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.2}  # seconds

# A quiet terminal: what goes wrong, and nothing else.
LOGGING = LOGGING | {
    "handlers": {"console": LOGGING["handlers"]["console"] | {"formatter": "texte"}},
    "loggers": LOGGING["loggers"]
    | {nom: {"level": "ERROR"} for nom in ("celery", "kombu", "comptes")}
    | {"django.server": LOGGING["loggers"]["django.server"] | {"level": "ERROR"}},
}

# Whatever EMAIL_URL says: fictional staff, real schools; nothing may leave this machine.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

# Nor does it report to anyone.
MESURES_JETON = SENTRY_DSN = TEMOIN_DE_VIE = ""

DEMONSTRATION = env.bool("DEMONSTRATION", default=True)
# The accounts of the demonstration change hands with one click; SECOND_FACTEUR_EXIGE=1 shows the real thing.
SECOND_FACTEUR_EXIGE = env.bool("SECOND_FACTEUR_EXIGE", default=not DEMONSTRATION)
ORGANISME = ORGANISME | {
    "editeur": "Service de démonstration « Réseaux CIO », sans valeur officielle",
    "directeur_publication": "Le responsable de l’installation de démonstration",
    "hebergeur": "Cet ordinateur : les données n’en sortent pas",
    "contact": "demonstration@reseaux-cio.example",
    "dpo": "dpo@reseaux-cio.example",
}
