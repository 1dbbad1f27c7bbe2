"""Tells every broken invariant of the database, one line each; exit code 1 when there is one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cio_network.coherence import anomalies
from socle.texte import sans_controle


class Command(BaseCommand):
    help = "Vérifie que les données tiennent ensemble : totaux, rattachements, numéros, empreintes, règles."

    def handle(self, *args: Any, **options: Any) -> None:
        trouvees = anomalies()
        for anomalie in trouvees:
            self.stdout.write(sans_controle(anomalie))
        if trouvees:
            raise CommandError(f"{len(trouvees)} anomalie{'s' if len(trouvees) > 1 else ''}.")
        self.stdout.write("Aucune anomalie.")
