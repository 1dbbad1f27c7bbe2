"""Days when nobody comes to a school, version after version of the répartition of its CIO."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from evaluation.selectors.calcul import Contexte
from evaluation.selectors.lectures import RangDEcole, VersionLue, ecoles, presences, versions
from planning.selectors.jours_ouvres import calendrier_ouvre
from psyen.models import Rattachement

UN_JOUR = dt.timedelta(days=1)
#: Of the schools that no répartition reaches.
SANS_VERSION = 0


@dataclass(frozen=True, slots=True)
class JoursDEcole(RangDEcole):
    """Working days of a school from the rentrée to the day observed."""

    vacants: int
    observes: int


@dataclass(frozen=True, slots=True)
class _Periode:
    version: int
    debut: dt.date
    fin: dt.date


def jours_des_ecoles(contexte: Contexte) -> list[JoursDEcole]:
    """Of the schools open at least one working day while a répartition was in force."""
    return contexte.lire("jours_des_ecoles", lambda: _lire(contexte))


def _lire(contexte: Contexte) -> list[JoursDEcole]:
    ouvres = _jours_ouvres(contexte)
    par_cio = _periodes(contexte)
    presents = _dernier_jour_par_presence(contexte)
    lus = []
    for ecole in ecoles(contexte):
        vacants = observes = 0
        for periode in par_cio.get(ecole.tenue_par, []):
            debut = max(periode.debut, ecole.ouverture or periode.debut)
            fin = min(periode.fin, ecole.fermeture - UN_JOUR if ecole.fermeture else periode.fin)
            observes += _compter(ouvres, debut, fin)
            dernier = presents.get((periode.version, ecole.pk))
            vacants += _compter(ouvres, max(debut, dernier + UN_JOUR) if dernier else debut, fin)
        if observes:
            lus.append(JoursDEcole(ecole, vacants, observes))
    return lus


def _jours_ouvres(contexte: Contexte) -> list[dt.date]:
    """From the rentrée to the day observed, in order."""
    calendrier = calendrier_ouvre(contexte.departement.academie_id)
    fin = min(contexte.jour, contexte.annee.fin)
    nombre = (fin - contexte.annee.debut).days + 1
    jours = (contexte.annee.debut + rang * UN_JOUR for rang in range(nombre))
    return [jour for jour in jours if calendrier.est_ouvre(jour)]


def _compter(ouvres: Sequence[dt.date], debut: dt.date, fin: dt.date) -> int:
    return max(0, bisect_right(ouvres, fin) - bisect_left(ouvres, debut))


def _periodes(contexte: Contexte) -> dict[int | None, list[_Periode]]:
    """CIO or antenne → when each version was in force; one replaced on its first day never was. Under None,
    since when one was in force somewhere: a school of no CIO waits since then.
    """
    par_cio: dict[int, list[VersionLue]] = defaultdict(list)
    for version in versions(contexte):
        par_cio[version.tenue_par].append(version)
    periodes: dict[int | None, list[_Periode]] = {
        cio: [
            _Periode(version.pk, max(version.effet, contexte.annee.debut), fin)
            for version, suivante in pairwise([*siennes, None])
            if version
            and (fin := suivante.effet - UN_JOUR if suivante else contexte.annee.fin) >= version.effet
        ]
        for cio, siennes in par_cio.items()
    }
    premiers = [periode.debut for siennes in periodes.values() for periode in siennes]
    if premiers:
        periodes[None] = [_Periode(SANS_VERSION, min(premiers), contexte.annee.fin)]
    return periodes


def _dernier_jour_par_presence(contexte: Contexte) -> dict[tuple[int, int], dt.date]:
    """(version, school) → the last day on which one of its PsyEN is still attached to a CIO."""
    lues = [presence for presence in presences(contexte) if presence.compte]
    derniers: dict[int, dt.date] = {}
    rattachements = Rattachement.objects.filter(psyen__in={presence.psyen for presence in lues})
    for psyen, fin in rattachements.order_by("pk").values_list("psyen", "date_fin"):
        derniers[psyen] = max(derniers.get(psyen, dt.date.min), fin or dt.date.max - UN_JOUR)
    jours: dict[tuple[int, int], dt.date] = {}
    for presence in lues:
        cle = (presence.version, presence.etablissement)
        jours[cle] = max(jours.get(cle, dt.date.min), derniers.get(presence.psyen, dt.date.max - UN_JOUR))
    return jours
