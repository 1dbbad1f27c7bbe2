"""What deploy/ and docker-compose.yml say is true: same variables, same modules, same commands."""

import re
import subprocess
import sys

import yaml

from tests.depot import RACINE

COMPOSE = yaml.safe_load((RACINE / "docker-compose.yml").read_text())["services"]
EXEMPLE = dict(
    ligne.split("=", 1)
    for ligne in (RACINE / ".env.example").read_text().splitlines()
    if ligne and not ligne.startswith("#")
)
BASE = (RACINE / "cio_network" / "settings" / "base.py").read_text()


def test_les_services_de_production_sont_tous_la():
    assert set(COMPOSE) == {"migrations", "web", "worker", "beat", "postgres", "redis"}
    for nom in ("migrations", "web", "worker", "beat"):
        assert COMPOSE[nom]["build"]["dockerfile"] == "deploy/Dockerfile"
        assert (RACINE / "deploy" / "Dockerfile").exists()
        assert COMPOSE[nom]["env_file"] == ".env"


def test_rien_n_est_ouvert_hors_de_la_machine():
    ports = [port for service in COMPOSE.values() for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:8000:8000"]


def test_les_processus_attendent_les_migrations():
    for nom in ("web", "worker", "beat"):
        assert COMPOSE[nom]["depends_on"]["migrations"] == {"condition": "service_completed_successfully"}


def test_l_exemple_ne_nomme_que_des_reglages_lus():
    """A variable that nothing reads is a promise that nobody keeps."""
    lus = set(re.findall(r'env(?:\.\w+)?\(\s*"(\w+)"', BASE)) | {"POSTGRES_PASSWORD"}
    assert set(EXEMPLE) <= lus


def test_l_exemple_complete_par_une_cle_suffit():
    """`check --deploy` finds nothing to say of it, and the start is not refused."""
    essai = subprocess.run(
        [sys.executable, "deploy/outils/verifier_production.py"],
        cwd=RACINE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert essai.returncode == 0, essai.stdout + essai.stderr


def test_le_service_refuse_de_demarrer_sans_reglages():
    essai = subprocess.run(
        [sys.executable, "-c", "import cio_network.wsgi"],
        cwd=RACINE,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert essai.returncode != 0
    assert "SECRET_KEY" in essai.stderr


def test_gunicorn_lit_sa_configuration():
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    essai = subprocess.run(
        [*gunicorn, "--print-config", "wsgiref.simple_server:demo_app"],
        cwd=RACINE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert essai.returncode == 0, essai.stderr
    assert re.search(r"worker_class\s+= .*gthread", essai.stdout)
