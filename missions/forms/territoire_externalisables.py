"""The catalogue of what is given at the CIO: filters, writing."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from missions.enums import Theme
from missions.forms.territoire import OuvertureForm, choix_publics, filtrer_par_public
from missions.models import ActionExternalisable
from reseaux.selectors.choix import choix_cios, choix_departements
from socle.filters import FiltreListe
from socle.forms import FiltreDsfr

CATALOGUE = (("offertes", "Au catalogue"), ("retirees", "Retirées"))


class ExternalisableFiltre(FiltreListe):
    q = django_filters.CharFilter(label="Action", field_name="titre", lookup_expr="icontains")
    departement = django_filters.ChoiceFilter(
        label="Département", field_name="cio__departement", empty_label="Tous"
    )
    cio = django_filters.ChoiceFilter(label="CIO", empty_label="Tous")
    theme = django_filters.ChoiceFilter(label="Thème", choices=Theme.choices, empty_label="Tous")
    public = django_filters.ChoiceFilter(label="Public", method="filtrer_public", empty_label="Tous")
    catalogue = django_filters.ChoiceFilter(
        label="Catalogue", choices=CATALOGUE, method="filtrer_catalogue", empty_label="Tout"
    )

    class Meta:
        model = ActionExternalisable
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposer("departement", choix_departements(self.perimetre))
        self.proposer("cio", choix_cios(self.perimetre, self.data.get("departement")))
        self.proposer("public", choix_publics(self.perimetre))

    def filtrer_public(self, queryset: QuerySet, _nom: str, public: str) -> QuerySet:
        return filtrer_par_public(queryset, public)

    def filtrer_catalogue(self, queryset: QuerySet, _nom: str, choix: str) -> QuerySet:
        return queryset.filter(retiree_le__isnull=choix == "offertes")


class ExternalisableForm(OuvertureForm):
    theme = forms.ChoiceField(label="Thème", choices=Theme.choices)

    field_order = ("cio", "theme", "titre", "description", "publics", "partenaires")
