"""Erases what is past its time, as each night; with `--a-blanc`, only says what would go."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from reseaux.selectors.habilitations import comptes_sans_habilitation
from socle.conservation import avant, duree
from socle.purge import purger


class Command(BaseCommand):
    help = "Efface ce dont la durée de conservation est finie ; c’est fait chaque nuit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--a-blanc", action="store_true", help="compte sans rien effacer")

    def handle(self, *, a_blanc: bool, **options: Any) -> None:
        for regle, nombre in purger(a_blanc=a_blanc):
            self.stdout.write(f"{nombre:>8} {regle.quoi} (durée : {regle.duree})")
        echus = comptes_sans_habilitation(timezone.localdate(avant("comptes", timezone.now()))).count()
        self.stdout.write(
            f"{echus:>8} comptes sans habilitation depuis {duree('comptes')} : à effacer "
            "sur décision de l’autorité (effacer_personne)"
        )
        self.stdout.write("Rien n’a été effacé." if a_blanc else "La purge est faite.")
