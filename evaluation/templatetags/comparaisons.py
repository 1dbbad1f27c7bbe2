"""Bars and cells of « Comparer », written in Python: a template loop over each CIO of fifty indicators costs
more than reading their figures. Every text is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from evaluation.selectors.comparaison import Cellule, LigneComparee
from evaluation.selectors.comparaison_dessin import Barre, Panneau

register = template.Library()


@register.simple_tag
def barres(panneau: Panneau) -> SafeString:
    """One item a bar: its name, its length beside the target, its value in words."""
    c = panneau.cible
    cible = f'<line class="evaluation-cible" x1="{c}" x2="{c}" y1="-25%" y2="125%"/>' if c else ""
    return mark_safe("".join(_barre(barre, cible) for barre in panneau.barres))  # noqa: S308 - escaped below


def _barre(barre: Barre, cible: str) -> str:
    sorte = "evaluation-barres__avant" if barre.est_avant else ""
    trace = ""
    if barre.largeur:
        plein = "evaluation-avant" if barre.est_avant else "evaluation-apres"
        trace = (
            '<svg class="evaluation-trace" aria-hidden="true" focusable="false">'
            f'<rect class="{plein}" width="{barre.largeur}" height="100%"/>{cible}</svg>'
        )
    else:
        sorte = f"{sorte} evaluation-barres__absente".strip()
    classe = f' class="{sorte}"' if sorte else ""
    return (
        f"<li{classe}><span>{escape(barre.nom)}</span>{trace}"
        f'<span class="evaluation-barres__valeur">{escape(barre.texte)}</span></li>'
    )


@register.simple_tag
def rangees(lignes: Iterable[LigneComparee]) -> SafeString:
    """The same figures as rows of a table, one an indicator."""
    return mark_safe("".join(map(_rangee, lignes)))  # noqa: S308 - escaped below


def _rangee(ligne: LigneComparee) -> str:
    cases = "".join(map(_case, ligne.cellules))
    return f'<tr><th scope="row">{escape(str(ligne.definition))}</th>{cases}</tr>'


def _case(cellule: Cellule) -> str:
    dit = f'<span class="fr-hint-text">{escape(cellule.precision)}</span>' if cellule.precision else ""
    return f"<td>{escape(cellule.texte)}{dit}</td>"
