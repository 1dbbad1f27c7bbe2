"""The drawings of the results of a survey, the same on screen and on paper; each figure is written beside."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from evaluation.enums import ECHELLE
from evaluation.models import Question
from evaluation.selectors.enquete_publication import Agregat, Part

register = template.Library()

LARGEUR, HAUTEUR = 10 * len(ECHELLE), 24
#: The bars leave room above them for the line of the mean.
HAUTEUR_DES_BARRES = 18
BARRES = (
    '<svg class="enquete-barre" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true" '
    'focusable="false"><rect class="enquete-barre__fond" width="{}" height="{}" fill="#eeeeee"/>{}{}</svg>'
)


@register.simple_tag
def barre_echelle(agregat: Agregat) -> SafeString:
    """The bands along the scale, as high as their number; a line at the mean."""
    haute = max((part.effectif or 0 for part in agregat.parts), default=0) or 1
    hauteurs = [
        (*part.bornes, HAUTEUR_DES_BARRES * (part.effectif or 0) // haute)
        for part in agregat.parts
        if part.bornes is not None
    ]
    rectangles = format_html_join(
        "",
        '<rect class="enquete-barre__part" x="{}" y="{}" width="{}" height="{}" fill="#6a6af4"/>',
        (
            (10 * bas + 1, HAUTEUR - hauteur, 10 * (haut - bas + 1) - 2, hauteur)
            for bas, haut, hauteur in hauteurs
        ),
    )
    repere = ""
    if agregat.moyenne is not None:
        milieu = int(10 * agregat.moyenne) + 5
        repere = format_html(
            '<rect class="enquete-barre__moyenne" x="{}" y="0" width="1" height="{}" fill="#161616"/>',
            milieu,
            HAUTEUR,
        )
    return format_html(BARRES, LARGEUR, HAUTEUR, LARGEUR, HAUTEUR, rectangles, repere)


@register.simple_tag
def barre_choix(part: Part, total: int) -> SafeString:
    """As long as its share of the whole."""
    largeur = 100 * (part.effectif or 0) // total
    trait = format_html('<rect class="enquete-barre__part" width="{}" height="8" fill="#6a6af4"/>', largeur)
    return format_html(BARRES, 100, 8, 100, 8, trait, "")


@register.filter
def nom_court(question: Question) -> str:
    """Its dimension, otherwise its words."""
    return question.get_dimension_display() or question.libelle
