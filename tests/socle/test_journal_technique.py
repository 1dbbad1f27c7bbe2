"""The technical log of production: one event, one line, nothing of anyone."""

import io
import json
import logging
import smtplib
import traceback

import pytest
from celery import Celery
from celery.app.trace import build_tracer
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, OperationalError
from hypothesis import given
from hypothesis import strategies as st

from socle.journal_technique import UneLigneDeTexte, UneLigneParEvenement

JETON = "a5-_Zk" * 5


@pytest.fixture
def ligne():
    """`ligne(lambda journal: journal.error(…))` → what is written, read as JSON."""
    flux = io.StringIO()
    poignee = logging.StreamHandler(flux)
    poignee.setFormatter(UneLigneParEvenement())
    journal = logging.Logger("essai")
    journal.addHandler(poignee)

    def ecrire(geste) -> dict:
        flux.seek(0)
        flux.truncate()
        geste(journal)
        texte = flux.getvalue()
        assert texte.endswith("\n")
        assert len(texte.splitlines()) == 1, texte
        return json.loads(texte)

    return ecrire


def lever(erreur: BaseException, cause: BaseException | None = None):
    def geste(journal: logging.Logger) -> None:
        try:
            raise erreur from cause
        except type(erreur):
            journal.exception("Échec de %s", "l’essai")

    return geste


def test_un_evenement_a_ses_cles(ligne):
    evenement = ligne(lambda journal: journal.warning("Purge : %s lignes", 3, extra={"status_code": 404}))
    assert evenement["message"] == "Purge : 3 lignes"
    assert (evenement["niveau"], evenement["journal"], evenement["statut"]) == ("WARNING", "essai", 404)
    assert evenement["date"].endswith("+00:00")
    assert "trace" not in evenement


@given(texte=st.text())
def test_aucun_texte_ne_coupe_une_ligne(texte: str):
    enregistrement = logging.LogRecord("essai", logging.ERROR, "", 0, "%s", (texte,), None)
    ecrit = UneLigneParEvenement().format(enregistrement)
    assert len(ecrit.splitlines()) == 1
    assert ecrit.isprintable()
    json.loads(ecrit)


@pytest.mark.parametrize(
    "charge",
    ['\r\n{"niveau": "CRITICAL"}', "\x1b[2J\x1b[31m", '", "niveau": "CRITICAL', "\u2028\u0085\u202e", "\x00"],
)
def test_une_saisie_n_ecrit_pas_un_faux_evenement(ligne, charge: str):
    evenement = ligne(lambda journal: journal.error("Not Found: %s", f"/{charge}"))
    assert evenement["niveau"] == "ERROR"
    assert charge in evenement["message"]


@given(texte=st.text())
def test_en_texte_non_plus_rien_ne_passe_pour_un_evenement(texte: str):
    """What was typed, in the message and in the error, never begins a line nor moves the cursor."""
    try:
        raise ValueError(texte)
    except ValueError as erreur:
        exc_info = (ValueError, erreur, erreur.__traceback__)
    enregistrement = logging.LogRecord("essai", logging.ERROR, "", 0, "Refus : %s", (texte,), exc_info)
    ecrit = UneLigneDeTexte("{levelname} {message}", style="{").format(enregistrement)
    evenement, *trace = ecrit.split("\n")
    assert evenement.startswith("ERROR Refus : ")
    assert all(ligne.startswith("    ") for ligne in trace)
    assert ecrit.replace("\n", "").isprintable()


def test_la_mise_en_forme_du_terminal_est_celle_des_reglages():
    assert settings.LOGGING["formatters"]["texte"]["()"].endswith(f".{UneLigneDeTexte.__name__}")
    assert settings.LOGGING["formatters"]["json"]["()"].endswith(f".{UneLigneParEvenement.__name__}")


@pytest.mark.parametrize(
    "erreur",
    [
        ValueError("Lovelace"),
        IntegrityError("Key (nom)=(Lovelace) already exists."),
        KeyError("Lovelace"),
    ],
)
def test_une_erreur_qui_cite_une_saisie_ne_garde_que_sa_nature_et_son_lieu(ligne, erreur):
    evenement = ligne(lever(erreur))
    (trace,) = evenement["trace"]
    assert trace["genre"] == type(erreur).__name__
    assert trace["pile"][0].endswith(" geste")
    assert "Lovelace" not in json.dumps(evenement)


@pytest.mark.parametrize(
    "erreur",
    [
        OperationalError("base injoignable"),
        ImproperlyConfigured("réglage absent"),
        ConnectionRefusedError("refusé"),
    ],
)
def test_une_erreur_de_la_machine_garde_ses_paroles(ligne, erreur):
    (trace,) = ligne(lever(erreur))["trace"]
    assert trace["message"] == str(erreur)


def test_la_cause_est_dite_aussi(ligne):
    trace = ligne(lever(RuntimeError("Lovelace"), cause=OSError("disque plein")))["trace"]
    assert [(t["genre"], t.get("message")) for t in trace] == [
        ("RuntimeError", None),
        ("OSError", "disque plein"),
    ]


def test_ni_adresse_electronique_ni_mot_de_passe_ni_cle(ligne):
    refus = smtplib.SMTPRecipientsRefused({"ada.lovelace@ac-essai.fr": (550, b"inconnue")})
    assert "lovelace" not in json.dumps(ligne(lever(refus)))
    evenement = ligne(
        lambda journal: journal.error("%s /calendriers/%s", "postgres://moi:secret@base/x", JETON)
    )
    assert evenement["message"] == "postgres://***@base/x /calendriers/***"


def test_une_tache_en_echec_ne_cite_pas_son_erreur(ligne):
    """Celery writes the error, and what it said, in the message itself."""
    app = Celery("essai", broker="memory://", set_as_current=False)
    app.conf.task_ignore_result = True

    @app.task(name="essai.echouer")
    def echouer(nom: str) -> None:
        raise ValueError(f"{nom} est illisible")

    def geste(journal: logging.Logger) -> None:
        celery = logging.getLogger("celery.app.trace")
        celery.addHandler(journal.handlers[0])
        try:
            build_tracer("essai.echouer", echouer, app=app)("id", ("Lovelace",), {}, {"id": "id"})
        finally:
            celery.removeHandler(journal.handlers[0])

    evenement = ligne(geste)
    assert "essai.echouer[id]" in evenement["message"]
    assert "ValueError" in evenement["message"]
    assert evenement["trace"][0]["genre"] == "ValueError"
    assert "Lovelace" not in json.dumps(evenement)


def test_la_mise_en_forme_ordinaire_aurait_tout_dit():
    """The proof that the test above can fail."""
    try:
        raise ValueError("Lovelace")
    except ValueError:
        assert "Lovelace" in traceback.format_exc()
