"""Figures about persons: never of one to four of them, nor to be worked out from the others.

The whole (the département) and its parts (the CIO) are read side by side, each with its numerator and its
denominator: what is kept silent is what the whole leaves once the parts that are shown are taken off. That
remainder is nobody, or five persons at least. The size of a part is no secret (the arrêté names its PsyEN):
the figure is. So the part kept silent besides, when one is needed, may be the smallest.
"""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.enums import PERSONNES_AU_MOINS

MOTIF_TROP_PEU = (
    f"non publié : ce chiffre porterait, seul ou par différence, sur moins de {PERSONNES_AU_MOINS} personnes"
)


def places_a_taire(
    total: int | None, parties: Sequence[int], seuil: int = PERSONNES_AU_MOINS
) -> frozenset[int]:
    """Places of the parts that are not shown. `total`: persons of the whole, None when no figure of the
    whole is shown. A part without anyone tells of nobody. Someone counted in two parts (a change of CIO)
    makes the remainder uncertain: the least that it may hold is what counts.
    """
    tues = {rang for rang, nombre in enumerate(parties) if 0 < nombre < seuil}
    if total is None or total < seuil:
        return frozenset(tues)
    montrees = sorted(
        (rang for rang, nombre in enumerate(parties) if nombre >= seuil), key=lambda rang: parties[rang]
    )
    reste = total - sum(parties[rang] for rang in montrees)
    if (tues or reste > 0) and max(reste, *(parties[rang] for rang in tues), 0) < seuil and montrees:
        tues.add(montrees[0])
    return frozenset(tues)
