"""`manage.py envoyer_rappels [--au 2027-03-11]`: one tick, and the list of what it wrote."""

import datetime as dt
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from planning.models import Jalon
from planning.selectors.rappels import RappelDu
from planning.services.rappels import FERMETURE, OUVERTURE, envoyer_rappels
from socle.texte import sans_controle

#: The hour of the tick of a day to come.
HEURE = dt.time(9)


def lire_jour(texte: str) -> dt.date:
    try:
        return dt.date.fromisoformat(texte)
    except ValueError:
        raise ArgumentTypeError(f"« {texte} » n’est pas une date : écrivez par exemple 2027-03-11") from None


class Command(BaseCommand):
    help = "Écrit les rappels dus et en donne la liste ; avec --au, ceux d’un jour à venir (démonstration)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--au", type=lire_jour, metavar="AAAA-MM-JJ", help="jour à venir, à 9 heures")

    def handle(self, *args: Any, **options: Any) -> None:
        maintenant = self._moment(options["au"])
        if not OUVERTURE <= maintenant.hour < FERMETURE:
            self.stdout.write(
                f"Les rappels s’écrivent de {OUVERTURE} à {FERMETURE} heures : rien n’est écrit."
            )
            return
        ecrits = envoyer_rappels(maintenant=maintenant)
        jour = f"{maintenant:%d/%m/%Y}"
        if not ecrits:
            self.stdout.write(f"Aucun rappel n’est dû le {jour}.")
            return
        self.stdout.write(f"Rappels écrits au {jour} : {len(ecrits)}")
        for ligne in _lignes(ecrits):
            self.stdout.write(sans_controle(ligne))

    def _moment(self, au: dt.date | None) -> dt.datetime:
        """Now, or nine o’clock of a day to come: in demonstration only, elsewhere mails would leave early."""
        if au is None:
            return timezone.localtime()
        if not settings.DEMONSTRATION:
            raise CommandError("--au n’est possible qu’en démonstration : ici, les courriels partiraient.")
        if au < timezone.localdate():
            raise CommandError("Ce jour est passé : un rappel ne se date pas d’avant aujourd’hui.")
        return timezone.make_aware(dt.datetime.combine(au, HEURE))


def _lignes(ecrits: list[RappelDu]) -> list[str]:
    """Recipient, step, due date, what is expected, in columns."""
    intitules = dict(
        Jalon.objects.filter(pk__in={du.jalon for du in ecrits}).order_by("pk").values_list("pk", "intitule")
    )
    tries = sorted(ecrits, key=lambda du: (str(du.destinataire), du.destinataire.pk, du.echeance, du.jalon))
    nom = max(len(str(du.destinataire)) for du in ecrits)
    etape = max(len(du.etape) for du in ecrits)
    return [
        f"  {du.destinataire!s:{nom}}  {du.etape:{etape}}  {du.echeance:%d/%m/%Y}  {intitules[du.jalon][:60]}"
        for du in tries
    ]
