"""Above the CIO no line covers a single PsyEN: that would be somebody's week, not an aggregate.

A line that does is put together with another, never hidden: sums stay exact, and no subtraction between two
tables gives it back, since every published sum is made of the same blocks of two PsyEN at least.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

#: Below that many PsyEN a line stands with another.
PERSONNES_AU_MOINS = 2


@dataclass(frozen=True)
class LigneTerritoire:
    """A territory and how many PsyEN hold a mission there; `groupe`: with whom it may be put together."""

    cle: Hashable
    nom: str
    personnes: int
    #: One of them: two lines of one person each are two persons only if they differ.
    une: int
    groupe: Hashable = None


@dataclass(frozen=True)
class Bloc:
    """A line of the table: a territory, or several put together."""

    noms: tuple[str, ...]
    cles: tuple[Hashable, ...]

    @property
    def nom(self) -> str:
        return " + ".join(self.noms)


def lignes_entieres(lignes: Iterable[LigneTerritoire]) -> list[Bloc]:
    """One line a territory, for whoever reads the detail anyway."""
    return [Bloc((ligne.nom,), (ligne.cle,)) for ligne in lignes]


def regrouper(lignes: Sequence[LigneTerritoire]) -> list[Bloc]:
    """Lines of two PsyEN at least, inside each group; a group of one PsyEN is left out altogether."""
    groupes: dict[Hashable, list[LigneTerritoire]] = {}
    for ligne in lignes:
        groupes.setdefault(ligne.groupe, []).append(ligne)
    blocs = [bloc for groupe in groupes.values() for bloc in _blocs(groupe)]
    rangs = {ligne.cle: rang for rang, ligne in enumerate(lignes)}
    return sorted(blocs, key=lambda bloc: rangs[bloc.cles[0]])


def _blocs(lignes: Sequence[LigneTerritoire]) -> list[Bloc]:
    seules = [ligne for ligne in lignes if ligne.personnes < PERSONNES_AU_MOINS]
    autres = [ligne for ligne in lignes if ligne.personnes >= PERSONNES_AU_MOINS]
    if seules and len({ligne.une for ligne in seules}) < PERSONNES_AU_MOINS:
        if not autres:
            return []
        voisine = min(autres, key=lambda ligne: ligne.personnes)
        autres.remove(voisine)
        seules.append(voisine)
    ensemble = [Bloc(tuple(li.nom for li in seules), tuple(li.cle for li in seules))] if seules else []
    return lignes_entieres(autres) + ensemble
