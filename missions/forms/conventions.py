"""Conventions: filters, writing."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from missions.enums import SituationConvention
from missions.models import Convention, Partenaire
from missions.selectors.conventions import conventions_a_renouveler
from missions.services.conventions import PREAVIS_AU_PLUS
from reseaux.models import Departement
from reseaux.selectors.choix import choix_departements
from socle.filters import FiltreListe
from socle.forms import FiltreDsfr, FormulaireDsfr


class ConventionFiltre(FiltreListe):
    q = django_filters.CharFilter(label="Objet", field_name="objet", lookup_expr="icontains")
    departement = django_filters.ChoiceFilter(
        label="Département", field_name="departement", empty_label="Tous"
    )
    situation = django_filters.ChoiceFilter(
        label="Situation",
        choices=SituationConvention.choices,
        empty_label="Toutes",
        method="filtrer_situation",
    )

    class Meta:
        model = Convention
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposer("departement", choix_departements(self.perimetre))

    def filtrer_situation(self, queryset: QuerySet, _nom: str, choisie: str) -> QuerySet:
        jour = timezone.localdate()
        if choisie == SituationConvention.A_VENIR:
            return queryset.filter(debut__gt=jour)
        if choisie == SituationConvention.ECHUE:
            return queryset.filter(fin__lt=jour)
        a_renouveler = conventions_a_renouveler(jour).order_by().values("pk")
        if choisie == SituationConvention.A_RENOUVELER:
            return queryset.filter(pk__in=a_renouveler)
        return queryset.filter(debut__lte=jour, fin__gte=jour).exclude(pk__in=a_renouveler)


class ConventionForm(FormulaireDsfr):
    objet = forms.CharField(
        label="Objet",
        max_length=200,
        help_text="Gardez le même objet quand une convention en renouvelle une autre.",
    )
    reference = forms.CharField(label="Référence", max_length=80, required=False)
    partenaires = forms.ModelMultipleChoiceField(
        label="Parties",
        queryset=Partenaire.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="Les partenaires qui signent avec l’autorité académique.",
    )
    debut = forms.DateField(label="Du", widget=forms.DateInput)
    fin = forms.DateField(label="Au", widget=forms.DateInput)
    preavis = forms.IntegerField(
        label="Rappel avant l’échéance (jours)",
        min_value=0,
        max_value=PREAVIS_AU_PLUS,
        initial=90,
        help_text="L’IEN-IO et le secrétaire général sont avertis une fois, ce nombre de jours avant la fin.",
    )

    def __init__(self, *args: Any, departement: Departement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposer("partenaires", Partenaire.objects.filter(departement=departement).order_by("nom", "pk"))
