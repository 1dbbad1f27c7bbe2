"""`check --deploy` on the production settings, with the environment of .env.example made valid."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent.parent


def environnement():
    """The variables of .env.example: what the example says must be enough to start safely."""
    lignes = (RACINE / ".env.example").read_text(encoding="utf-8").splitlines()
    exemple = dict(ligne.split("=", 1) for ligne in lignes if ligne and not ligne.startswith("#"))
    return {**os.environ, **exemple, "SECRET_KEY": secrets.token_urlsafe(50)}


def main():
    ordre = [sys.executable, "-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    ordre += ["--settings", "cio_network.settings.base"]
    sys.exit(subprocess.run(ordre, cwd=RACINE, env=environnement(), check=False).returncode)


if __name__ == "__main__":
    main()
