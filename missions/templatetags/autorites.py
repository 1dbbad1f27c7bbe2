"""Bars and rows of the view by authority, written in Python: a template loop over sixty CIO costs more than
their sums. Every text is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from missions.enums import Lieu
from missions.selectors.autorites import LigneAutorite, LigneFamille, LigneMission, Somme, VueAutorites
from missions.selectors.autorites_dessin import Barre, barres
from psyen.selectors.controles import nombre

register = template.Library()

AUTORITES_COURTES = {Lieu.CIO: "hiérarchique : DCIO", Lieu.EPLE: "fonctionnelle : chef d’établissement"}


@register.simple_tag
def barres_par_autorite(lignes: Iterable[LigneAutorite | LigneFamille]) -> SafeString:
    """One bar per line. Plain: DCIO; hatched: chefs d'établissement; each value is written beside."""
    return mark_safe("".join(map(_barre, barres(lignes))))  # noqa: S308 - escaped below


@register.simple_tag
def rangs_des_territoires(vue: VueAutorites) -> SafeString:
    """The same figures in rows, the total last."""
    rangs = [f"<tr>{_rang(ligne.nom, ligne.somme)}</tr>" for ligne in vue.lignes]
    total = f'<tr class="autorites-total">{_rang("Total", vue.somme)}</tr>'
    return mark_safe("".join([*rangs, total]))  # noqa: S308 - escaped below


@register.simple_tag
def rangs_des_missions(missions: Iterable[LigneMission]) -> SafeString:
    """A row per mission, an aspect set back under its axis."""
    return mark_safe("".join(map(_mission, missions)))  # noqa: S308 - escaped below


def _barre(barre: Barre) -> str:
    return (
        f'<li><span class="autorites-barres__nom">{escape(barre.nom)}</span>'
        '<svg class="autorites-barres__trace" aria-hidden="true" focusable="false">'
        f'<rect class="autorites-cio" width="{barre.largeur_cio}" height="100%"/>'
        f'<rect x="{barre.largeur_cio}" width="{barre.largeur_eple}" height="100%" '
        'fill="url(#autorites-hachures)" class="autorites-eple"/></svg>'
        f'<span class="autorites-barres__valeurs"><span>DCIO {nombre(barre.somme.cio)}</span> '
        f"<span>chefs {nombre(barre.somme.eple)}</span></span></li>"
    )


def _rang(nom: str, somme: Somme) -> str:
    valeurs = (
        nombre(somme.cio),
        somme.heures_cio,
        nombre(somme.eple),
        somme.heures_eple,
        nombre(somme.total),
    )
    return f'<th scope="row">{escape(nom)}</th>{_cellules(valeurs)}'


def _mission(ligne: LigneMission) -> str:
    mission = ligne.mission
    aspect = ' class="autorites-aspect"' if ligne.est_aspect else ""
    valeurs = (nombre(ligne.demi_journees), ligne.heures, f"{_entier(ligne.part)} %")
    return (
        f'<tr><th scope="row"{aspect}>{escape(f"{mission.code}. {mission.libelle}")}</th>'
        f"<td>{AUTORITES_COURTES[Lieu(mission.lieu)]}</td>{_cellules(valeurs)}</tr>"
    )


def _entier(part: Decimal) -> Decimal:
    """As `floatformat:0` rounds the families."""
    return part.quantize(Decimal(1), ROUND_HALF_UP)


def _cellules(valeurs: Iterable[str]) -> str:
    return "".join(f'<td class="cio-nombre">{valeur}</td>' for valeur in valeurs)
