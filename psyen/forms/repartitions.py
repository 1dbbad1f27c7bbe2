"""Filters of the list of répartitions, and the small forms of their gestures."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms

from psyen.enums import EtatRepartition
from psyen.models import Repartition
from reseaux.models import CIO, AnneeScolaire
from socle.filters import FiltreListe
from socle.forms import PRUDENCE, FiltreDsfr, FormulaireDsfr


class RepartitionFiltre(FiltreListe):
    annee = django_filters.ModelChoiceFilter(
        label="Année scolaire",
        queryset=AnneeScolaire.objects.order_by("-debut", "pk"),
        empty_label="Toutes",
    )
    cio = django_filters.ModelChoiceFilter(label="CIO", queryset=CIO.objects.none(), empty_label="Tous")
    etat = django_filters.ChoiceFilter(label="État", choices=EtatRepartition.choices, empty_label="Tous")

    class Meta:
        model = Repartition
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.perimetre.travaille_au_cio:
            del self.filters["cio"]
        else:
            cios = CIO.objects.dans_perimetre(self.perimetre).order_by("nom", "pk")
            self.filters["cio"].extra["queryset"] = cios


class EtatAuForm(FormulaireDsfr):
    """« État au »: the day whose version in force one wants to read."""

    au = forms.DateField(label="État au", widget=forms.DateInput())


class PreparerForm(FormulaireDsfr):
    """The year to prepare; without a date of effect, the first version of that year."""

    annee = forms.ModelChoiceField(
        queryset=AnneeScolaire.objects.order_by("debut"), to_field_name="code", widget=forms.HiddenInput()
    )
    date_effet = forms.DateField(
        label="Date d’effet",
        required=False,
        error_messages={"invalid": "La date d’effet s’écrit jj/mm/aaaa."},
        widget=forms.DateInput(),
    )


class DateEffetForm(FormulaireDsfr):
    date_effet = forms.DateField(
        label="Date d’effet",
        error_messages={
            "required": "Indiquez la date d’effet.",
            "invalid": "La date d’effet s’écrit jj/mm/aaaa.",
        },
        widget=forms.DateInput(),
    )


class ProposerForm(FormulaireDsfr):
    message = forms.CharField(
        label="Message au DASEN",
        help_text=f"Ce qu’il faut savoir pour décider : les choix faits, ce qui reste en suspens. {PRUDENCE}",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
