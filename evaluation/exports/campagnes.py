"""Several campaigns in one table, and the data annex of a report: the columns of the table of figures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from evaluation.enums import Niveau
from evaluation.exports.mesures import COLONNES_MESURES, lignes_mesures
from evaluation.models import Campagne
from evaluation.selectors.definitions import definitions
from evaluation.selectors.mesures import lire_mesures, lisibles
from reseaux.perimetre import Perimetre
from socle.tableurs import Colonne, ecrire_tableau

#: Two départements may both have a T0: the table of several says whose it is.
COLONNES_ENSEMBLE = (Colonne("departement", "Département", largeur=12), *COLONNES_MESURES)


def ecrire_mesures(
    campagnes: Iterable[Campagne],
    perimetre: Perimetre,
    *,
    niveaux: Collection[str] = tuple(Niveau),
    format_: Any = "csv",
) -> bytes:
    """Every figure that the perimeter reads, masked as on screen, one a line; the département first."""
    lues = list(campagnes)
    return ecrire_tableau(
        format_, colonnes=COLONNES_ENSEMBLE, lignes=_ensemble(lues, perimetre, niveaux), titre="Mesures"
    )


def ecrire_annexe(campagne: Campagne, perimetre: Perimetre, *, format_: Any) -> bytes:
    """The data annex of a report: the figures of its campaign, as the campaign itself imports them."""
    return ecrire_tableau(
        format_,
        colonnes=COLONNES_MESURES,
        lignes=_lignes(campagne, perimetre, tuple(Niveau)),
        titre="Mesures",
    )


def _ensemble(
    campagnes: list[Campagne], perimetre: Perimetre, niveaux: Collection[str]
) -> Iterator[tuple[Any, ...]]:
    for campagne in campagnes:
        for ligne in _lignes(campagne, perimetre, niveaux):
            yield (campagne.departement.code, *ligne)


def _lignes(campagne: Campagne, perimetre: Perimetre, niveaux: Collection[str]) -> Iterator[tuple[Any, ...]]:
    mesures = lisibles(lire_mesures([campagne], niveaux=niveaux), perimetre)
    return lignes_mesures(campagne, mesures, definitions(campagne))
