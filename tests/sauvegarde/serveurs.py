"""New, empty bases for the drill, and the command line run on them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from tests.depot import RACINE


@dataclass(frozen=True)
class Serveur:
    """Another installation of the service: its own base, its own data folder."""

    adresse: str
    dossier: Path

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._lancer("manage.py", *arguments)

    def script(self, script: Path, *arguments: str) -> str:
        fini = self._lancer(str(script), *arguments)
        assert fini.returncode == 0, fini.stderr
        return fini.stdout

    def _lancer(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environnement = os.environ | {
            "DATABASE_URL": self.adresse,
            "CIO_VAR": str(self.dossier),
            "DJANGO_SETTINGS_MODULE": "cio_network.settings.test",
            "PYTHONPATH": str(RACINE),
            "PYTHONUTF8": "1",
        }
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=RACINE,
            env=environnement,
            capture_output=True,
            text=True,
            check=False,
        )


@contextmanager
def serveur_vide(dossier: Path) -> Iterator[Serveur]:
    """On the engine of the tests: a SQLite file, or a new database of the same PostgreSQL."""
    if connection.vendor == "sqlite":
        yield Serveur(f"sqlite:///{dossier / 'base.sqlite3'}", dossier)
        return
    nom = f"exercice_{os.getpid()}_{dossier.name}".lower()[:60]
    with connection.cursor() as curseur:
        curseur.execute(f'CREATE DATABASE "{nom}"')
    try:
        yield Serveur(f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{nom}", dossier)
    finally:
        with connection.cursor() as curseur:
            curseur.execute(f'DROP DATABASE "{nom}" WITH (FORCE)')
