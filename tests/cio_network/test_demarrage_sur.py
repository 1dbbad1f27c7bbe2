"""The service refuses to start when its settings are unsafe."""

import os
import subprocess
import sys

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from cio_network import demarrage_sur
from cio_network.celery import demarrer
from cio_network.demarrage_sur import MENTIONS_REQUISES, defauts, exiger_reglages_surs

SURS = {
    "SECRET_KEY": "0123456789abcdef" * 4,
    "ALLOWED_HOSTS": ["reseaux-cio.ac-exemple.fr"],
    "DEBUG": False,
    "DEMONSTRATION": False,
    "SECOND_FACTEUR_EXIGE": True,
    "INACTIVITE_MINUTES": 120,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "ADRESSE_PUBLIQUE": "https://reseaux-cio.ac-exemple.fr",
    "REDIS_URL": "redis://redis:6379/0",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
    "MESURES_JETON": "",
    "ANTIVIRUS": "",
    "OIDC_EMETTEUR": "",
    "ORGANISME": dict.fromkeys(MENTIONS_REQUISES, "renseigné"),
}
DANGERS = {
    "clé vide": {"SECRET_KEY": ""},
    "clé courte": {"SECRET_KEY": "courte"},
    "clé répétée": {"SECRET_KEY": "a" * 64},
    "clé d’un projet neuf": {"SECRET_KEY": "django-insecure-" + "0123456789abcdef" * 4},
    "aucun hôte": {"ALLOWED_HOSTS": []},
    "tous les hôtes": {"ALLOWED_HOSTS": ["*"]},
    "mode de mise au point": {"DEBUG": True},
    "démonstration publique": {"DEMONSTRATION": True},
    "second facteur désactivé": {"SECOND_FACTEUR_EXIGE": False},
    "session jamais fermée": {"INACTIVITE_MINUTES": 0},
    "session en clair": {"SESSION_COOKIE_SECURE": False},
    "jeton en clair": {"CSRF_COOKIE_SECURE": False},
    "liens en clair": {"ADRESSE_PUBLIQUE": "http://reseaux-cio.ac-exemple.fr"},
    "sans file d’attente": {"REDIS_URL": ""},
    "courriels perdus": {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"},
    "courriels à l’écran": {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"},
    "base d’un seul ordinateur": {"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}}},
    "http permis": {"SECURE_SSL_REDIRECT": False},
    "promesse HTTPS reprise": {"SECURE_HSTS_SECONDS": 0},
    "jeton des mesures court": {"MESURES_JETON": "devinable"},
    "antivirus introuvable": {"ANTIVIRUS": "http://antivirus:3310"},
}
FOURNISSEUR = {
    "OIDC_EMETTEUR": "https://proconnect.example/api/v2",
    "OIDC_RP_CLIENT_ID": "reseaux-cio",
    "OIDC_RP_CLIENT_SECRET": "secret",
    "OIDC_RP_SIGN_ALGO": "RS256",
    "OIDC_OP_AUTHORIZATION_ENDPOINT": "https://proconnect.example/api/v2/authorize",
    "OIDC_OP_TOKEN_ENDPOINT": "https://proconnect.example/api/v2/token",
    "OIDC_OP_USER_ENDPOINT": "https://proconnect.example/api/v2/userinfo",
    "OIDC_OP_JWKS_ENDPOINT": "https://proconnect.example/api/v2/jwks",
}
DANGERS |= {
    "fournisseur sans secret": FOURNISSEUR | {"OIDC_RP_CLIENT_SECRET": ""},
    "fournisseur en clair": FOURNISSEUR | {"OIDC_OP_TOKEN_ENDPOINT": "http://proconnect.example/token"},
    "jetons sans signature": FOURNISSEUR | {"OIDC_RP_SIGN_ALGO": "none"},
}
DANGERS |= {
    f"sans {mention}": {"ORGANISME": SURS["ORGANISME"] | {mention: " "}} for mention in MENTIONS_REQUISES
}


def _reglages(**changes: object) -> LazySettings:
    reglages = LazySettings()
    reglages.configure(**{**SURS, **changes})
    return reglages


@pytest.mark.parametrize("changes", [{}, FOURNISSEUR], ids=["sans fournisseur", "avec fournisseur"])
def test_des_reglages_surs_sont_acceptes(changes):
    exiger_reglages_surs(_reglages(**changes))


def test_sans_l_extra_un_fournisseur_est_refuse_avec_ce_qu_il_faut_installer(monkeypatch):
    monkeypatch.setattr(demarrage_sur, "find_spec", lambda nom: None)
    (defaut,) = defauts(_reglages(**FOURNISSEUR))
    assert "requirements-options.lock" in defaut


@pytest.mark.parametrize("changes", DANGERS.values(), ids=DANGERS)
def test_un_reglage_dangereux_est_refuse_avec_son_nom(changes):
    reglages = _reglages(**changes)
    assert len(defauts(reglages)) == 1
    with pytest.raises(ImproperlyConfigured, match="Démarrage refusé"):
        exiger_reglages_surs(reglages)


def test_sur_cet_ordinateur_seule_la_cle_compte():
    local = {"ALLOWED_HOSTS": ["127.0.0.1", "localhost"], "DEMONSTRATION": True, "REDIS_URL": ""}
    assert defauts(_reglages(**local)) == []
    assert len(defauts(_reglages(**local, SECRET_KEY=""))) == 1


@override_settings(SECRET_KEY="courte")
def test_le_travailleur_refuse_aussi():
    with pytest.raises(ImproperlyConfigured):
        demarrer()


@pytest.mark.parametrize(
    "ecrite", ["https://reseaux-cio.ac-exemple.fr", "https://reseaux-cio.ac-exemple.fr/"]
)
def test_l_adresse_publique_se_lit_avec_ou_sans_barre_finale(ecrite):
    """Every link of the mails is made of this address and of a path that starts by a slash."""
    lecture = "from cio_network.settings import base; print(base.ADRESSE_PUBLIQUE)"
    environnement = os.environ | {"ADRESSE_PUBLIQUE": ecrite}
    lue = subprocess.run([sys.executable, "-c", lecture], env=environnement, capture_output=True, check=True)
    assert lue.stdout.decode().strip() == "https://reseaux-cio.ac-exemple.fr"
