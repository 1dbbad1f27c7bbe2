"""The fiches de poste: filters, preparation, writing, dates."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from comptes.enums import Role
from missions.enums import SituationFiche
from missions.models import FicheDePoste
from missions.selectors.fiches_de_poste import empreinte, titres_de
from reseaux.models import CIO, Habilitation
from reseaux.selectors.choix import choix_cios
from socle.filters import FiltreListe
from socle.forms import FiltreDsfr, FormulaireDsfr


class FicheFiltre(FiltreListe):
    q = django_filters.CharFilter(label="Secrétaire", method="filtrer_nom")
    cio = django_filters.ChoiceFilter(label="CIO", empty_label="Tous")
    situation = django_filters.ChoiceFilter(
        label="Situation", choices=SituationFiche.choices, empty_label="Toutes"
    )

    class Meta:
        model = FicheDePoste
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lit_des_cios = self.perimetre.lit_le_departement
        self.proposer("cio", choix_cios(self.perimetre, None) if lit_des_cios else [])
        if self.perimetre.est(Role.SECRETAIRE_CIO):
            del self.filters["q"]

    def filtrer_nom(self, queryset: QuerySet, _nom: str, saisie: str) -> QuerySet:
        return queryset.filter(Q(secretaire__nom__icontains=saisie) | Q(secretaire__prenom__icontains=saisie))


class ChoixSecretaire(forms.ModelChoiceField):
    """An habilitation, as « Jeanne MARTIN, CIO de Blois »."""

    def label_from_instance(self, habilitation: Habilitation) -> str:
        return f"{habilitation.utilisateur}, {habilitation.cio}"


class PreparationForm(FormulaireDsfr):
    habilitation = ChoixSecretaire(label="Secrétaire", queryset=Habilitation.objects.none(), empty_label=None)

    def __init__(self, *args: Any, perimetre: Any, **kwargs: Any) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        en_poste = Habilitation.objects.en_vigueur().filter(
            role=Role.SECRETAIRE_CIO,
            cio__in=CIO.objects.dans_perimetre(perimetre),
            utilisateur__is_active=True,
        )
        self.proposer(
            "habilitation",
            en_poste.select_related("utilisateur", "cio").order_by("utilisateur__nom", "pk"),
        )


class FicheForm(FormulaireDsfr):
    """A field per heading of the template, and of older ones when the fiche still holds them."""

    lue = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, fiche: FicheDePoste, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.titres = titres_de(fiche)
        for rang, titre in enumerate(self.titres):
            self.fields[f"rubrique_{rang}"] = forms.CharField(
                label=titre,
                required=False,
                max_length=3000,
                initial=fiche.rubriques.get(titre, ""),
                widget=forms.Textarea(attrs={"rows": 1 if rang < 2 else 4}),
            )
        self.fields["lue"].initial = empreinte(fiche)

    @property
    def rubriques(self) -> dict[str, str]:
        return {
            titre: self.cleaned_data[f"rubrique_{rang}"].replace("\r\n", "\n")
            for rang, titre in enumerate(self.titres)
        }


class ValidationForm(FormulaireDsfr):
    debut = forms.DateField(
        label="À compter du",
        widget=forms.DateInput,
        initial=timezone.localdate,
        help_text="La fiche en vigueur jusque-là finit la veille.",
    )


class FinForm(FormulaireDsfr):
    fin = forms.DateField(
        label="Dernier jour",
        widget=forms.DateInput,
        initial=timezone.localdate,
        help_text="Quand la personne quitte le poste. Aucune fiche ne suit celle-ci.",
    )
