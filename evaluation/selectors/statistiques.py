"""Pure functions on numbers: centiles, Gini, median, rounding as stored."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

#: What `Mesure` stores.
PAS_STOCKE = Decimal("0.0001")


def arrondir(valeur: Decimal | int) -> Decimal:
    """To four decimals, halves away from zero."""
    return Decimal(valeur).quantize(PAS_STOCKE, ROUND_HALF_UP)


def centile(valeurs: Sequence[Decimal], part: Decimal) -> Decimal:
    """The value below which that part of the values lies (0.1: first decile), between two of them in
    proportion (method 7 of Hyndman and Fan, that of spreadsheets). At least one value.
    """
    ranges = sorted(valeurs)
    place = (len(ranges) - 1) * part
    bas = int(place)
    haut = min(bas + 1, len(ranges) - 1)
    return ranges[bas] + (ranges[haut] - ranges[bas]) * (place - bas)


def mediane(valeurs: Sequence[Decimal]) -> Decimal:
    return centile(valeurs, Decimal("0.5"))


def gini(valeurs: Sequence[Decimal]) -> Decimal | None:
    """0: all alike; towards 1: one has everything. None when the sum is nil. No value is negative."""
    ranges = sorted(valeurs)
    nombre, somme = len(ranges), sum(ranges, Decimal(0))
    if not somme:
        return None
    ponderee = sum(((2 * rang - nombre - 1) * v for rang, v in enumerate(ranges, start=1)), Decimal(0))
    return ponderee / (nombre * somme)
