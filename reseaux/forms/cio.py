"""Filters of the CIO, and their contact data."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from reseaux.models import CIO
from reseaux.selectors.choix import choix_departements
from reseaux.selectors.recherche import chercher
from reseaux.services.cio import CHAMPS_DE_CONTACT
from socle.filters import FiltreListe
from socle.forms import FiltreDsfr, FormulaireModeleDsfr

GENRES = (("cio", "CIO"), ("antenne", "antenne ou point d’accueil"))


class CIOFiltre(FiltreListe):
    q = django_filters.CharFilter(label="Nom, commune ou code UAI", method="filtrer_texte")
    departement = django_filters.ChoiceFilter(label="Département", empty_label="Tous")
    genre = django_filters.ChoiceFilter(
        label="Genre", choices=GENRES, empty_label="Tous", method="filtrer_genre"
    )
    ouvert = django_filters.ChoiceFilter(
        label="État",
        field_name="est_ouvert",
        choices=(("True", "ouvert"), ("False", "fermé")),
        empty_label="Tous",
    )

    class Meta:
        model = CIO
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposer("departement", choix_departements(self.perimetre))

    def filtrer_texte(self, queryset: QuerySet, _nom: str, saisie: str) -> QuerySet:
        return chercher(queryset, saisie)

    def filtrer_genre(self, queryset: QuerySet, _nom: str, genre: str) -> QuerySet:
        return queryset.filter(parent__isnull=genre == "cio")


class ContactCIOForm(FormulaireModeleDsfr):
    """Where the CIO is and how to reach it; the service writes."""

    class Meta:
        model = CIO
        fields = CHAMPS_DE_CONTACT
        help_texts = {
            "telephone": "Format attendu : 02 54 00 00 00",
            "courriel": "Adresse du service. Format attendu : cio.commune@academie.fr",
            "horaires": "Par exemple : du lundi au vendredi, de 9 h à 12 h et de 13 h 30 à 17 h",
        }
        widgets = {"telephone": forms.TextInput(attrs={"inputmode": "tel"})}
