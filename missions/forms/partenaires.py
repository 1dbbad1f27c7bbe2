"""The directory of the partners: filters, writing."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms

from missions.enums import GenrePartenaire
from missions.models import Partenaire
from reseaux.selectors.choix import choix_departements
from socle.filters import FiltreListe
from socle.forms import FiltreDsfr, FormulaireDsfr


class PartenaireFiltre(FiltreListe):
    q = django_filters.CharFilter(label="Partenaire", field_name="nom", lookup_expr="icontains")
    departement = django_filters.ChoiceFilter(
        label="Département", field_name="departement", empty_label="Tous"
    )
    genre = django_filters.ChoiceFilter(label="Nature", choices=GenrePartenaire.choices, empty_label="Toutes")

    class Meta:
        model = Partenaire
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposer("departement", choix_departements(self.perimetre))


class PartenaireForm(FormulaireDsfr):
    nom = forms.CharField(label="Nom de la structure", max_length=160)
    genre = forms.ChoiceField(label="Nature", choices=GenrePartenaire.choices)
    site = forms.URLField(
        label="Site",
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text="Adresse de son site, par exemple https://www.cma-cvl.fr/",
    )
    courriel = forms.EmailField(
        label="Courriel du service",
        required=False,
        help_text="L’adresse d’un service, non celle d’une personne.",
    )
