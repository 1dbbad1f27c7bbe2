"""What the texts say of a school year: public holidays, computed, and school holidays, read from a file."""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dateutil.easter import easter

from planning.enums import GenrePeriodeNonOuvree
from reseaux.models import Academie, AnneeScolaire

DONNEES = Path(__file__).resolve().parent.parent / "donnees" / "calendrier_scolaire.json"
#: Code du travail, L. 3133-1: those of a fixed date…
FERIES_FIXES = (
    (1, 1, "Jour de l’an"),
    (5, 1, "Fête du Travail"),
    (5, 8, "Victoire de 1945"),
    (7, 14, "Fête nationale"),
    (8, 15, "Assomption"),
    (11, 1, "Toussaint"),
    (11, 11, "Armistice de 1918"),
    (12, 25, "Noël"),
)
#: … and those that follow Easter, in days after it.
FERIES_MOBILES = ((1, "Lundi de Pâques"), (39, "Ascension"), (50, "Lundi de Pentecôte"))


@dataclass(frozen=True)
class PeriodeOfficielle:
    genre: str
    nom: str
    debut: dt.date
    fin: dt.date


def jours_feries(annee: int) -> list[tuple[dt.date, str]]:
    """The eleven public holidays of a civil year, in order."""
    paques = easter(annee)
    fixes = [(dt.date(annee, mois, jour), nom) for mois, jour, nom in FERIES_FIXES]
    return sorted(fixes + [(paques + dt.timedelta(days=ecart), nom) for ecart, nom in FERIES_MOBILES])


def periodes_officielles(academie: Academie, annee: AnneeScolaire) -> list[PeriodeOfficielle]:
    """Public holidays of the school year, and its school holidays when the file knows them, in order."""
    feries = [
        PeriodeOfficielle(GenrePeriodeNonOuvree.FERIE, nom, jour, jour)
        for civile in range(annee.debut.year, annee.fin.year + 1)
        for jour, nom in jours_feries(civile)
        if annee.debut <= jour <= annee.fin
    ]
    return sorted(feries + vacances_officielles(academie, annee), key=lambda p: (p.debut, p.nom))


def vacances_officielles(academie: Academie, annee: AnneeScolaire) -> list[PeriodeOfficielle]:
    """Empty when the zone of the académie or the year is not in the file."""
    donnees = _donnees()
    zone = next((zone for zone, codes in donnees["zones"].items() if academie.code in codes), "")
    return [
        PeriodeOfficielle(
            GenrePeriodeNonOuvree.VACANCES,
            ligne["nom"],
            dt.date.fromisoformat(ligne["debut"]),
            dt.date.fromisoformat(ligne["fin"]),
        )
        for ligne in donnees["annees"].get(annee.code, {}).get(zone, [])
    ]


@cache
def _donnees() -> dict[str, Any]:
    return json.loads(DONNEES.read_text(encoding="utf-8"))


def source_des_vacances(academie: Academie, annee: AnneeScolaire) -> str:
    """The text that the school holidays come from; empty when they are not known."""
    return _donnees()["annees"][annee.code]["texte"] if vacances_officielles(academie, annee) else ""
