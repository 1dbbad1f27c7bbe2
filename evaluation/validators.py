"""What a figure given by hand or by a file may be."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone

from evaluation.enums import Unite

#: A column of the database holds ten digits before the comma.
VALEUR_MAXIMUM = Decimal(999_999_999)
MAXIMUMS = {Unite.POURCENTAGE: Decimal(100), Unite.NOTE: Decimal(10)}
PREMIER_JOUR = dt.date(2000, 1, 1)


def valider_valeur(valeur: Decimal, unite: str) -> None:
    """From 0 to 100 for a percentage, to 10 for a mark, four decimals at most."""
    maximum = MAXIMUMS.get(Unite(unite), VALEUR_MAXIMUM)
    if not 0 <= valeur <= maximum:
        borne = f"{maximum:,}".replace(",", "\u202f")
        raise ValidationError(f"la valeur doit être comprise entre 0 et {borne} ({Unite(unite).label}).")
    if valeur != round(valeur, 4):
        raise ValidationError("la valeur a quatre décimales au plus.")


def valider_date_du_chiffre(jour: dt.date) -> None:
    """A figure is of a day that has come."""
    if not PREMIER_JOUR <= jour <= timezone.localdate():
        raise ValidationError(
            f"la date d’un chiffre va du {PREMIER_JOUR:%d/%m/%Y} à aujourd’hui, pas au {jour:%d/%m/%Y}."
        )
