"""Puts an archive back: checked first, then loaded whole or not at all, then migrated and verified."""

import itertools
from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from cio_network.coherence import anomalies
from cio_network.management.commands.sauvegarder import REGISTRE
from cio_network.verrou import verrou_des_donnees
from psyen.services.effacement import PERSONNES, rejouer_effacements
from reseaux.perimetre import Perimetre
from socle.effacement import LigneDuRegistre, lire_registre, ouvrir_registre, registre
from socle.sauvegarde import gestes
from socle.sauvegarde.erreurs import SauvegardeImpossible
from socle.sauvegarde.manifeste import Manifeste
from socle.texte import sans_controle
from socle.traces import Effacement


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
            "--effacements",
            type=Path,
            metavar="FICHIER",
            help="registre des personnes effacées ; sinon effacements.jsonl à côté de l’archive",
        )
        parser.add_argument(
            "--sans-effacements", action="store_true", help="aucun registre n’existe, et on le sait"
        )
        parser.add_argument(
            "--laisser-partir-les-courriels",
            action="store_true",
            help="laisse partir les courriels qui attendaient au moment de la sauvegarde",
        )

    def handle(self, *, archive: Path, a_blanc: bool, **options: Any) -> None:
        verrou = verrou_des_donnees() if connection.vendor == "sqlite" and not a_blanc else nullcontext()
        with verrou:
            try:
                effaces = self._remettre(archive, a_blanc, **options)
            except (SauvegardeImpossible, OSError, ValueError) as erreur:
                raise CommandError(f"Rien n’a été restauré. {erreur}") from erreur
            if a_blanc:
                self.stdout.write("L’archive est entière et peut être restaurée ici. Rien n’a été touché.")
            else:
                self._mettre_a_jour(effaces)

    def _remettre(
        self, archive: Path, a_blanc: bool, *, cle: Path | None, **options: Any
    ) -> list[LigneDuRegistre]:
        """Checks everything, then puts the base back unless `a_blanc`; gives those to erase again."""
        with gestes.ouvrir(archive, cle) as (manifeste, dossier):
            self._decrire(manifeste)
            accepte = gestes.Options(options["remplacer"], options["autre_version"])
            gestes.examiner(connection, manifeste, accepte)
            effaces = _personnes_effacees(archive, options["effacements"], options["sans_effacements"])
            if not a_blanc:
                if effaces:
                    ouvrir_registre(settings.JOURNAL_DES_EFFACEMENTS)
                retenir = not options["laisser_partir_les_courriels"]
                gestes.restaurer(connection, manifeste, dossier, retenir_courriels=retenir)
                self.stdout.write("La base est restaurée : chaque table a le nombre de lignes annoncé.")
        return effaces

    def _decrire(self, manifeste: Manifeste) -> None:
        origine = manifeste.installation
        self.stdout.write(
            f"Sauvegarde du {manifeste.cree_le}, version {origine.application}, {origine.moteur} "
            f"{origine.version_du_moteur} : {len(manifeste.lignes)} tables, {manifeste.total} lignes."
        )

    def _mettre_a_jour(self, effaces: list[LigneDuRegistre]) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        rejoues = rejouer_effacements(effaces, Perimetre.systeme())
        self.stdout.write(f"Comptes et fiches effacés de nouveau : {rejoues}.")
        trouvees = anomalies()
        for anomalie in trouvees:
            self.stdout.write(sans_controle(anomalie))
        self.stdout.write(
            "La base est à jour de cette version du service. "
            + (f"Anomalies : {len(trouvees)}." if trouvees else "Aucune anomalie.")
        )


def _personnes_effacees(archive: Path, donne: Path | None, sans_registre: bool) -> list[LigneDuRegistre]:
    """Every register at hand: the one given or else the one beside the archive, that of this server, that of
    its base. The archive knows none of those erased since.
    """
    if donne and not donne.exists():
        raise SauvegardeImpossible(f"Le registre {donne} n’existe pas.")
    fichiers = [donne or archive.with_name(REGISTRE), settings.JOURNAL_DES_EFFACEMENTS]
    lus = [lire_registre(fichier) for fichier in fichiers if fichier.exists()]
    if not lus and not sans_registre:
        raise SauvegardeImpossible(
            "Aucun registre des effacements n’est là : des personnes effacées depuis la sauvegarde "
            "reviendraient. Donnez --effacements, ou --sans-effacements s’il n’y en a jamais eu."
        )
    return [*itertools.chain.from_iterable(lus), *_registre_de_la_base()]


def _registre_de_la_base() -> list[LigneDuRegistre]:
    """What the base about to be replaced knows; an empty server knows nothing."""
    tables = connection.introspection.table_names()
    return registre(PERSONNES) if Effacement._meta.db_table in tables else []
