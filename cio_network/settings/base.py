"""Production settings, read from the environment and safe by default.

`embarque.py` (one machine, SQLite) and `test.py` start from this file and change only what they must.
"""

import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import quote

from celery.schedules import crontab

from cio_network.settings.environnement import Environnement

RACINE = Path(__file__).resolve().parent.parent.parent
env = Environnement()
VERSION: str = tomllib.loads((RACINE / "pyproject.toml").read_text())["project"]["version"]

# Everything the application writes outside its database (SQLite file, secret key, logs) lives here.
DOSSIER_VARIABLE = Path(env("CIO_VAR", default=str(RACINE / "var")))

SECRET_KEY = env("SECRET_KEY", default="")
# Former keys: they still read what they signed or encrypted, until it is written again (second factors, urns
# of open surveys).
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Address printed in mails and documents; never taken from the request (host header attacks).
ADRESSE_PUBLIQUE = env("ADRESSE_PUBLIQUE", default="http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "cio_network",
    "evaluation",
    "planning",
    "missions",
    "psyen",
    "reseaux",
    "comptes",
    "socle",
    "widget_tweaks",
    "dsfr",
    "django.forms",
    "crispy_forms",
    "django_filters",
    "axes",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "socle.middleware.PersonneServieMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "reseaux.middleware.PerimetreMiddleware",
    "socle.middleware.EntetesPersonnelsMiddleware",
    "axes.middleware.AxesMiddleware",
]

# Without nginx in front: below the headers, which a static file carries as a page does. Behind nginx it would
# keep a list of 1 700 files, 10 MB in each process, and never be asked for one.
MIDDLEWARE_SANS_NGINX = [*MIDDLEWARE[:3], "whitenoise.middleware.WhiteNoiseMiddleware", *MIDDLEWARE[3:]]

ROOT_URLCONF = "cio_network.urls"
WSGI_APPLICATION = "cio_network.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [RACINE / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cio_network.navigation.page",
            ],
        },
    }
]
# Without it each form builds its own template engine: twice slower pages.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DOSSIER_VARIABLE / 'base.sqlite3'}")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: a writer waits for its turn instead of failing with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # A password may hold any character; in an address some would have to be escaped.
    DATABASES["default"]["PASSWORD"] = DATABASES["default"].get("PASSWORD") or env(
        "POSTGRES_PASSWORD", default=""
    )
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Beside what the address itself asks (host of a socket, sslmode…).
    DATABASES["default"]["OPTIONS"] = DATABASES["default"].get("OPTIONS", {}) | {
        "options": "-c lock_timeout=5s -c statement_timeout=60s -c idle_in_transaction_session_timeout=120s"
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Who you are ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "comptes.Utilisateur"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["courriel", "prenom", "nom"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "comptes.validators.MotDePasseDevinableValidator"},
]
LOGIN_URL = "comptes:connexion"
LOGIN_REDIRECT_URL = "accueil"
LOGOUT_REDIRECT_URL = "comptes:connexion"
# An invitation waits for its reader a week; a link that replaces a password is short-lived.
PASSWORD_RESET_TIMEOUT = 7 * 24 * 60 * 60
DUREE_DU_LIEN_COURT = 2 * 60 * 60  # seconds

# A lock is on the pair (account, address): one user never locks the whole CIO behind its proxy.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# Trying again while locked does not prolong the lock: the page announces when it ends.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_CALLABLE = "comptes.views.connexion.trop_de_tentatives"
AXES_USERNAME_FORM_FIELD = "username"
AXES_CLIENT_IP_CALLABLE = "socle.adresses.adresse_du_client"
# How many of our own proxies stand before the application; 0 = X-Forwarded-For is not read.
NOMBRE_DE_MANDATAIRES = env.int("NOMBRE_DE_MANDATAIRES", default=0)

# The roles of `reseaux.permissions.exige_second_facteur` do nothing without a second factor.
SECOND_FACTEUR_EXIGE = True

# --- The identity provider (OpenID Connect): none unless OIDC_EMETTEUR names it ---------------------
# Exactly the « iss » of its tokens. The addresses below it are ProConnect's unless said otherwise.
OIDC_EMETTEUR = env("OIDC_EMETTEUR", default="")
OIDC_NOM = env("OIDC_NOM", default="ProConnect")
_oidc = OIDC_EMETTEUR.rstrip("/")
OIDC_OP_AUTHORIZATION_ENDPOINT = env("OIDC_ADRESSE_AUTORISATION", default=f"{_oidc}/authorize")
OIDC_OP_TOKEN_ENDPOINT = env("OIDC_ADRESSE_JETON", default=f"{_oidc}/token")
OIDC_OP_USER_ENDPOINT = env("OIDC_ADRESSE_USERINFO", default=f"{_oidc}/userinfo")
OIDC_OP_JWKS_ENDPOINT = env("OIDC_ADRESSE_CLES", default=f"{_oidc}/jwks")
OIDC_OP_LOGOUT_ENDPOINT = env("OIDC_ADRESSE_DECONNEXION", default=f"{_oidc}/session/end")
OIDC_RP_CLIENT_ID = env("OIDC_CLIENT_ID", default="")
OIDC_RP_CLIENT_SECRET = env("OIDC_CLIENT_SECRET", default="")
OIDC_RP_SIGN_ALGO = env("OIDC_ALGORITHME", default="RS256")
OIDC_RP_SCOPES = env("OIDC_SCOPES", default="openid email given_name usual_name")
OIDC_USE_PKCE = env.bool("OIDC_PKCE", default=True)
# Levels accepted (acr), all of them if none is named.
OIDC_ACR = env.list("OIDC_ACR", default=[])
# For a provider that vouches for its addresses and does not say `email_verified`: ProConnect.
OIDC_COURRIEL_VERIFIE = env.bool("OIDC_COURRIEL_VERIFIE", default=False)
OIDC_AUTHENTICATION_CALLBACK_URL = "comptes:fournisseur_retour"
OIDC_STORE_ID_TOKEN = True  # RP-initiated logout gives it back
OIDC_TIMEOUT = 10  # seconds

SESSION_ENGINE = "comptes.models.session"
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12
# Longer than an interview or a meeting, shorter than an afternoon away from a shared office.
INACTIVITE_MINUTES = env.int("INACTIVITE_MINUTES", default=120)
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "cio_network.views.jeton_perime"

# --- Transport -----------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
# Asked in clear inside the machine; they say nothing of anyone.
SECURE_REDIRECT_EXEMPT = [r"^sante/(vivant|pret)$"]
SECURE_PROXY_SSL_HEADER: tuple[str, str] | None = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- Pages ---------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATIC_ROOT: Path | None = Path(env("STATIC_ROOT", default=str(RACINE / "staticfiles")))
STATICFILES_DIRS = [RACINE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# No other site reads our files from its own pages.
WHITENOISE_ALLOW_ALL_ORIGINS = False

CRISPY_ALLOWED_TEMPLATE_PACKS = ["cio_dsfr"]
CRISPY_TEMPLATE_PACK = "cio_dsfr"
# Cell and alert contents are escaped: the library's default lets stored HTML through.
DSFR_CONTENT_IS_SAFE = False
# The manifest storage rewrites the CSS, integrity hashes would block it.
DSFR_USE_INTEGRITY_CHECKSUMS = False
DSFR_MARK_OPTIONAL_FIELDS = True

DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
# A grid of 30 PsyEN × 60 schools posts one field per cell.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Documents and exports that a person may ask for in ten minutes, of each process (`socle.debit`).
DOCUMENTS_PAR_DIX_MINUTES = env.int("DOCUMENTS_PAR_DIX_MINUTES", default=60)

# --- Documents joined to the objects of the trade ---------------------------------------------------
DOCUMENT_MO_MAXIMUM = env.int("DOCUMENT_MO_MAXIMUM", default=10)
# clamd://host:port or clamd:///path; without it, files are checked by their content only.
ANTIVIRUS = env("ANTIVIRUS", default="")

# --- How long what the service erases by itself is kept, in days (`socle.conservation`) ----------------
CONSERVATION = {
    "notifications": env.int("CONSERVATION_NOTIFICATIONS", default=365),
    "courriels": env.int("CONSERVATION_COURRIELS", default=365),
    "consultations": env.int("CONSERVATION_CONSULTATIONS", default=365),
    "travaux": env.int("CONSERVATION_TRAVAUX", default=90),
    "comptes": env.int("CONSERVATION_COMPTES", default=365),
}

# One line for each person erased (numbers, no name): kept apart from the backups, replayed after a restore.
JOURNAL_DES_EFFACEMENTS = Path(
    env("JOURNAL_DES_EFFACEMENTS", default=str(DOSSIER_VARIABLE / "effacements.jsonl"))
)

# --- Backups -----------------------------------------------------------------------------------------
# Public keys (age1…) for which each archive is encrypted, separated by commas; empty = in clear.
SAUVEGARDE_CLES_PUBLIQUES = env.list("SAUVEGARDE_CLES_PUBLIQUES", default=[])

# --- Mail: only the outbox sends -------------------------------------------------------------------
_courriel = env.email_url("EMAIL_URL", default="dummymail://")
EMAIL_BACKEND = _courriel["EMAIL_BACKEND"]
EMAIL_HOST = _courriel.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _courriel.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _courriel.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _courriel.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _courriel.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _courriel.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("EXPEDITEUR", default="Réseaux CIO <ne-pas-repondre@localhost>")

# --- Background work: Redis holds hints, the database holds the truth ------------------------------
REDIS_URL = env("REDIS_URL", default="")
if _mot_de_passe := env("REDIS_PASSWORD", default=""):
    # As for the database: it may hold any character.
    REDIS_URL = REDIS_URL.replace("://", f"://:{quote(_mot_de_passe, safe='')}@", 1)
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A frozen Redis must not freeze a page: publishing gives up after about two seconds.
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, float] = (
    {
        "visibility_timeout": 3600,
        "socket_timeout": 1,
        "socket_connect_timeout": 1,
        "max_retries": 1,
    }
    if REDIS_URL
    else {}
)
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 1800
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# UTC: at the autumn change of hour a schedule in local time leaves a hole of 75 minutes.
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_BEAT_SCHEDULER = "socle.horloge:HorlogeGardee"
CELERY_BEAT_MAX_LOOP_INTERVAL = 30  # seconds between two looks at the clock, which may have been put back
CELERY_BEAT_SCHEDULE = {
    # Published, it tells that beat lives; run, that a worker does (`socle.battements`).
    "battre": {"task": "socle.tasks.battre", "schedule": 30.0, "options": {"expires": 25}},
    "envoyer-les-courriels": {
        "task": "socle.tasks.envoyer_courriels",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "reprendre-les-travaux": {
        "task": "socle.tasks.reprendre_travaux",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "dessiner-les-arretes": {
        "task": "psyen.tasks.produire_arretes_manquants",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    # Hours of Paris, working days and what is already said are judged by the tick itself.
    "envoyer-les-rappels": {
        "task": "planning.tasks.envoyer_rappels",
        "schedule": 600.0,
        "options": {"expires": 590},
    },
    # A day missed is caught up the next one: what ends within thirty days is told once.
    "prevenir-des-fins-de-delegation": {
        "task": "missions.tasks.prevenir_des_fins",
        "schedule": crontab(hour="4", minute="20"),
    },
    # In the daytime of Paris, summer and winter; each end is told once.
    "rappeler-les-conventions": {
        "task": "missions.tasks.rappeler_conventions",
        "schedule": crontab(hour="6-16", minute="40"),
    },
    # In the daytime of Paris; a day missed is caught up the next hour.
    "suivre-les-enquetes": {
        "task": "evaluation.tasks.suivre_enquetes",
        "schedule": crontab(hour="5-16", minute="50"),
    },
    # Apart from the answers, and once a day: the time of a count tells nothing of the time of an answer.
    "relever-la-participation": {
        "task": "evaluation.tasks.relever_participation",
        "schedule": crontab(hour="2", minute="50"),
    },
    # Once a period, however often it runs: what a stopped beat missed is made at its return.
    "livrer-les-exports": {
        "task": "evaluation.tasks.livrer_exports",
        "schedule": crontab(minute="50"),
    },
    "purger": {
        "task": "socle.tasks.purger",
        "schedule": crontab(hour="3", minute="10"),
    },
    "verifier-la-coherence": {
        "task": "cio_network.tasks.verifier_coherence",
        "schedule": crontab(hour="3", minute="30"),
    },
}

# File touched by the worker and beat while they live, for the health check of their container.
TEMOIN_DE_VIE = env("TEMOIN_DE_VIE", default="")
# --- Watching from outside: off unless asked for ----------------------------------------------------
MESURES_JETON = env("MESURES_JETON", default="")
SENTRY_DSN = env("SENTRY_DSN", default="")

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "reseaux-cio"}}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "socle.journal_technique.UneLigneParEvenement"},
        "texte": {
            "()": "socle.journal_technique.UneLigneDeTexte",
            "fmt": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
    },
    "filters": {"secrets": {"()": "socle.secrets_des_journaux.MasquerLesSecrets"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env("FORMAT_JOURNAL", default="json"),
            "filters": ["secrets"],
        }
    },
    "root": {"handlers": ["console"], "level": env("NIVEAU_JOURNAL", default="INFO")},
    "loggers": {
        # It writes what was typed as a name at each failure, be it a password; its table keeps the count.
        "axes": {"level": "ERROR"},
        # Ten lines per PDF otherwise.
        **{nom: {"level": "WARNING"} for nom in ("fontTools", "weasyprint")},
        # They have handlers of their own, which would write the address as it was asked.
        **{
            nom: {"handlers": ["console"], "level": "INFO", "propagate": False}
            for nom in ("django.server", "gunicorn.access", "gunicorn.error")
        },
    },
}

# --- What the deploying authority says of itself (mentions légales, accessibilité…) ---------------
DEMONSTRATION = False
ORGANISME = {
    "autorite": env("ORGANISME_AUTORITE", default="Académie d’Orléans-Tours"),
    "bloc_marque": env.str("ORGANISME_BLOC_MARQUE", default="Académie\nd’Orléans-Tours", multiline=True),
    "editeur": env("ORGANISME_EDITEUR", default=""),
    "directeur_publication": env("ORGANISME_DIRECTEUR_PUBLICATION", default=""),
    "hebergeur": env("ORGANISME_HEBERGEUR", default=""),
    "contact": env("ORGANISME_CONTACT", default=""),
    "dpo": env("ORGANISME_DPO", default=""),
    "accessibilite": env("ORGANISME_ACCESSIBILITE", default="non conforme"),
}

# --- Trade thresholds (soft targets, never blocking) -----------------------------------------------
# « Environ 2 PsyEN sont associés à chaque lycée tête de réseau » (experiment, governance).
CIBLE_PSYEN_PAR_RESEAU = env.float("CIBLE_PSYEN_PAR_RESEAU", default=2.0)
TOLERANCE_PSYEN_PAR_RESEAU = env.float("TOLERANCE_PSYEN_PAR_RESEAU", default=1.0)
# What one more pupil weighs in « heures pour 100 élèves pondérés » for each trait of his school: the service
# knows which schools have an ULIS or a SEGPA, not how many pupils are in it.
POIDS_ELEVES = {
    "REP": env.float("POIDS_REP", default=0.2),
    "REP+": env.float("POIDS_REP_PLUS", default=0.4),
    "ULIS": env.float("POIDS_ULIS", default=0.05),
    "SEGPA": env.float("POIDS_SEGPA", default=0.1),
}
# Distance as the crow flies beyond which a member of a réseau is flagged, in km.
DISTANCE_MAXIMALE_A_LA_TETE = env.float("DISTANCE_MAXIMALE_A_LA_TETE", default=30.0)
# Persons below whom no result of a survey is shown; lower than five, it counts for five.
SEUIL_ENQUETE = env.int("SEUIL_ENQUETE", default=5)
