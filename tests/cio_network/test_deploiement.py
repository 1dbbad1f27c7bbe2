"""What deploy/, docker-compose.yml and .env.example say is true, and safe.

No container engine runs here: what it would enforce is read; what the processes do is played for real in
tests/production.
"""

import re
import subprocess
import sys

import pytest

from tests.depot import RACINE
from tests.production.composition import COMPOSE, DOCKERFILE, SERVICES, exemple, variables_de_l_image

APPLICATIONS = ("migrate", "web", "worker", "beat")
#: Those that end by themselves.
PASSAGERS = ("migrate",)
BASE = (RACINE / "cio_network" / "settings" / "base.py").read_text()
#: Every key of the Compose specification that we use; a misspelt one would be ignored in silence.
CLES = {
    "build", "cap_drop", "command", "cpus", "depends_on", "env_file", "environment", "healthcheck", "image",
    "init", "logging", "mem_limit", "networks", "pids_limit", "ports", "read_only", "restart", "secrets",
    "security_opt", "shm_size", "stop_grace_period", "tmpfs", "user", "volumes",
}  # fmt: skip
services = pytest.mark.parametrize("nom", SERVICES)


def test_les_services_de_production_sont_tous_la():
    assert set(SERVICES) == {"nginx", "migrate", "web", "worker", "beat", "postgres", "redis"}
    assert {cle for cle in COMPOSE if not cle.startswith("x-")} == {
        "name",
        "services",
        "networks",
        "volumes",
        "secrets",
    }


@services
def test_chaque_cle_est_connue_de_compose(nom: str):
    service = SERVICES[nom]
    assert set(service) <= CLES
    assert set(service.get("healthcheck", {})) <= {"test", "interval", "timeout", "retries", "start_period"}
    conditions = [attente["condition"] for attente in service.get("depends_on", {}).values()]
    assert set(conditions) <= {"service_healthy", "service_completed_successfully"}
    assert set(service.get("depends_on", {})) <= set(SERVICES)
    assert set(service["networks"]) <= set(COMPOSE["networks"])
    assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])
    montes = [volume.split(":")[0] for volume in service.get("volumes", ())]
    assert set(montes) <= set(COMPOSE["volumes"])


@services
def test_chaque_service_est_enferme(nom: str):
    """No root, no privilege, nothing to write to but memory and one volume, bounded in all."""
    service = SERVICES[nom]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert all("size=" in ecriture for ecriture in service["tmpfs"])
    assert {"cpus", "mem_limit", "pids_limit"} <= set(service)
    assert service["logging"]["options"]["max-size"]


@services
def test_chaque_service_redemarre_et_dit_s_il_va_bien(nom: str):
    if nom in PASSAGERS:
        assert SERVICES[nom]["restart"] == "no"
        return
    assert SERVICES[nom]["restart"] == "unless-stopped"
    sonde = SERVICES[nom]["healthcheck"]
    assert sonde["test"][0] == "CMD"
    assert {"interval", "timeout", "retries"} <= set(sonde)


@services
def test_chaque_image_est_epinglee_et_ne_nomme_aucun_hote(nom: str):
    """« postgres:15.14-bookworm », never « latest » nor « registre.exemple.fr/postgres »."""
    service = SERVICES[nom]
    assert "/" not in service["image"]
    if "build" not in service:
        assert re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?-bookworm", service["image"])


def test_les_images_de_depart_sont_epinglees():
    etapes = re.findall(r"^FROM (\S+) AS (\w+)$", DOCKERFILE, re.MULTILINE)
    assert len(etapes) == len(re.findall(r"^FROM ", DOCKERFILE, re.MULTILINE)) >= 4
    noms = {nom for _, nom in etapes}
    departs = {image for image, _ in etapes} - noms
    assert departs
    assert all(re.fullmatch(r"[a-z]+:\d+\.\d+\.\d+(-slim)?-bookworm", image) for image in departs)
    voulues = {service["build"]["target"] for service in SERVICES.values() if "build" in service}
    assert voulues == {"application", "mandataire"} <= noms


def test_une_image_n_est_jamais_celle_de_root():
    for etape in DOCKERFILE.split("\nFROM ")[1:]:
        if etape.partition("\n")[0].rpartition(" ")[2] in {"application", "mandataire"}:
            assert re.findall(r"^USER (\d+):\d+$", etape, re.MULTILINE)[-1] != "0"


def test_les_images_executent_ce_que_dit_la_composition():
    (commande,) = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert commande == str(SERVICES["web"]["command"]).replace("'", '"')
    for chemin in re.findall(r"COPY (deploy/\S+|requirements\S+)", DOCKERFILE):
        assert list(RACINE.glob(chemin)), chemin
    assert variables_de_l_image()["DJANGO_SETTINGS_MODULE"] == "cio_network.settings.base"


def test_rien_n_est_ouvert_que_nginx():
    ouverts = {nom: service["ports"] for nom, service in SERVICES.items() if "ports" in service}
    assert ouverts == {"nginx": ["80:8080", "443:8443"]}
    assert COMPOSE["networks"]["dedans"] == {"internal": True}
    for nom in ("postgres", "redis"):
        assert SERVICES[nom]["networks"] == ["dedans"]
    assert SERVICES["nginx"]["networks"] == ["dehors"]


def test_ce_qui_s_ecrit_survit_dans_un_volume_a_qui_l_ecrit():
    """PostgreSQL its data, the commands of `web` the register of the persons erased; nobody else writes."""
    montes = {nom: service["volumes"] for nom, service in SERVICES.items() if "volumes" in service}
    assert montes == {"web": ["registre:/registre"], "postgres": ["base:/var/lib/postgresql/data"]}
    registre = SERVICES["web"]["environment"]["JOURNAL_DES_EFFACEMENTS"]
    assert registre.startswith("/registre/")
    # An empty volume takes the owner of the folder that it covers.
    assert "install -d -o 10001 -g 10001 -m 700 /registre" in DOCKERFILE
    assert SERVICES["web"]["user"] == "10001:10001"


def test_les_processus_attendent_les_migrations():
    for nom in ("web", "worker", "beat"):
        assert SERVICES[nom]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_aucun_secret_n_est_ecrit_dans_la_composition():
    """Each is a file of secrets/, out of git, and reaches only those who need it."""
    assert all(secret["file"].startswith("secrets/") for secret in COMPOSE["secrets"].values())
    assert "/secrets/" in (RACINE / ".gitignore").read_text().splitlines()
    assert "secrets" in (RACINE / ".dockerignore").read_text().splitlines()
    assert ".env" in (RACINE / ".dockerignore").read_text().splitlines()
    for nom in APPLICATIONS:
        fichiers = {v for v in SERVICES[nom]["environment"].values() if v.startswith("/run/secrets/")}
        assert fichiers == {f"/run/secrets/{secret}" for secret in SERVICES[nom]["secrets"]}
    assert SERVICES["nginx"]["secrets"] == ["certificat", "cle_du_certificat"]
    assert SERVICES["redis"]["secrets"] == ["mot_de_passe_redis"]


def test_l_exemple_ne_nomme_que_des_reglages_lus():
    """A variable that nothing reads is a promise that nobody keeps."""
    gunicorn = (RACINE / "deploy" / "gunicorn.conf.py").read_text()
    lus = set(re.findall(r'(?:env(?:\.\w+)?\(|environ\.get\()\s*"(\w+)"', BASE + gunicorn))
    nommes = set(re.findall(r"^#?([A-Z_]+)=", (RACINE / ".env.example").read_text(), re.MULTILINE))
    assert nommes <= lus
    assert not {"SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "EMAIL_URL"} & set(exemple())


def test_un_secret_se_lit_dans_un_fichier_sans_sa_fin_de_ligne(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("p@ss/mot:de#passe\n")
    lecture = "from cio_network.settings.base import DATABASES; print(repr(DATABASES['default']['PASSWORD']))"
    essai = subprocess.run(
        [sys.executable, "-c", lecture],
        cwd=RACINE,
        env={
            "DATABASE_URL": "postgres://reseaux_cio@postgres/base",
            "POSTGRES_PASSWORD_FILE": str(secret),
            "PYTHONUTF8": "1",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert essai.stdout.strip() == "'p@ss/mot:de#passe'"


def test_l_exemple_complete_par_ses_secrets_suffit():
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
    assert re.search(r"control_socket_disable\s+= True", essai.stdout)
