"""The technical log never holds the key of an address."""

import io
import logging
import threading
from http.client import HTTPConnection

import pytest
from django.conf import settings
from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer
from django.urls import reverse

from cio_network.settings import embarque
from socle.secrets_des_journaux import masquer

pytestmark = pytest.mark.django_db

JETON = "a5-_Zk" * 5
FLUX = f"/calendriers/{JETON}.ics"


@pytest.fixture
def sortie():
    """What the console handler of the settings writes, as in production."""
    flux = io.StringIO()
    poignee = next(h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler)
    ancien = poignee.setStream(flux)
    yield flux
    poignee.setStream(ancien)


def test_un_jeton_inconnu_ne_s_ecrit_pas(client, sortie):
    assert client.get(FLUX).status_code in {302, 404}
    assert client.get(f"{FLUX}/encore").status_code == 404
    assert "/calendriers/***" in sortie.getvalue()
    assert JETON not in sortie.getvalue()


@pytest.mark.parametrize(
    "nom",
    ["django.request", "django.server", "django.security", "gunicorn.error", "gunicorn.access", "essai"],
)
def test_quel_que_soit_le_journal(sortie, nom):
    logging.getLogger(nom).error("GET %s refusé (%s)", FLUX, 500)
    assert "GET /calendriers/*** refusé (500)" in sortie.getvalue()
    assert JETON not in sortie.getvalue()


def test_une_trace_d_erreur_non_plus(sortie):
    try:
        raise ValueError(f"adresse {FLUX} illisible")
    except ValueError:
        logging.getLogger("django.request").exception("Erreur interne : %s", FLUX)
    assert "ValueError: adresse /calendriers/*** illisible" in sortie.getvalue()
    assert JETON not in sortie.getvalue()


def test_la_ligne_d_acces_du_serveur_embarque_non_plus(sortie):
    """The embedded server writes one line per request, through « django.server »."""

    def introuvable(environ, start_response):
        start_response("404 Not Found", [("Content-Length", "0")])
        return []

    with WSGIServer(("127.0.0.1", 0), WSGIRequestHandler) as serveur:
        serveur.set_app(introuvable)
        fil = threading.Thread(target=serveur.handle_request)
        fil.start()
        connexion = HTTPConnection("127.0.0.1", serveur.server_port)
        connexion.request("GET", FLUX, headers={"Connection": "close"})
        connexion.getresponse().read()
        connexion.close()
        fil.join()
    assert 'django.server "GET /calendriers/***' in sortie.getvalue()
    assert JETON not in sortie.getvalue()


@pytest.mark.parametrize("journal", [settings.LOGGING, embarque.LOGGING], ids=["production", "embarqué"])
def test_tout_journal_sort_par_une_poignee_qui_masque(journal):
    """A logger that does not propagate must name a handler of ours; each handler of ours masks."""
    assert all(poignee["filters"] == ["secrets"] for poignee in journal["handlers"].values())
    for nom in ("django.server", "gunicorn.access", "gunicorn.error"):
        assert journal["loggers"][nom]["handlers"] == ["console"]


def test_les_liens_qui_changent_un_mot_de_passe_ou_une_adresse_non_plus():
    for lien in (
        reverse("comptes:mot_de_passe_nouveau", args=["MTI", "abc-123"]),
        reverse("comptes:courriel_confirmer", args=["ana:1x:sceau"]),
    ):
        masque = masquer(f"Not Found: {lien}")
        assert masque.endswith("/***")
        assert "123" not in masque
        assert "sceau" not in masque


def test_le_reste_se_lit_toujours():
    texte = "Not Found: /reseaux/12/ (calendriers) /calendriers/"
    assert masquer(texte) == texte
