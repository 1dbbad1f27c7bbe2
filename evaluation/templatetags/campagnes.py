"""The lines of a campaign, written in Python: a template loop over fifty indicators costs more than reading
their figures. Every text is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from evaluation.models import Campagne
from evaluation.selectors.campagnes import LigneIndicateur, Releve

register = template.Library()


@register.simple_tag
def lignes_de_campagne(lignes: Iterable[LigneIndicateur], campagne: Campagne) -> SafeString:
    """One item an indicator: its title leads to its page, its figure stands beside."""
    base = reverse("evaluation:campagne", args=[campagne.pk])
    return mark_safe("".join(_ligne(ligne, base) for ligne in lignes))  # noqa: S308 - escaped below


def _ligne(ligne: LigneIndicateur, base: str) -> str:
    d = ligne.definition
    responsable = f", {d.responsable}" if d.responsable else ""
    garde = _paragraphe("evaluation-detail evaluation-garde", d.mise_en_garde) if d.mise_en_garde else ""
    detail = f"{capfirst(d.libelle_sens)}. Source : {d.libelle_source}{responsable}."
    return (
        '<li class="evaluation-ligne"><div><h4 class="evaluation-ligne__titre">'
        f'<a href="{base}indicateurs/{d.indicateur}/">{escape(str(d))}</a></h4>'
        f"{_paragraphe('evaluation-detail', detail)}{garde}</div>"
        f'<div class="evaluation-ligne__chiffre">{"".join(_releve(*lu) for lu in ligne.releves)}'
        f"{_attendus(len(ligne.manques))}</div></li>"
    )


def _releve(territoire: str, releve: Releve) -> str:
    """The figure of a territory, or why there is none, then what is said of it."""
    lieu = _paragraphe("evaluation-detail evaluation-ligne__cio", territoire) if territoire else ""
    valeur = escape(releve.texte)
    if releve.motif:
        valeur = f'<span class="evaluation-valeur__absente">{escape(releve.motif)}</span>'
    details = "".join(
        f'<p class="evaluation-detail"><span class="evaluation-etiquette">{escape(quoi)}</span> '
        f"{escape(mots)}</p>"
        for quoi, mots in releve.details
    )
    return f'{lieu}<p class="evaluation-valeur">{valeur}</p>{details}'


def _attendus(nombre: int) -> str:
    if not nombre:
        return ""
    s = "s" if nombre > 1 else ""
    return _paragraphe("evaluation-detail", f"{nombre} chiffre{s} attendu{s}")


def _paragraphe(classe: str, texte: str) -> str:
    return f'<p class="{classe}">{escape(texte)}</p>'
