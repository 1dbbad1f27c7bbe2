"""A comparison as a table, in the words of the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaluation.selectors.comparaison import Comparaison
from socle.tableurs import Colonne


def colonnes_comparaison(comparaison: Comparaison) -> list[Colonne]:
    """The indicator, then one column per campaign, CIO or département."""
    noms = enumerate(comparaison.colonnes)
    return [
        Colonne("indicateur", "Indicateur", largeur=60),
        *(Colonne(f"c{rang}", nom, largeur=40) for rang, nom in noms),
    ]


def lignes_comparaison(comparaison: Comparaison) -> Iterator[Sequence[str]]:
    """The cells as they are read: a figure may be a reason."""
    for ligne in comparaison.lignes:
        yield (str(ligne.definition), *(cellule.phrase for cellule in ligne.cellules))
