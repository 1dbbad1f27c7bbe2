"""When each arrêtée version of a CIO was, is or will be in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Any

from psyen.enums import EtatRepartition
from psyen.models import Repartition


@dataclass(frozen=True)
class Periode:
    """The days on which a version is the state in force of its CIO."""

    repartition: Repartition
    debut: dt.date
    fin: dt.date

    def contient(self, jour: dt.date) -> bool:
        return self.debut <= jour <= self.fin


def periodes(cios: Collection[int]) -> list[Periode]:
    """Every period of these CIO, by CIO then by date; a version replaced on its first day has none."""
    arretees = (
        Repartition.objects.filter(cio__in=cios, etat=EtatRepartition.ARRETEE)
        .select_related("cio", "annee", "arrete")
        .order_by("cio", "annee__debut", "date_effet", "version")
    )
    resultat = []
    for (_, annee), groupe in groupby(arretees, key=lambda r: (r.cio_id, r.annee)):
        for version, suivante in pairwise([*groupe, None]):
            assert version is not None  # noqa: S101 - only the last one is
            fin = suivante.date_effet - dt.timedelta(days=1) if suivante else annee.fin
            if fin >= version.date_effet:
                resultat.append(Periode(version, version.date_effet, fin))
    return resultat


def fusionner(liste: Iterable[Periode], contenu: Callable[[Repartition], Any]) -> list[Periode]:
    """One period for successive versions of a CIO and year that say the same to the reader: he was only
    told of the first.
    """
    resultat: list[Periode] = []
    for periode in liste:
        precedente = resultat[-1] if resultat else None
        if precedente is None or not _meme_annee(precedente, periode):
            resultat.append(periode)
        elif contenu(precedente.repartition) == contenu(periode.repartition):
            resultat[-1] = replace(precedente, fin=periode.fin)
        else:
            resultat.append(periode)
    return resultat


def _meme_annee(a: Periode, b: Periode) -> bool:
    return (a.repartition.cio_id, a.repartition.annee_id) == (b.repartition.cio_id, b.repartition.annee_id)
