"""What « Relancer » shows before anything leaves: who answers, what was already sent."""

import datetime as dt
from itertools import groupby
from typing import NamedTuple

from comptes.models import Utilisateur
from planning.models import Jalon, Rappel
from planning.selectors.messages import noms
from planning.selectors.rappels import RELANCE
from planning.selectors.rappels_etapes import ESCALADE
from planning.selectors.responsables import Titulaires


def responsables_du_jalon(jalon: Jalon) -> list[Utilisateur]:
    """Everyone in post who answers for it today."""
    return Titulaires.des_departements([jalon.action.plan.departement_id]).du_jalon(jalon)


def numero_de_relance(jalon: Jalon) -> int:
    """The number of the next « relance » of that due date, one for all its recipients."""
    faites = Rappel.objects.filter(jalon=jalon, echeance=jalon.echeance, etape__startswith=RELANCE)
    return 1 + faites.order_by().values("etape").distinct().count()


class RappelsEnvoyes(NamedTuple):
    """One step, one day, and everyone it was written to."""

    jour: dt.date
    libelle: str
    destinataires: str


def rappels_envoyes(jalon: Jalon) -> list[RappelsEnvoyes]:
    """What was already written about the present due date, the latest first."""
    rappels = Rappel.objects.filter(jalon=jalon, echeance=jalon.echeance).select_related("destinataire")
    tries = rappels.order_by("-jour", "etape", "destinataire__nom", "destinataire__prenom", "pk")
    return [
        RappelsEnvoyes(jour, libelle_etape(etape), noms(rappel.destinataire for rappel in groupe))
        for (jour, etape), groupe in groupby(tries, key=lambda rappel: (rappel.jour, rappel.etape))
    ]


def libelle_etape(etape: str) -> str:
    """« J-7 », « R+14 », « escalade », « relance-2 » in words."""
    if etape.startswith(RELANCE):
        return f"relance n° {etape.removeprefix(RELANCE)}"
    if etape == ESCALADE:
        return "retard signalé à l’IEN-IO"
    if etape == "J":
        return "rappel du jour"
    signe, jours = etape[1], int(etape[2:])
    quand = "avant l’échéance" if signe == "-" else "après l’échéance"
    return f"rappel {jours} jour{'s' if jours > 1 else ''} {quand}"
