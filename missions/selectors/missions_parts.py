"""A share of a place: half-days by quarters, or a percentage turned into them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from decimal import ROUND_FLOOR, Decimal
from typing import TypeVar

from missions.enums import PAS_DE_MISSION

T = TypeVar("T", bound=Hashable)
PAS = Decimal(PAS_DE_MISSION)
CENT = Decimal(100)


def en_demi_journees(pourcentages: Mapping[T, Decimal], demi_journees: Decimal) -> dict[T, Decimal]:
    """Percentages of a place turned into quarters of half-day by the largest remainders, so that 33 + 33 +
    34 % of two half-days make exactly two; 100 % at most never exceed the place.
    """
    exacts = {cle: part * demi_journees / CENT / PAS for cle, part in pourcentages.items()}
    quarts = {cle: exact.to_integral_value(ROUND_FLOOR) for cle, exact in exacts.items()}
    total = sum(exacts.values(), Decimal(0)).to_integral_value(ROUND_FLOOR)
    manquent = int(total - sum(quarts.values(), Decimal(0)))
    par_reste = sorted(exacts, key=lambda cle: quarts[cle] - exacts[cle])
    for cle in par_reste[:manquent]:
        quarts[cle] += 1
    return {cle: PAS * nombre for cle, nombre in quarts.items()}
