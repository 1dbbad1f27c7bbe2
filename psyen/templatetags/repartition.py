"""Half-days and réseaux in words."""

from decimal import Decimal

from django import template

from psyen.selectors import controles
from psyen.selectors.controles import en_demi_journees

register = template.Library()


@register.filter
def demi_journees(valeur: Decimal) -> str:
    """« 1,5 demi-journée », « 2 demi-journées »: French plural starts at two."""
    return en_demi_journees(valeur)


@register.filter
def nombre(valeur: Decimal) -> str:
    """« 2,5 », « 10 »: no zero that says nothing."""
    return controles.nombre(valeur)


@register.filter
def intitule_reseau(nom: str) -> str:
    """« Réseau Camille Claudel », whether or not its name already says it."""
    return nom if nom.lower().startswith("réseau") else f"Réseau {nom}"
