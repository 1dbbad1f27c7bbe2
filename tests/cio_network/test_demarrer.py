"""`manage.py demarrer`: one process that serves, works in the background, and stops cleanly."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.depot import RACINE
from tests.services_jetables import port_libre

ANOMALIE = re.compile("Traceback|Warning")
PRET = re.compile(r"prêt : (http://127\.0\.0\.1:\d+)")


def _demarrer(dossier: Path, *arguments: str) -> subprocess.Popen[str]:
    """The command as `make run` starts it, on its own data folder, without the demonstration."""
    return subprocess.Popen(
        [sys.executable, "-u", "manage.py", "demarrer", *arguments],
        cwd=RACINE,
        env={
            **{cle: os.environ[cle] for cle in ("PATH", "HOME") if cle in os.environ},
            "CIO_VAR": str(dossier),
            "DEMONSTRATION": "false",
            "PYTHONUTF8": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _attendre_pret(processus: subprocess.Popen[str]) -> tuple[str, float]:
    debut, lu = time.monotonic(), ""
    for ligne in processus.stdout or ():
        lu += ligne
        if trouve := PRET.search(ligne):
            return trouve[1], time.monotonic() - debut
    pytest.fail(f"Le service n’a pas démarré : {lu}")


def _arreter(processus: subprocess.Popen[str], numero: signal.Signals) -> str:
    processus.send_signal(numero)
    sortie, _ = processus.communicate(timeout=20)
    assert processus.returncode == 0, sortie
    return sortie


@pytest.fixture(scope="module")
def donnees(tmp_path_factory) -> Path:
    """The data folder of a service that has run once: its schema takes ten seconds."""
    dossier = tmp_path_factory.mktemp("donnees")
    premier = _demarrer(dossier, "--port", str(port_libre()))
    _attendre_pret(premier)
    sortie = _arreter(premier, signal.SIGINT)
    assert not ANOMALIE.search(sortie)
    return dossier


def test_le_second_demarrage_est_immediat_et_l_arret_propre(donnees):
    second = _demarrer(donnees, "--port", str(port_libre()))
    adresse, duree = _attendre_pret(second)
    assert duree < 5
    with urllib.request.urlopen(adresse) as page:
        assert page.status == 200
        assert "connexion" in page.url
    assert not ANOMALIE.search(_arreter(second, signal.SIGTERM))


def test_une_base_en_service_n_est_pas_effacee(donnees):
    service = _demarrer(donnees, "--port", str(port_libre()))
    _attendre_pret(service)
    essai = _demarrer(donnees, "--reinitialiser")
    sortie, _ = essai.communicate(timeout=20)
    assert essai.returncode == 1
    assert "tourne déjà" in sortie
    assert (donnees / "base.sqlite3").stat().st_size > 0
    _arreter(service, signal.SIGTERM)
