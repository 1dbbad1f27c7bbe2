"""The few tags of the screens: breadcrumb, state badge, date in full."""

import datetime as dt

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

#: Colour of a state by its slug; the words always say it too.
TONS = {
    "proposee": "info",
    "renvoyee": "warning",
    "arretee": "success",
    "demandee": "warning",
    "convoquee": "info",
    "tenue": "success",
    "prevue": "info",
    "realisee": "success",
    "experimente": "success",
    "valide": "success",
    "en_vigueur": "success",
    "a_renouveler": "warning",
    "en_cours": "info",
    "en_retard": "error",
    "faite": "success",
    "fait": "success",
    "envoye": "success",
    "termine": "success",
    "emis": "success",
    "echec": "error",
    "refuse": "error",
    "incertain": "warning",
}


FIL_ARIANE = """<nav class="fr-breadcrumb" aria-label="Vous êtes ici">
<button type="button" class="fr-breadcrumb__button" aria-expanded="false" aria-controls="fil-ariane">\
Voir le fil d’Ariane</button>
<div class="fr-collapse" id="fil-ariane"><ol class="fr-breadcrumb__list">{}\
<li><a class="fr-breadcrumb__link" aria-current="page">{}</a></li></ol></div></nav>"""


@register.filter
def etiquette(etat: str, libelle: str) -> SafeString:
    """`{{ repartition.etat|etiquette:repartition.get_etat_display }}`: a DSFR badge."""
    ton = f" fr-badge--{TONS[etat]}" if etat in TONS else ""
    return format_html('<span class="fr-badge fr-badge--sm{}">{}</span>', ton, libelle)


@register.filter(expects_localtime=True)
def en_toutes_lettres(jour: dt.date | None) -> str:
    """« 1er septembre 2026 »: French writes the first day of a month as an ordinal."""
    if not jour:
        return ""
    quantieme = "1er" if jour.day == 1 else str(jour.day)
    return f"{quantieme} {date_format(jour, 'F Y')}"


@register.filter
def poids(octets: int) -> str:
    """« 376 Ko », « 1,2 Mo »: decimal units, as file managers write them in French."""
    if octets < 1_000:
        return f"{octets}\N{NO-BREAK SPACE}octet{'s' if octets > 1 else ''}"
    if octets < 1_000_000:
        return f"{octets / 1_000:.0f}\N{NO-BREAK SPACE}Ko"
    return f"{octets / 1_000_000:.1f}\N{NO-BREAK SPACE}Mo".replace(".", ",")


@register.simple_tag
def fil_ariane(*etapes: str) -> SafeString:
    """`{% fil_ariane "Réseaux" url_reseaux "Réseau de Blois" %}`: pairs (title, address), then the page."""
    *parents, ici = etapes
    paires = (("Accueil", reverse("accueil")), *zip(parents[::2], parents[1::2], strict=True))
    liens = format_html_join("", '<li><a class="fr-breadcrumb__link" href="{1}">{0}</a></li>', paires)
    return format_html(FIL_ARIANE, liens, ici)
