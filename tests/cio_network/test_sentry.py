"""Errors reported to a collector: a real one, on this machine, which reads everything that leaves."""

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import brotli
import pytest
from django.core.exceptions import ImproperlyConfigured

from cio_network import sentry
from tests.depot import RACINE

#: A page that breaks, in a process of its own: the library changes the whole interpreter.
PROGRAMME = """
import logging, sys
import django
django.setup()
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.test import Client
from django.urls import path
from cio_network import urls
from cio_network.sentry import brancher

def vue(request):
    nom = request.POST["nom"]
    raise ValueError(f"{nom} est illisible")

urls.urlpatterns.append(path("essai/", vue))
brancher(settings)
client = Client(raise_request_exception=False, headers={"authorization": "Bearer secret-de-fabrique"})
client.cookies["session"] = "temoin-de-session"
from django.contrib.auth.models import AnonymousUser
settings.MIDDLEWARE = []
reponse = client.post("/essai/?q=Turing", {"nom": "Lovelace"})
assert reponse.status_code == 500
logging.getLogger("essai").error("Le courriel de %s", "ada.lovelace@ac-essai.fr")
if settings.SENTRY_DSN:
    import sentry_sdk
    sentry_sdk.flush(5)
print("sentry_sdk" in sys.modules)
"""


DECODEURS = {"gzip": gzip.decompress, "br": brotli.decompress}


class Collecteur(BaseHTTPRequestHandler):
    recus: list[str]

    def do_POST(self) -> None:
        corps = self.rfile.read(int(self.headers["Content-Length"]))
        self.recus.append(DECODEURS[self.headers["Content-Encoding"]](corps).decode())
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args) -> None:
        pass


@pytest.fixture
def collecteur() -> Iterator[tuple[str, list[str]]]:
    recus: list[str] = []
    serveur = HTTPServer(("127.0.0.1", 0), type("Collecteur", (Collecteur,), {"recus": recus}))
    fil = threading.Thread(target=serveur.serve_forever)
    fil.start()
    yield f"http://cle@127.0.0.1:{serveur.server_port}/1", recus
    serveur.shutdown()
    serveur.server_close()
    fil.join()


def casser_une_page(dsn: str) -> str:
    essai = subprocess.run(
        [sys.executable, "-c", PROGRAMME],
        cwd=RACINE,
        env={"DJANGO_SETTINGS_MODULE": "cio_network.settings.test", "SENTRY_DSN": dsn, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert essai.returncode == 0, essai.stderr
    return essai.stdout.strip()


def test_sans_dsn_la_bibliotheque_n_est_pas_chargee():
    assert casser_une_page("") == "False"


def test_une_erreur_part_sans_rien_de_personne(collecteur):
    dsn, recus = collecteur
    assert casser_une_page(dsn) == "True"
    envoi = "\n".join(recus)
    assert len(recus) == 2
    evenements = [json.loads(ligne) for ligne in envoi.splitlines() if '"exception"' in ligne]
    (erreur,) = evenements[0]["exception"]["values"]
    assert erreur["type"] == "ValueError"
    assert erreur["stacktrace"]["frames"][-1]["function"] == "vue"
    personnel = ("Lovelace", "lovelace", "Turing", "secret-de-fabrique", "temoin-de-session", "illisible")
    assert [mot for mot in personnel if mot in envoi] == []


def test_un_dsn_sans_la_bibliotheque_refuse_de_demarrer(monkeypatch, settings):
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    settings.SENTRY_DSN = "http://cle@127.0.0.1/1"
    with pytest.raises(ImproperlyConfigured, match=r"requirements-options\.lock"):
        sentry.brancher(settings)
