"""Erases what is past its time, as each night; with `--a-blanc`, only says what would go."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from socle.purge import purger


class Command(BaseCommand):
    help = "Efface ce dont la durée de conservation est finie ; c’est fait chaque nuit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--a-blanc", action="store_true", help="compte sans rien effacer")

    def handle(self, *, a_blanc: bool, **options: Any) -> None:
        for regle, nombre in purger(a_blanc=a_blanc):
            self.stdout.write(f"{nombre:>8} {regle.quoi} (durée : {regle.duree})")
        self.stdout.write("Rien n’a été effacé." if a_blanc else "La purge est faite.")
