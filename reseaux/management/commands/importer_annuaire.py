"""`manage.py importer_annuaire FICHIER`: the open-data annuaire, CSV (also gzipped), XLSX or ODS."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from reseaux.perimetre import Perimetre
from reseaux.services.annuaire import LIMITES_ANNUAIRE, apercu_annuaire, importer_annuaire
from reseaux.services.annuaire_plan import PlanAnnuaire
from socle.texte import sans_controle


class Command(BaseCommand):
    help = "Importe l’annuaire de l’éducation : établissements du second degré et CIO."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fichier", type=Path, help="fichier CSV (ou .csv.gz), XLSX ou ODS")
        parser.add_argument(
            "--departement",
            default="",
            help="codes à trois caractères séparés par des virgules : 018,028,041",
        )
        parser.add_argument(
            "--a-blanc", action="store_true", help="montre ce qui changerait sans rien écrire"
        )
        parser.add_argument(
            "--fermer-absents",
            action="store_true",
            help="ferme les établissements absents du fichier, dans ce que le fichier couvre",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        fichier: Path = options["fichier"]
        try:
            contenu = fichier.read_bytes()
        except OSError as erreur:
            raise CommandError(f"Le fichier {fichier} est illisible : {erreur.strerror}.") from None
        demande = {
            "perimetre": Perimetre.systeme(),
            "nom": fichier.name,
            "contenu": contenu,
            "departements": [code for code in options["departement"].upper().split(",") if code],
            "fermer_absents": options["fermer_absents"],
            "limites": LIMITES_ANNUAIRE,
        }
        try:
            if options["a_blanc"]:
                plan = apercu_annuaire(**demande)
            else:
                plan = importer_annuaire(**demande, progression=Pourcentage(self.stderr.write))
        except ValidationError as erreur:
            raise CommandError("\n".join(map(sans_controle, erreur.messages))) from None
        self.montrer(plan, detail=options["verbosity"] > 1 or options["a_blanc"])

    def montrer(self, plan: PlanAnnuaire, *, detail: bool) -> None:
        """The plan, in the words of the web preview."""
        for titre, nombre in plan.comptes():
            self.stdout.write(f"{titre} : {nombre}")
        for motif, nombre in sorted(plan.laisses.items()):
            self.stdout.write(sans_controle(f"  laissés de côté, {motif} : {nombre}"))
        for remarque in plan.remarques:
            self.stdout.write(sans_controle(remarque))
        for anomalie in (*plan.refus, *plan.avertissements):
            self.stdout.write(sans_controle(str(anomalie)))
        for _, titre, mouvements in plan.groupes():
            for mouvement in mouvements if detail else ():
                self.stdout.write(sans_controle(f"{titre} : {mouvement.objet}"))
                for donnee, avant, apres in mouvement.changements:
                    self.stdout.write(sans_controle(f"    {donnee} : {avant} → {apres}"))
        if plan.refus:
            raise CommandError("Le fichier contient des erreurs : il ne serait pas importé.")


class Pourcentage:
    """One line each time another tenth is done."""

    def __init__(self, ecrire: Any) -> None:
        self.ecrire = ecrire
        self.dixieme = 0

    def __call__(self, fait: int, total: int | None = None, message: str | None = None) -> None:
        dixieme = fait * 10 // total if total else 0
        if dixieme > self.dixieme:
            self.dixieme = dixieme
            self.ecrire(f"{message} : {dixieme * 10} %")
