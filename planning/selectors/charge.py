"""Load of a plan: how many actions end each month, drawn as bars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format

from planning.enums import EtatAction
from planning.selectors.tableau_de_bord import LigneAction

#: Pixels of the drawing; a bar grows by `UNITE` per action as long as it holds in `HAUT_MAX`.
LARGEUR, UNITE, HAUT_MAX, PIED, TETE = 560, 22, 132, 40, 26
#: A month is never narrower, or its name would not hold; never wider, or three months would look empty.
MOIS_MINIMAL, MOIS_MAXIMAL = 30, 56
#: From so many actions ending together, the month is said in words.
PIC = 3
MOIS_AU_PLUS = 60
#: Django shortens « juin » into « Jui », which could be juillet.
MOIS_COURTS = ("Jan", "Fév", "Mars", "Avr", "Mai", "Juin", "Juil", "Août", "Sep", "Oct", "Nov", "Déc")


@dataclass(frozen=True, slots=True)
class MoisDeCharge:
    """A bar: what is done at the foot, what remains on top."""

    premier: dt.date
    faites: int
    restantes: int
    x: float
    largeur: float
    y_faites: float
    h_faites: float
    y_restantes: float
    h_restantes: float
    est_courant: bool

    @property
    def total(self) -> int:
        return self.faites + self.restantes

    @property
    def cle(self) -> str:
        """As the filter by month writes it."""
        return f"{self.premier:%Y-%m}"

    @property
    def milieu(self) -> float:
        return round(self.x + self.largeur / 2, 1)

    @property
    def y_nombre(self) -> float:
        return self.y_restantes - 7

    @property
    def nom(self) -> str:
        return date_format(self.premier, "F Y")

    @property
    def resume(self) -> str:
        """What a screen reader says of the bar."""
        s, f = "s" * (self.total > 1), "s" * (self.faites > 1)
        return f"{self.nom} : {self.total} échéance{s}, dont {self.faites} faite{f}"

    @property
    def nom_court(self) -> str:
        return MOIS_COURTS[self.premier.month - 1]

    @property
    def annee(self) -> str:
        """Written once, under its first month."""
        return str(self.premier.year)


@dataclass(frozen=True, slots=True)
class Charge:
    mois: list[MoisDeCharge]
    #: (left, year) under the first month of each year.
    annees: list[tuple[float, str]]
    largeur: float
    hauteur: int
    base: int
    #: « Mois le plus chargé : juin 2027, 5 actions. »
    pic: str


def mois_de(premier: dt.date, dernier: dt.date) -> Iterator[dt.date]:
    """The first of each month, from the month of one day to that of the other."""
    mois = premier.replace(day=1)
    while mois <= dernier:
        yield mois
        mois = (mois + dt.timedelta(days=32)).replace(day=1)


def lire_charge(lignes: Sequence[LigneAction], jour: dt.date) -> Charge | None:
    """By month of end, abandoned actions aside; None without any action, or over too many years to draw."""
    comptees = [ligne.action for ligne in lignes if ligne.action.etat != EtatAction.ABANDONNEE]
    if not comptees:
        return None
    tous = list(mois_de(min(a.fin for a in comptees), max(a.fin for a in comptees)))
    if len(tous) > MOIS_AU_PLUS:
        return None
    nombres = {mois: [0, 0] for mois in tous}
    for action in comptees:
        nombres[action.fin.replace(day=1)][action.etat == EtatAction.OUVERTE] += 1
    pas = min(max(round(LARGEUR / len(tous), 1), MOIS_MINIMAL), MOIS_MAXIMAL)
    unite = min(UNITE, HAUT_MAX / max(map(sum, nombres.values())))
    barres = [
        _barre(mois, nombre, (rang * pas, pas), unite, jour)
        for rang, (mois, nombre) in enumerate(nombres.items())
    ]
    base = TETE + HAUT_MAX
    return Charge(barres, _annees(barres), round(len(tous) * pas, 1), base + PIED, base, _pic(barres))


def _barre(
    mois: dt.date, nombres: Sequence[int], place: tuple[float, float], unite: float, jour: dt.date
) -> MoisDeCharge:
    """`place`: left edge and width of the month; the bar takes six tenths of it."""
    base, (faites, restantes) = TETE + HAUT_MAX, nombres
    h_faites, h_restantes = faites * unite, restantes * unite
    return MoisDeCharge(
        premier=mois,
        faites=faites,
        restantes=restantes,
        x=round(place[0] + place[1] * 0.2, 1),
        largeur=round(place[1] * 0.6, 1),
        y_faites=round(base - h_faites, 1),
        h_faites=round(h_faites, 1),
        y_restantes=round(base - h_faites - h_restantes, 1),
        h_restantes=round(h_restantes, 1),
        est_courant=mois == jour.replace(day=1),
    )


def _annees(barres: Sequence[MoisDeCharge]) -> list[tuple[float, str]]:
    premiers = {barre.annee: barre.x for barre in reversed(barres)}
    return sorted((x, annee) for annee, x in premiers.items())


def _pic(barres: Sequence[MoisDeCharge]) -> str:
    """The heaviest months in words, when one stands out."""
    plus = max(barre.total for barre in barres)
    lourds = [barre.nom for barre in barres if barre.total == plus]
    if plus < PIC or len(lourds) > 2:
        return ""
    titre = "Mois le plus chargé" if len(lourds) == 1 else "Mois les plus chargés"
    return f"{titre} : {' et '.join(lourds)}, {plus} actions{' chacun' * (len(lourds) > 1)}."
