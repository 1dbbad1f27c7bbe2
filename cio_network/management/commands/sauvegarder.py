"""Makes an archive of the base in a folder; the service may be running."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from psyen.services.effacement import PERSONNES
from socle.effacement import ecrire_registre, registre
from socle.sauvegarde import gestes
from socle.sauvegarde.archive import creer_cle
from socle.sauvegarde.erreurs import SauvegardeImpossible

#: Beside the archives: whoever restores one finds it.
REGISTRE = "effacements.jsonl"


class Command(BaseCommand):
    help = "Sauvegarde toute la base dans une archive vérifiable, chiffrée si une clé publique est donnée."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dossier", type=Path, nargs="?", help="où écrire l’archive")
        parser.add_argument(
            "--pour",
            action="append",
            default=[],
            metavar="age1…",
            help="clé publique pour laquelle chiffrer (répétable) ; sinon SAUVEGARDE_CLES_PUBLIQUES",
        )
        parser.add_argument("--en-clair", action="store_true", help="ne chiffre pas, malgré le réglage")
        parser.add_argument(
            "--garder", type=int, metavar="N", help="ne garde que les N archives les plus récentes du dossier"
        )
        parser.add_argument(
            "--creer-cle",
            type=Path,
            metavar="FICHIER",
            help="crée une clé privée dans ce fichier, affiche sa clé publique et s’arrête",
        )

    def handle(self, *, dossier: Path | None, creer_cle: Path | None, **options: Any) -> None:
        if creer_cle:
            self._creer_cle(creer_cle)
        elif dossier is None:
            raise CommandError("Indiquez le dossier où écrire l’archive.")
        else:
            self._sauvegarder(dossier, **options)

    def _sauvegarder(
        self, dossier: Path, *, pour: list[str], en_clair: bool, garder: int | None, **_: Any
    ) -> None:
        if garder is not None and garder < 1:
            raise CommandError("--garder veut au moins une archive.")
        cles = [] if en_clair else pour or settings.SAUVEGARDE_CLES_PUBLIQUES
        if not dossier.is_dir():
            raise CommandError(
                f"Aucune archive n’a été écrite : « {dossier} » n’est pas un dossier, créez-le d’abord."
            )
        try:
            # First: on a disk that fills up, an archive that is there is one that was told.
            ecrire_registre(dossier / REGISTRE, registre(PERSONNES))
            archive, manifeste = gestes.sauvegarder(connection, dossier, cles_publiques=cles)
        except (SauvegardeImpossible, OSError) as erreur:
            raise CommandError(f"Aucune archive n’a été écrite. {erreur}") from erreur
        self.stdout.write(
            f"{archive} : {len(manifeste.lignes)} tables, {manifeste.total} lignes, "
            f"{archive.stat().st_size} octets, {'chiffrée' if cles else 'en clair'}."
        )
        for ancienne in gestes.garder(dossier, garder) if garder else []:
            self.stdout.write(f"Archive ancienne effacée : {ancienne}")

    def _creer_cle(self, chemin: Path) -> None:
        try:
            publique = creer_cle(chemin)
        except OSError as erreur:
            raise CommandError(f"La clé n’a pas été écrite : {erreur}") from erreur
        self.stdout.write(f"Clé privée : {chemin}. Gardez-la loin du serveur et des archives.")
        self.stdout.write(f"Clé publique : {publique}")
