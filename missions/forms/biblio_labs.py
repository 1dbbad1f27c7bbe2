"""The Biblio-Labs: filters, writing."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms

from comptes.enums import Role
from missions.enums import EtatBiblioLab
from missions.models import BiblioLab
from reseaux.enums import EtatAnnee
from reseaux.models import AnneeScolaire, Etablissement
from reseaux.selectors.choix import choix_departements
from socle.filters import FiltreListe
from socle.forms import PRUDENCE, FiltreDsfr, FormulaireDsfr


class BiblioLabFiltre(FiltreListe):
    q = django_filters.CharFilter(
        label="Établissement", field_name="etablissement__nom", lookup_expr="icontains"
    )
    annee = django_filters.ChoiceFilter(
        label="Année scolaire", field_name="annee__code", empty_label="Toutes"
    )
    departement = django_filters.ChoiceFilter(
        label="Département", field_name="etablissement__departement", empty_label="Tous"
    )
    etat = django_filters.ChoiceFilter(label="État", choices=EtatBiblioLab.choices, empty_label="Tous")

    class Meta:
        model = BiblioLab
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        annees = AnneeScolaire.objects.order_by("-debut", "pk").values_list("code", "code")
        self.proposer("annee", list(annees))
        self.proposer("departement", choix_departements(self.perimetre))


class BiblioLabForm(FormulaireDsfr):
    """Of a school and a year; once written, neither changes."""

    etablissement = forms.ModelChoiceField(
        label="Établissement", queryset=Etablissement.objects.none(), empty_label=None
    )
    annee = forms.ModelChoiceField(
        label="Année scolaire", queryset=AnneeScolaire.objects.none(), empty_label=None
    )
    etat = forms.ChoiceField(label="État", choices=EtatBiblioLab.choices)
    depuis = forms.DateField(
        label="Depuis le",
        required=False,
        widget=forms.DateInput,
        help_text="Nécessaire dès que le Biblio-Lab est expérimenté.",
    )
    description = forms.CharField(
        label="Description",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=PRUDENCE,
    )

    def __init__(self, *args: Any, perimetre: Any, lab: BiblioLab | None = None, **kwargs: Any) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        if lab:
            del self.fields["etablissement"], self.fields["annee"]
            return
        eples = Etablissement.objects.eple().ouverts()
        if perimetre.est(Role.CHEF_ETABLISSEMENT):
            eples = eples.filter(pk=perimetre.etablissement_id)
        else:
            eples = eples.filter(departement=perimetre.departement_id)
        self.proposer("etablissement", eples.order_by("nom", "commune", "pk"))
        ouvertes = AnneeScolaire.objects.exclude(etat=EtatAnnee.CLOSE)
        self.proposer("annee", ouvertes.order_by("debut", "pk"))
