"""The processes under test: workers and beats of Celery, their Redis, in groups of their own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import redis
import verifier_production
from celery import Celery
from django.db import connection

from socle.courriels import TACHE
from tests.depot import RACINE
from tests.pannes.attente import attendre
from tests.pannes.horloge import VARIABLE, decalage
from tests.services_jetables import port_libre, redis_jetable

RAPPELS, COURRIELS = "planning.tasks.envoyer_rappels", TACHE
#: Four children: Celery keeps the place of a killed one for ten seconds.
OUVRIER = ("worker", "--concurrency", "4", "--without-gossip", "--without-mingle")
FIGES = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


class Courtier:
    """A Redis on a port of its own: emptied, frozen, stopped and started again."""

    def __init__(self) -> None:
        self.port = port_libre()
        self.adresse = f"redis://127.0.0.1:{self.port}/0"
        self._pile = ExitStack()
        self._celery = Celery("pannes", broker=self.adresse, set_as_current=False)

    def demarrer(self) -> None:
        self._pile.enter_context(redis_jetable(self.port))

    def arreter(self) -> None:
        self._pile.close()

    @contextmanager
    def arrete(self) -> Iterator[None]:
        """The connection is refused; what it held is lost."""
        self.arreter()
        try:
            yield
        finally:
            self.demarrer()

    @contextmanager
    def gele(self) -> Iterator[None]:
        """The connection is accepted, then nothing is answered."""
        with redis.Redis(port=self.port) as client:
            pid = client.info("server")["process_id"]
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def vider(self) -> None:
        with redis.Redis(port=self.port) as client:
            client.flushall()

    def demander(self, *taches: str) -> None:
        """As beat does."""
        with self._celery.connection_for_write() as liaison:
            for tache in taches:
                self._celery.send_task(tache, connection=liaison)


class Processus:
    """`celery -A cio_network …` with the production settings, on the test database."""

    def __init__(
        self, ordre: tuple[str, ...], journal: Path, environnement: dict[str, str], pret: str
    ) -> None:
        """Ready once its log says so."""
        self.journal = journal
        with self.journal.open("wb") as sortie:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "cio_network", *ordre, "--loglevel", "INFO"],
                cwd=RACINE,
                env=environnement,
                stdout=sortie,
                stderr=sortie,
                start_new_session=True,
            )
        self._pret = pret

    def attendre(self) -> None:
        attendre(lambda: self._pret in self.lu() or not self.vit(), f"« {self._pret} »", delai=40)
        assert self.vit(), self.lu()

    def lu(self) -> str:
        return self.journal.read_text(encoding="utf-8", errors="replace")

    def vit(self) -> bool:
        return self._popen.poll() is None

    def tuer(self) -> None:
        """SIGKILL to the whole group: nothing is said, nothing is closed."""
        if self.vit():
            os.killpg(self._popen.pid, signal.SIGKILL)
            self._popen.wait()

    def tuer_les_enfants(self) -> None:
        """SIGKILL to the processes of the pool: the worker lives and hires others."""
        pid = self._popen.pid
        for enfant in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            os.kill(int(enfant), signal.SIGKILL)


class Atelier:
    """A broker, as many workers and beats as asked, a mail server's port; one per session of tests."""

    def __init__(self, dossier: Path) -> None:
        self.dossier = dossier
        self.courtier = Courtier()
        self.port_du_puits = port_libre()
        self.ouvriers: list[Processus] = []
        self.battements: list[Processus] = []
        self._noms = (f"processus{rang}" for rang in count(1))
        self.courtier.demarrer()

    def _lancer(self, nom: str, ordre: tuple[str, ...], pret: str) -> Processus:
        return Processus(ordre, self.dossier / f"{nom}.log", self._environnement(), pret)

    def _environnement(self) -> dict[str, str]:
        serveur = os.environ["DATABASE_URL"].rpartition("/")[0]
        return verifier_production.environnement(str(self.dossier)) | {
            "DJANGO_SETTINGS_MODULE": "tests.pannes.reglages",
            "DATABASE_URL": f"{serveur}/{connection.settings_dict['NAME']}",
            "REDIS_URL": self.courtier.adresse,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.port_du_puits}",
            "NIVEAU_JOURNAL": "INFO",
            "CIO_VAR": str(self.dossier),
            VARIABLE: str(decalage().total_seconds()),
        }

    def embaucher(self, nombre: int = 1) -> None:
        """That many workers at work; those who live are kept."""
        self.ouvriers = [ouvrier for ouvrier in self.ouvriers if ouvrier.vit()]
        for ouvrier in self.ouvriers[nombre:]:
            ouvrier.tuer()
        del self.ouvriers[nombre:]
        while len(self.ouvriers) < nombre:
            nom = next(self._noms)
            ordre = (*OUVRIER, "--hostname", f"{nom}@essai")
            self.ouvriers.append(self._lancer(nom, ordre, " ready."))
        for ouvrier in self.ouvriers:
            ouvrier.attendre()

    def battre(self, nombre: int) -> None:
        """That many beats, each with a schedule of its own."""
        for _ in range(nombre):
            nom = next(self._noms)
            ordre = ("beat", "--schedule", str(self.dossier / f"{nom}.calendrier"))
            self.battements.append(self._lancer(nom, ordre, "Sending due task"))
        for battement in self.battements:
            battement.attendre()

    def cesser_de_battre(self) -> None:
        for battement in self.battements:
            battement.tuer()
        self.battements.clear()

    def calmer(self) -> None:
        """Nothing asked any more, nothing being written: the next test starts from there."""
        self.cesser_de_battre()
        self.courtier.vider()
        attendre(self._au_repos, "la fin des écritures en cours")

    def _au_repos(self) -> bool:
        with connection.cursor() as curseur:
            curseur.execute(f"{FIGES} AND state <> 'idle' AND backend_type = 'client backend'")
            return curseur.fetchone()[0] == 0

    def fermer(self) -> None:
        self.cesser_de_battre()
        for ouvrier in self.ouvriers:
            ouvrier.tuer()
        self.courtier.arreter()
