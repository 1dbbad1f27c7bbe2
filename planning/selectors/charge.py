"""Load of a plan: how many actions end each month, drawn as bars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format

from planning.enums import EtatAction
from planning.selectors.tableau_de_bord import LigneAction

#: Pixels of the drawing; a bar grows by `UNITE` per action as long as it holds in `HAUT_MAX`.
LARGEUR_MOIS, UNITE, HAUT_MAX, PIED, TETE, LARGEUR_BARRE = 52, 22, 132, 40, 26, 32
#: From so many actions ending together, the month is said in words.
PIC = 3
MOIS_AU_PLUS = 60


@dataclass(frozen=True, slots=True)
class MoisDeCharge:
    """A bar: what is done at the foot, what remains on top."""

    premier: dt.date
    faites: int
    restantes: int
    x: int
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
        return self.x + LARGEUR_BARRE / 2

    @property
    def y_nombre(self) -> float:
        return self.y_restantes - 7

    @property
    def nom(self) -> str:
        return date_format(self.premier, "F Y")

    @property
    def nom_court(self) -> str:
        return date_format(self.premier, "M")

    @property
    def annee(self) -> str:
        """Written once, under its first month."""
        return str(self.premier.year)


@dataclass(frozen=True, slots=True)
class Charge:
    mois: list[MoisDeCharge]
    #: (centre, year) under the months.
    annees: list[tuple[float, str]]
    largeur: int
    hauteur: int
    base: int
    largeur_barre: int
    #: « 5 actions s’achèvent en juin 2027. »
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
    unite = min(UNITE, HAUT_MAX / max(map(sum, nombres.values())))
    barres = [_barre(mois, nombre, rang, unite, jour) for rang, (mois, nombre) in enumerate(nombres.items())]
    base = TETE + HAUT_MAX
    return Charge(
        barres, _annees(barres), len(tous) * LARGEUR_MOIS, base + PIED, base, LARGEUR_BARRE, _pic(barres)
    )


def _barre(mois: dt.date, nombres: Sequence[int], rang: int, unite: float, jour: dt.date) -> MoisDeCharge:
    base, (faites, restantes) = TETE + HAUT_MAX, nombres
    h_faites, h_restantes = faites * unite, restantes * unite
    return MoisDeCharge(
        premier=mois,
        faites=faites,
        restantes=restantes,
        x=rang * LARGEUR_MOIS + (LARGEUR_MOIS - LARGEUR_BARRE) // 2,
        y_faites=round(base - h_faites, 1),
        h_faites=round(h_faites, 1),
        y_restantes=round(base - h_faites - h_restantes, 1),
        h_restantes=round(h_restantes, 1),
        est_courant=mois == jour.replace(day=1),
    )


def _annees(barres: Sequence[MoisDeCharge]) -> list[tuple[float, str]]:
    par_annee: dict[str, list[float]] = {}
    for barre in barres:
        par_annee.setdefault(barre.annee, []).append(barre.milieu)
    return [((milieux[0] + milieux[-1]) / 2, annee) for annee, milieux in par_annee.items()]


def _pic(barres: Sequence[MoisDeCharge]) -> str:
    """The heaviest months in words, when one stands out."""
    plus = max(barre.total for barre in barres)
    lourds = [barre.nom for barre in barres if barre.total == plus]
    if plus < PIC or len(lourds) > 2:
        return ""
    return f"{plus} actions s’achèvent en {' et en '.join(lourds)}."
