"""The embedded mode: web, Celery worker and beat in one process, on the loopback address."""

import os
import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from celery.beat import EmbeddedService
from celery.platforms import EX_OK
from celery.worker import state
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import (
    ThreadedWSGIServer,
    WSGIRequestHandler,
    get_internal_wsgi_application,
)
from django.db import connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from cio_network.celery import app
from cio_network.verrou import verrou_des_donnees
from comptes.selectors import MOT_DE_PASSE_DEMONSTRATION, comptes_de_demonstration
from socle import battements

ADRESSE = "127.0.0.1"
DELAI_D_ARRET = 10.0  # seconds left to a running task


class Command(BaseCommand):
    help = "Sert l’application sur cet ordinateur, sans autre service (mode embarqué)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--reinitialiser",
            action="store_true",
            help="efface la base locale, recharge la démonstration et s’arrête",
        )

    def handle(self, *, port: int, reinitialiser: bool, **options: Any) -> None:
        with verrou_des_donnees():
            if reinitialiser:
                _effacer_la_base()
            self._preparer_la_base()
            if not reinitialiser:
                self._servir(port)

    def _preparer_la_base(self) -> None:
        """Migrate and load the demo, only when there is something to do: a second start is immediate."""
        executeur = MigrationExecutor(connection)
        if executeur.migration_plan(executeur.loader.graph.leaf_nodes()):
            self.stdout.write("Préparation de la base…")
            call_command("migrate", verbosity=0, interactive=False)
        if settings.DEMONSTRATION and not get_user_model().objects.exists():
            self.stdout.write("Chargement de la démonstration (une fois)…")
            with transaction.atomic():  # interrupted, it leaves an empty base and is done again
                call_command("demo")
        connections.close_all()

    def _servir(self, port: int) -> None:
        arret = threading.Event()
        for numero in (signal.SIGINT, signal.SIGTERM):
            signal.signal(numero, lambda *_: arret.set())
        serveur = _ouvrir_le_serveur(port)
        battements.oublier()
        travailleur, horloge = _demarrer_celery()
        threading.Thread(target=serveur.serve_forever, name="Web", daemon=True).start()
        self._annoncer(port)
        arret.wait()
        self.stdout.write("\nArrêt…")
        state.should_stop = EX_OK
        horloge.service.stop(wait=False)
        serveur.shutdown()
        serveur.server_close()
        travailleur.join(DELAI_D_ARRET)
        connections.close_all()

    def _annoncer(self, port: int) -> None:
        self.stdout.write(f"\nRéseaux CIO est prêt : http://{ADRESSE}:{port}  (Ctrl+C pour arrêter)\n")
        if not settings.DEMONSTRATION:
            self.stdout.flush()
            return
        self.stdout.write(f"Comptes de démonstration (mot de passe : {MOT_DE_PASSE_DEMONSTRATION})")
        comptes = list(comptes_de_demonstration())
        largeur = max((len(compte.courriel) for compte in comptes), default=0)
        for compte in comptes:
            self.stdout.write(f"  {compte.courriel:<{largeur}}  {compte.demonstration}")
        self.stdout.flush()


def _effacer_la_base() -> None:
    """Only the SQLite file of the embedded mode: a PostgreSQL base is never erased from here."""
    if connection.vendor != "sqlite":
        raise CommandError("Seule la base SQLite de cet ordinateur peut être réinitialisée.")
    base = Path(connection.settings_dict["NAME"])
    for suffixe in ("", "-wal", "-shm"):
        base.with_name(base.name + suffixe).unlink(missing_ok=True)


def _ouvrir_le_serveur(port: int) -> ThreadedWSGIServer:
    try:
        serveur = ThreadedWSGIServer((ADRESSE, port), WSGIRequestHandler)
    except OSError as erreur:
        raise CommandError(f"Le port {port} ne peut pas être ouvert : {erreur.strerror}.") from erreur
    serveur.daemon_threads = True
    serveur.set_app(get_internal_wsgi_application())
    return serveur


def _demarrer_celery() -> tuple[threading.Thread, Any]:
    """The worker and the clock, each in a thread, joined by the in-memory broker of this process."""
    os.environ["CELERY_SKIP_CHECKS"] = "1"  # this command has just run them
    app.finalize()
    worker = app.WorkController(pool="solo", loglevel="WARNING", without_gossip=True, without_mingle=True)
    fil = threading.Thread(target=worker.start, name="Worker", daemon=True)
    fil.start()
    horloge = EmbeddedService(app, thread=True, scheduler_cls="socle.horloge:Horloge")
    horloge.start()
    return fil, horloge
