"""Half-days in words."""

from decimal import Decimal

from django import template

from psyen.selectors.controles import en_demi_journees

register = template.Library()


@register.filter
def demi_journees(valeur: Decimal) -> str:
    """« 1,5 demi-journée », « 2 demi-journées »: French plural starts at two."""
    return en_demi_journees(valeur)
