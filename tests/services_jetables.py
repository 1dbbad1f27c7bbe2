"""Throwaway PostgreSQL and Redis, born and dead with the command that they serve.

`python tests/services_jetables.py COMMAND…` runs the command with DATABASE_URL and REDIS_URL.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "deploy" / "outils"))

import psycopg
import systeme

CREATION = ("--no-sync", "--encoding=UTF8", "--locale=C.UTF-8")
SANS_DISQUE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SANS_MEMOIRE = ("--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
DELAI = 30.0  # seconds; PostgreSQL is ready in 1.5 s on two busy cores


class ServiceManquant(RuntimeError):
    """A service that the tests need is not on this machine: a failure, never a skip."""

    def __init__(self, besoin: str) -> None:
        super().__init__(
            f"{besoin} est nécessaire aux essais. Pour l’installer : {systeme.commande([besoin])}"
        )


def identite_du_service() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: root lends it the identity of `postgres`, or of `nobody`."""
    if os.geteuid() != 0:
        return {}
    for nom in ("postgres", "nobody"):
        try:
            compte = pwd.getpwnam(nom)
        except KeyError:
            continue
        return {"user": compte.pw_uid, "group": compte.pw_gid, "extra_groups": []}
    raise ServiceManquant("postgresql")


def _attendre(pret: Any, processus: subprocess.Popen[bytes], journal: Path) -> None:
    limite = time.monotonic() + DELAI
    while not pret():
        if processus.poll() is not None or time.monotonic() > limite:
            raise RuntimeError(f"Le service jetable n’a pas démarré : {journal.read_text()[-2000:]}")
        time.sleep(0.05)


def _arreter(processus: subprocess.Popen[bytes], comment: signal.Signals = signal.SIGINT) -> None:
    processus.send_signal(comment)
    try:
        processus.wait(timeout=DELAI)
    except subprocess.TimeoutExpired:
        processus.kill()
        processus.wait()


@contextmanager
def dossier_court(identite: dict[str, Any]) -> Iterator[Path]:
    """A short path: the name of a unix socket is limited to 107 bytes."""
    dossier = Path(tempfile.mkdtemp(prefix="cio-", dir="/tmp"))
    if identite:
        os.chown(dossier, identite["user"], identite["group"])
    try:
        yield dossier
    finally:
        shutil.rmtree(dossier, ignore_errors=True)


class Postgresql:
    """A server on a unix socket (no port to clash with); killed or stopped, it may be started again."""

    def __init__(self, dossier: Path, donnees: Path, options: tuple[str, ...]) -> None:
        binaires = systeme.trouver_postgresql()
        if binaires is None:
            raise ServiceManquant("postgresql")
        self._binaires, self._identite = binaires, identite_du_service()
        self.dossier, self.donnees = dossier, donnees
        reglages = (
            "listen_addresses=",
            f"unix_socket_directories={dossier}",
            "max_connections=200",
            *options,
        )
        self._options = [mot for reglage in reglages for mot in ("-c", reglage)]
        self._processus: subprocess.Popen[bytes] | None = None

    @property
    def adresse(self) -> str:
        return f"postgres://postgres@//{str(self.dossier).lstrip('/')}/postgres"

    @property
    def journal(self) -> Path:
        return self.dossier / "journal"

    def creer(self) -> None:
        """Empty data."""
        subprocess.run(
            [self._binaires / "initdb", "-D", self.donnees, "-U", "postgres", "-A", "trust", *CREATION],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.dossier,
            **self._identite,
        )

    def demarrer(self) -> None:
        """Answers when it returns."""
        with self.journal.open("ab") as sortie:
            self._processus = subprocess.Popen(
                [self._binaires / "postgres", "-D", self.donnees, *self._options],
                stdout=sortie,
                stderr=sortie,
                cwd=self.dossier,
                **self._identite,
            )
        _attendre(lambda: _postgresql_repond(self.dossier), self._processus, self.journal)

    def vit(self) -> bool:
        return self._processus is not None and self._processus.poll() is None

    def arreter(self, comment: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: fast; SIGQUIT: immediate, its children drop what they do; SIGKILL: as when power goes."""
        if self._processus is not None:
            _arreter(self._processus, comment)


@contextmanager
def postgresql_jetable() -> Iterator[str]:
    """Address of an empty PostgreSQL; nothing is worth a sync to the disk: its data die with the tests."""
    with dossier_court(identite_du_service()) as dossier:
        serveur = Postgresql(dossier, dossier / "donnees", SANS_DISQUE)
        serveur.creer()
        try:
            serveur.demarrer()
            yield serveur.adresse
        finally:
            serveur.arreter()


def _postgresql_repond(dossier: Path) -> bool:
    try:
        psycopg.connect(host=str(dossier), user="postgres", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


@contextmanager
def redis_jetable(port: int | None = None, script: str = "") -> Iterator[str]:
    """Address of an empty Redis on a port of the loopback (a free one), nothing kept on the disk.

    `script` is what starts it when it is not started plainly: it names `redis-server -`.
    """
    binaire = systeme.trouver_redis()
    if binaire is None:
        raise ServiceManquant("redis")
    with dossier_court({}) as dossier:
        port, journal = port or port_libre(), dossier / "journal"
        with journal.open("wb") as sortie:
            ordre = [binaire, "--port", str(port), "--dir", str(dossier), *SANS_MEMOIRE]
            if script:
                assert "redis-server -" in script
                lieu = f"{binaire} - --port {port} --dir {dossier} --bind 127.0.0.1"
                ordre = ["sh", "-c", script.replace("redis-server -", lieu)]
            processus = subprocess.Popen(ordre, stdout=sortie, stderr=sortie)
        try:
            _attendre(lambda: _redis_repond(port), processus, journal)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            _arreter(processus)


def _redis_repond(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as prise:
            prise.sendall(b"PING\r\n")
            return prise.recv(7) in {b"+PONG\r\n", b"-NOAUTH"}
    except OSError:
        return False


def main(commande: list[str]) -> int:
    try:
        with postgresql_jetable() as base, redis_jetable() as redis:
            environnement = os.environ | {"DATABASE_URL": base, "REDIS_URL": redis}
            return subprocess.run(commande, env=environnement, check=False).returncode
    except ServiceManquant as manque:
        sys.exit(str(manque))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
