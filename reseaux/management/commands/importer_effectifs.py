"""`manage.py importer_effectifs FICHIER --annee 2026-2027`: pupils per school, for one year."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from reseaux.models import AnneeScolaire
from reseaux.perimetre import Perimetre
from reseaux.services.annuaire import LIMITES_ANNUAIRE
from reseaux.services.effectifs import importer_effectifs, planifier_effectifs
from socle.texte import sans_controle


class Command(BaseCommand):
    help = "Importe le nombre d’élèves de chaque établissement pour une année scolaire."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fichier", type=Path, help="fichier CSV (ou .csv.gz), XLSX ou ODS")
        parser.add_argument("--annee", required=True, help="année scolaire : 2026-2027")
        parser.add_argument(
            "--rentree", default="", help="rentrée à lire dans le fichier, si elle diffère : 2021"
        )
        parser.add_argument(
            "--a-blanc", action="store_true", help="montre ce qui changerait sans rien écrire"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        fichier: Path = options["fichier"]
        annee = AnneeScolaire.objects.filter(code=options["annee"]).first()
        if annee is None:
            raise CommandError(f"L’année scolaire {options['annee']} n’existe pas.")
        operation = planifier_effectifs if options["a_blanc"] else importer_effectifs
        try:
            plan = operation(
                perimetre=Perimetre.systeme(),
                nom=fichier.name,
                contenu=fichier.read_bytes(),
                annee=annee,
                rentree=options["rentree"],
                limites=LIMITES_ANNUAIRE,
            )
        except OSError as erreur:
            raise CommandError(f"Le fichier {fichier} est illisible : {erreur.strerror}.") from None
        except ValidationError as erreur:
            raise CommandError("\n".join(map(sans_controle, erreur.messages))) from None
        self.stdout.write(plan.resume())
        for motif, nombre in sorted(plan.laisses.items()):
            self.stdout.write(sans_controle(f"  laissés de côté, {motif} : {nombre}"))
        if plan.refus:
            raise CommandError("\n".join(sans_controle(str(refus)) for refus in plan.refus))
