"""The orientation year: what the calendar type says of it, and what a département made of it."""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from planning.enums import GenrePeriodeOrientation, Niveau, Rythme
from planning.models import ChoixRythme, PeriodeOrientation
from reseaux.models import AnneeScolaire, Etablissement

DONNEES = Path(__file__).resolve().parent.parent / "donnees" / "calendrier_orientation.json"
A_CONFIRMER = " (dates à confirmer)"


@dataclass(frozen=True)
class PeriodeType:
    """A period of the calendar type, placed in one school year."""

    genre: str
    titre: str
    niveau: str
    rythme: str
    debut: dt.date
    fin: dt.date


def periodes_orientation(departement: int, debut: dt.date, fin: dt.date) -> list[PeriodeOrientation]:
    """The periods of a département that touch these days, in order: one query."""
    touchees = PeriodeOrientation.objects.filter(departement=departement, debut__lte=fin, fin__gte=debut)
    return list(touchees.order_by("debut", "fin", "pk"))


def rythme_de(etablissement: Etablissement, annee: AnneeScolaire) -> Rythme:
    """Terms, unless the school said semesters for that year."""
    choix = ChoixRythme.objects.filter(etablissement=etablissement, annee=annee).first()
    return Rythme(choix.rythme) if choix else Rythme.TRIMESTRE


def periodes_type(annee: AnneeScolaire) -> list[PeriodeType]:
    """The calendar type of a school year, Parcoursup included, in order."""
    communes = [
        PeriodeType(
            ligne["genre"],
            ligne["titre"],
            ligne["niveau"],
            ligne["rythme"],
            _placer(annee, ligne["debut"]),
            _placer(annee, ligne["fin"]),
        )
        for ligne in _donnees()["periodes"]
    ]
    return sorted(communes + _parcoursup(annee), key=lambda p: (p.debut, p.fin, p.titre))


def _parcoursup(annee: AnneeScolaire) -> list[PeriodeType]:
    """The session of the year; unknown yet, the last one known some whole weeks later, to be confirmed."""
    sessions = {code: lignes for code, lignes in _donnees()["parcoursup"].items() if code != "lecture"}
    reprise = annee.code if annee.code in sessions else max(sessions)
    ecart = dt.timedelta(weeks=52 * (annee.debut.year - int(reprise[:4])))
    reserve = "" if reprise == annee.code else A_CONFIRMER
    return [
        PeriodeType(
            GenrePeriodeOrientation.PARCOURSUP,
            ligne["titre"] + reserve,
            Niveau.TERMINALE,
            "",
            dt.date.fromisoformat(ligne["debut"]) + ecart,
            dt.date.fromisoformat(ligne["fin"]) + ecart,
        )
        for ligne in sessions[reprise]
    ]


def _placer(annee: AnneeScolaire, mois_jour: str) -> dt.date:
    """« 09-01 » in the first civil year of the school year, « 06-18 » in the second."""
    mois = int(mois_jour[:2])
    return dt.date(annee.debut.year + (mois < annee.debut.month), mois, int(mois_jour[3:]))


@cache
def _donnees() -> dict[str, Any]:
    return json.loads(DONNEES.read_text(encoding="utf-8"))
