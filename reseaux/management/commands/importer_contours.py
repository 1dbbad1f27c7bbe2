"""`manage.py importer_contours FICHIER.geojson`: the outlines drawn under the maps."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from reseaux.perimetre import Perimetre
from reseaux.services.contours import importer_contours
from socle.texte import sans_controle


class Command(BaseCommand):
    help = "Charge le contour des départements connus, d’après un fichier GeoJSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fichier", type=Path, help="GeoJSON : un département par élément, avec son code")

    def handle(self, *args: Any, **options: Any) -> None:
        fichier: Path = options["fichier"]
        try:
            charges = importer_contours(contenu=fichier.read_bytes(), perimetre=Perimetre.systeme())
        except OSError as erreur:
            raise CommandError(f"Le fichier {fichier} est illisible : {erreur.strerror}.") from None
        except ValidationError as erreur:
            raise CommandError("\n".join(map(sans_controle, erreur.messages))) from None
        noms = ", ".join(departement.nom for departement in charges)
        self.stdout.write(f"Contours enregistrés : {len(charges)} ({noms}).")
