"""Forms of the campaigns: settings, filters of the list."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms

from evaluation.enums import EtatCampagne
from evaluation.models import Campagne
from reseaux.models import AnneeScolaire
from reseaux.selectors.choix import choix_departements
from socle.filters import FiltreListe
from socle.forms import FiltreDsfr, FormulaireDsfr


class CampagneFiltre(FiltreListe):
    departement = django_filters.ChoiceFilter(label="Département", empty_label="Tous")
    annee = django_filters.ModelChoiceFilter(
        label="Année scolaire",
        queryset=AnneeScolaire.objects.order_by("-debut", "pk"),
        empty_label="Toutes",
    )
    etat = django_filters.ChoiceFilter(label="État", choices=EtatCampagne.choices, empty_label="Tous")

    class Meta:
        model = Campagne
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposer("departement", choix_departements(self.perimetre))


class CampagneForm(FormulaireDsfr):
    """What is measured, on which day, until when the rest is awaited."""

    code = forms.CharField(
        label="Code", max_length=8, help_text="Court : « T0 » pour l’état de départ, puis « T1 », « T2 »…"
    )
    libelle = forms.CharField(
        label="Libellé", max_length=120, help_text="Par exemple « État de départ, septembre 2026 »."
    )
    annee = forms.ModelChoiceField(
        AnneeScolaire.objects.none(), label="Année scolaire observée", empty_label=None
    )
    date_observation = forms.DateField(
        label="Date d’observation",
        help_text="Les indicateurs calculés disent ce qui était en vigueur ce jour-là.",
        widget=forms.DateInput(),
    )
    echeance = forms.DateField(
        label="Saisies attendues jusqu’au",
        required=False,
        help_text="Pour les chiffres que l’application ne connaît pas : les rappels suivront cette échéance.",
        widget=forms.DateInput(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposer("annee", AnneeScolaire.objects.order_by("-debut", "pk"))


class CampagneReglerForm(CampagneForm):
    """The same, with the state that the page was opened on."""

    lue = forms.CharField(widget=forms.HiddenInput())
