"""Puts an archive back: checked first, then loaded whole or not at all, then migrated and verified."""

from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from cio_network.coherence import anomalies
from cio_network.verrou import verrou_des_donnees
from socle.sauvegarde import gestes
from socle.sauvegarde.erreurs import SauvegardeImpossible
from socle.sauvegarde.manifeste import Manifeste


class Command(BaseCommand):
    help = "Restaure une archive de « sauvegarder ». Arrêtez d’abord le web, le travailleur et l’horloge."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("archive", type=Path)
        parser.add_argument("--cle", type=Path, metavar="FICHIER", help="clé privée d’une archive chiffrée")
        parser.add_argument(
            "--a-blanc", action="store_true", help="vérifie tout l’archive et s’arrête avant de rien toucher"
        )
        parser.add_argument("--remplacer", action="store_true", help="remplace les données de cette base")
        parser.add_argument(
            "--autre-version",
            action="store_true",
            help="accepte une archive d’une version antérieure du service ou de PostgreSQL",
        )
        parser.add_argument(
            "--laisser-partir-les-courriels",
            action="store_true",
            help="laisse partir les courriels qui attendaient au moment de la sauvegarde",
        )

    def handle(self, *, archive: Path, cle: Path | None, a_blanc: bool, **options: Any) -> None:
        verrou = verrou_des_donnees() if connection.vendor == "sqlite" and not a_blanc else nullcontext()
        try:
            with verrou, gestes.ouvrir(archive, cle) as (manifeste, dossier):
                self._decrire(manifeste)
                accepte = gestes.Options(options["remplacer"], options["autre_version"])
                gestes.examiner(connection, manifeste, accepte)
                if a_blanc:
                    self.stdout.write(
                        "L’archive est entière et peut être restaurée ici. Rien n’a été touché."
                    )
                    return
                self._restaurer(manifeste, dossier, **options)
        except (SauvegardeImpossible, OSError) as erreur:
            raise CommandError(f"Rien n’a été restauré. {erreur}") from erreur

    def _decrire(self, manifeste: Manifeste) -> None:
        origine = manifeste.installation
        self.stdout.write(
            f"Sauvegarde du {manifeste.cree_le}, version {origine.application}, {origine.moteur} "
            f"{origine.version_du_moteur} : {len(manifeste.lignes)} tables, {manifeste.total} lignes."
        )

    def _restaurer(self, manifeste: Manifeste, dossier: Path, **options: Any) -> None:
        retenir = not options["laisser_partir_les_courriels"]
        gestes.restaurer(connection, manifeste, dossier, retenir_courriels=retenir)
        self.stdout.write("La base est restaurée : chaque table a le nombre de lignes annoncé.")
        call_command("migrate", interactive=False, verbosity=0)
        trouvees = anomalies()
        for anomalie in trouvees:
            self.stdout.write(anomalie)
        self.stdout.write(
            "La base est à jour de cette version du service. "
            + (f"Anomalies : {len(trouvees)}." if trouvees else "Aucune anomalie.")
        )
