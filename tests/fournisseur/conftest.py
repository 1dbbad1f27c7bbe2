"""Starts the provider once for the worker; sets the product to sign in with it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import pytest
import requests

from comptes.models import Utilisateur
from tests.comptes.factories import creer_compte
from tests.depot import RACINE

MOT_DE_PASSE = "chez le fournisseur"
#: What it says of Ana, whose account is here.
ANA = {"email": "ana@ac-essai.fr", "given_name": "Ana", "usual_name": "Durand"}


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return prise.getsockname()[1]


class Champs(HTMLParser):
    """The hidden fields of the sign-in form of the provider."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.valeurs: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        champ = dict(attrs)
        if tag == "input" and champ.get("type") == "hidden":
            self.valeurs[champ["name"] or ""] = champ["value"] or ""


@dataclass
class Fournisseur:
    """The provider, and the browser that visits it."""

    racine: str

    @property
    def emetteur(self) -> str:
        return f"{self.racine}/o"

    def regler(self, **essai: object) -> None:
        """Who exists there (claims by subject), which site it knows, which answers to spoil."""
        essai = {"personnes": {}, "site": "http://testserver"} | essai
        requests.put(f"{self.racine}/essai/", data=json.dumps(essai), timeout=10).raise_for_status()

    def visites_du_piege(self) -> list[str]:
        return requests.get(f"{self.racine}/essai/", timeout=10).json()

    def entrer(self, adresse: str, sujet: str, visiteur: requests.Session | None = None) -> str:
        """Signs `sujet` in at the address that the product sends to; returns where it sends back."""
        visiteur = visiteur or requests.Session()
        while adresse.startswith((self.racine, "/")):
            adresse = self.racine + adresse.removeprefix(self.racine)
            page = visiteur.get(adresse, timeout=10, allow_redirects=False)
            if page.status_code == 200:
                donnees = Champs(page.text).valeurs | {"username": sujet, "password": MOT_DE_PASSE}
                page = visiteur.post(adresse, donnees, timeout=10, allow_redirects=False)
            adresse = page.headers["Location"]
        return adresse


@pytest.fixture(scope="session")
def processus(tmp_path_factory) -> Iterator[Fournisseur]:
    """`migrate` then `runserver` of the project whose settings are `reglages.py`."""
    fournisseur = Fournisseur(f"http://127.0.0.1:{port_libre()}")
    environnement = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.fournisseur.reglages",
        "EMETTEUR": fournisseur.emetteur,
        "DOSSIER": str(tmp_path_factory.mktemp("fournisseur")),
        "OAUTHLIB_INSECURE_TRANSPORT": "1",  # HTTP, on the loopback address
    }
    django = (sys.executable, "-m", "django")
    options: dict[str, Any] = {"env": environnement, "cwd": RACINE, "stdout": subprocess.DEVNULL}
    subprocess.run([*django, "migrate", "--verbosity", "0"], check=True, **options)
    adresse = fournisseur.racine.removeprefix("http://")
    serveur = subprocess.Popen(
        [*django, "runserver", "--noreload", adresse], stderr=subprocess.DEVNULL, **options
    )
    attendre(fournisseur)
    yield fournisseur
    serveur.terminate()
    serveur.wait(10)


def attendre(fournisseur: Fournisseur) -> None:
    for _ in range(300):
        try:
            requests.get(f"{fournisseur.emetteur}/.well-known/jwks.json", timeout=5).raise_for_status()
            return
        except requests.ConnectionError:
            time.sleep(0.1)
    pytest.fail("Le fournisseur d’identité d’essai n’a pas démarré.")


@pytest.fixture
def fournisseur(processus, settings) -> Fournisseur:
    """The product signs in with it."""
    processus.regler()
    settings.OIDC_EMETTEUR = processus.emetteur
    settings.OIDC_NOM = "ProConnect"
    settings.OIDC_RP_CLIENT_ID, settings.OIDC_RP_CLIENT_SECRET = "reseaux-cio", "secret-du-client"
    settings.OIDC_OP_AUTHORIZATION_ENDPOINT = f"{processus.emetteur}/authorize/"
    settings.OIDC_OP_TOKEN_ENDPOINT = f"{processus.emetteur}/token/"
    settings.OIDC_OP_USER_ENDPOINT = f"{processus.emetteur}/userinfo/"
    settings.OIDC_OP_JWKS_ENDPOINT = f"{processus.emetteur}/.well-known/jwks.json"
    settings.OIDC_OP_LOGOUT_ENDPOINT = f"{processus.emetteur}/logout/"
    settings.OIDC_COURRIEL_VERIFIE = True
    return processus


@pytest.fixture
def ana() -> Utilisateur:
    return creer_compte("ana@ac-essai.fr", prenom="Ana", nom="Durand")
