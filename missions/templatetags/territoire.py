"""A value of a page, as a French reader expects it."""

import datetime as dt
from typing import Any

from django import template
from django.template.defaultfilters import linebreaksbr, urlize
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from socle.templatetags.cio import en_toutes_lettres

register = template.Library()


@register.filter
def rubrique(valeur: Any) -> SafeString | str:
    """A date in full, a list as a list, a text with its lines and its links."""
    if isinstance(valeur, dt.date):
        return en_toutes_lettres(valeur)
    if isinstance(valeur, list):
        lignes = format_html_join("", "<li>{}</li>", ((element,) for element in valeur))
        return format_html('<ul class="territoire-liste">{}</ul>', lignes)
    if isinstance(valeur, str) and not isinstance(valeur, SafeString):
        return linebreaksbr(urlize(valeur, autoescape=True), autoescape=False)
    return conditional_escape(valeur)
