"""The orientation year as a strip: one line per nature, one bar per period; pure numbers for an SVG."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format

from planning.enums import GenrePeriodeOrientation
from planning.models import PeriodeOrientation

LARGEUR = 1100
#: Months above, then for each nature its title and its lanes.
ENTETE, TITRE, PISTE, BARRE, MARGE = 24, 24, 22, 5, 8
#: Width of a character of a label, rather too much than too little.
CARACTERE = 6.3


@dataclass(frozen=True)
class Mois:
    x: float
    nom: str


@dataclass(frozen=True)
class Barre:
    """A thin bar under its label: `texte_x`, `ligne` and `ancre` place the label."""

    gauche: float
    haut: float
    largeur: float
    texte_x: float
    ligne: float
    ancre: str
    titre: str
    detail: str


@dataclass(frozen=True)
class Bande:
    """A nature, its place and its bars."""

    genre: str
    nom: str
    haut: float
    barres: Sequence[Barre]


@dataclass(frozen=True)
class Frise:
    largeur: int
    hauteur: float
    mois: Sequence[Mois]
    bandes: Sequence[Bande]
    fermetures: Sequence[tuple[float, float]]
    aujourd_hui: float | None
    epaisseur: int = BARRE


@dataclass(frozen=True)
class Echelle:
    """Days of the school year → abscissas."""

    debut: dt.date
    fin: dt.date

    def x(self, jour: dt.date) -> float:
        jours = (self.fin - self.debut).days + 1
        borne = min(max((jour - self.debut).days, 0), jours)
        return round(LARGEUR * borne / jours, 1)

    def contient(self, jour: dt.date) -> bool:
        return self.debut <= jour <= self.fin


def dessiner_frise(
    periodes: Iterable[PeriodeOrientation],
    *,
    debut: dt.date,
    fin: dt.date,
    aujourd_hui: dt.date,
    fermetures: Iterable[tuple[dt.date, dt.date]] = (),
) -> Frise:
    """The strip between two days; labels never overlap, each lane keeps room for them."""
    echelle = Echelle(debut, fin)
    par_genre: dict[str, list[PeriodeOrientation]] = {}
    for periode in periodes:
        par_genre.setdefault(periode.genre, []).append(periode)
    bandes, haut = [], float(ENTETE)
    for genre in GenrePeriodeOrientation:
        if genre not in par_genre:
            continue
        barres, pistes = _poser(par_genre[genre], echelle, haut + TITRE)
        bandes.append(Bande(genre.value, str(genre.label), haut + TITRE - MARGE, barres))
        haut += TITRE + pistes * PISTE
    return Frise(
        largeur=LARGEUR,
        hauteur=haut + MARGE,
        mois=_mois(echelle),
        bandes=bandes,
        fermetures=[(echelle.x(du), _largeur(echelle, du, au)) for du, au in fermetures],
        aujourd_hui=echelle.x(aujourd_hui) if echelle.contient(aujourd_hui) else None,
    )


def _poser(periodes: list[PeriodeOrientation], echelle: Echelle, haut: float) -> tuple[list[Barre], int]:
    """Each period in the first lane where it and its label fit; how many lanes that takes."""
    libres: list[float] = []
    barres = []
    for periode in sorted(periodes, key=lambda p: (p.debut, p.fin, p.pk or 0)):
        gauche, largeur = echelle.x(periode.debut), _largeur(echelle, periode.debut, periode.fin)
        texte = len(periode.titre) * CARACTERE
        deborde = gauche + texte > LARGEUR
        occupe = (
            (min(gauche, gauche + largeur - texte), gauche + largeur) if deborde else (gauche, gauche + texte)
        )
        piste = next((rang for rang, libre in enumerate(libres) if libre <= occupe[0]), len(libres))
        libres[piste : piste + 1] = [max(occupe[1], gauche + largeur) + MARGE]
        pied = haut + (piste + 1) * PISTE
        barres.append(
            Barre(
                gauche=gauche,
                haut=pied - BARRE - 3,
                largeur=largeur,
                texte_x=gauche + largeur if deborde else gauche,
                ligne=pied - BARRE - 6,
                ancre="end" if deborde else "start",
                titre=periode.titre,
                detail=f"{periode.titre} : du {periode.debut:%d/%m/%Y} au {periode.fin:%d/%m/%Y}",
            )
        )
    return barres, len(libres)


def _largeur(echelle: Echelle, debut: dt.date, fin: dt.date) -> float:
    return max(round(echelle.x(fin + dt.timedelta(days=1)) - echelle.x(debut), 1), 3)


def _mois(echelle: Echelle) -> list[Mois]:
    mois, jour = [], echelle.debut.replace(day=1)
    while jour <= echelle.fin:
        mois.append(Mois(echelle.x(jour), date_format(jour, "F")))
        jour = (jour + dt.timedelta(days=31)).replace(day=1)
    return mois
