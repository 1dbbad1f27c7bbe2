"""Asks everything that the service needs; exit code 1 when something is broken."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from socle.diagnostic import diagnostiquer
from socle.enums import EtatDuConstat


class Command(BaseCommand):
    help = (
        "Dit ce qui marche et ce qui ne marche pas : base, Redis, messagerie, travailleur, horloge, "
        "files, disque, migrations, polices."
    )
    # The system checks would ask for the database, which may be what is broken.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="en_json", help="pour un autre programme")

    def handle(self, *, en_json: bool, **options: Any) -> None:
        constats = list(diagnostiquer())
        if en_json:
            self.stdout.write(json.dumps([asdict(c) for c in constats], ensure_ascii=False))
        else:
            for constat in constats:
                libelle = EtatDuConstat(constat.etat).label
                self.stdout.write(f"{libelle:<10} {constat.nom:<22} {constat.detail}")
        pannes = [constat.nom for constat in constats if constat.etat == EtatDuConstat.PANNE]
        if pannes:
            raise CommandError(f"En panne : {', '.join(pannes)}.")
