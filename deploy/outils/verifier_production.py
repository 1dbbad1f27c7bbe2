"""`check --deploy` on the production settings, then the start of the service, as .env.example says."""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent.parent


def environnement(statiques):
    """.env.example, the secrets and services of docker-compose.yml: that must be enough to start safely."""
    lignes = (RACINE / ".env.example").read_text(encoding="utf-8").splitlines()
    exemple = dict(ligne.split("=", 1) for ligne in lignes if ligne and not ligne.startswith("#"))
    systeme = {nom: os.environ[nom] for nom in ("PATH", "HOME") if nom in os.environ}
    reste = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "POSTGRES_PASSWORD": secrets.token_urlsafe(20),
        "REDIS_PASSWORD": secrets.token_urlsafe(20),
        "EMAIL_URL": "smtp+tls://utilisateur:mot-de-passe@smtp.ac-exemple.fr:587",
        "DATABASE_URL": "postgres://reseaux_cio@postgres:5432/reseaux_cio",
        "REDIS_URL": "redis://redis:6379/0",
        "STATIC_ROOT": statiques,
        "PYTHONUTF8": "1",
    }
    return {**systeme, **exemple, **reste}


def main():
    controle = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    demarrage = ["-W", "error", "-c", "import cio_network.wsgi"]
    with tempfile.TemporaryDirectory() as statiques:
        for ordre in ([*controle, "--settings", "cio_network.settings.base"], demarrage):
            subprocess.run([sys.executable, *ordre], cwd=RACINE, env=environnement(statiques), check=True)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as echec:
        sys.exit(echec.returncode)
