"""The orientation year: what the calendar type says of it, and what a département made of it."""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Q

from planning.enums import GenrePeriodeNonOuvree, GenrePeriodeOrientation, Niveau, Rythme
from planning.models import ChoixRythme, PeriodeNonOuvree, PeriodeOrientation
from reseaux.models import AnneeScolaire, Departement, Etablissement
from reseaux.perimetre import Perimetre

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


def periodes_lues(
    departement: Departement, annee: AnneeScolaire, rythme: str = ""
) -> list[PeriodeOrientation]:
    """The periods of a year, in order; those of the other rhythm left out when one is given."""
    periodes = PeriodeOrientation.objects.filter(departement=departement, annee=annee)
    if rythme:
        periodes = periodes.filter(rythme__in=("", rythme))
    return list(periodes.order_by("debut", "fin", "titre", "pk"))


def fermetures_scolaires(departement: Departement, annee: AnneeScolaire) -> list[tuple[dt.date, dt.date]]:
    """The school holidays of the year, to be shaded on the strip."""
    vacances = PeriodeNonOuvree.objects.filter(
        academie=departement.academie_id,
        genre=GenrePeriodeNonOuvree.VACANCES,
        debut__lte=annee.fin,
        fin__gte=annee.debut,
    )
    return list(vacances.order_by("debut", "pk").values_list("debut", "fin"))


def rythme_de_son_ecole(perimetre: Perimetre, annee: AnneeScolaire) -> str:
    """Terms, unless the school of a chef d'établissement said semesters; empty for anyone else."""
    if perimetre.etablissement_id is None:
        return ""
    choix = ChoixRythme.objects.filter(etablissement=perimetre.etablissement_id, annee=annee).first()
    return choix.rythme if choix else Rythme.TRIMESTRE


def ecoles_et_rythmes(perimetre: Perimetre, annee: AnneeScolaire) -> list[tuple[Etablissement, Rythme]]:
    """The open schools whose rhythm the perimeter keeps: that of the chef, those of the DCIO's sector."""
    ecoles = Etablissement.objects.dans_perimetre(perimetre).eple().ouverts()
    if perimetre.cio_id is not None:
        ecoles = ecoles.filter(Q(cio=perimetre.cio_id) | Q(cio__parent=perimetre.cio_id))
    choisis = dict(
        ChoixRythme.objects.filter(annee=annee, etablissement__in=ecoles).values_list(
            "etablissement", "rythme"
        )
    )
    return [
        (ecole, Rythme(choisis.get(ecole.pk, Rythme.TRIMESTRE)))
        for ecole in ecoles.order_by("commune", "nom", "pk")
    ]


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
