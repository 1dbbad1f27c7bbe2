"""Settings of the provider, which is a Django project of its own: nothing of the product is in it."""

import os
from pathlib import Path

from jwcrypto import jwk

EMETTEUR = os.environ.get("EMETTEUR", "")
CLIENT, SECRET, MOT_DE_PASSE = "reseaux-cio", "secret-du-client", "chez le fournisseur"
CLE, AUTRE_CLE = jwk.JWK.generate(kty="RSA", size=2048), jwk.JWK.generate(kty="RSA", size=2048)

SECRET_KEY = "fournisseur-d-essai"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "tests.fournisseur.vues"
USE_TZ = True
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": Path(os.environ.get("DOSSIER", "/nulle/part")) / "fournisseur.sqlite3",
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "oauth2_provider",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SESSION_COOKIE_NAME = "session_du_fournisseur"  # cookies know no port
LOGIN_URL = "/entrer/"
OAUTH2_PROVIDER = {
    "OIDC_ENABLED": True,
    "OIDC_ISS_ENDPOINT": EMETTEUR,
    "OIDC_RSA_PRIVATE_KEY": CLE.export_to_pem(private_key=True, password=None).decode(),
    "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
    "OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": False,
    "PKCE_REQUIRED": True,
    "SCOPES": dict.fromkeys(("openid", "email", "given_name", "usual_name"), ""),
    "OAUTH2_VALIDATOR_CLASS": "tests.fournisseur.vues.Validateur",
}
