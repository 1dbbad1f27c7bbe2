"""The programmes d'activités: list, preparation, introduction."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms

from missions.enums import EtatProgramme
from missions.models import ProgrammeActivites
from reseaux.enums import EtatAnnee
from reseaux.models import CIO, AnneeScolaire
from reseaux.selectors.choix import choix_cios
from socle.filters import FiltreListe
from socle.forms import PRUDENCE, FiltreDsfr, FormulaireDsfr


class ProgrammeFiltre(FiltreListe):
    annee = django_filters.ChoiceFilter(
        label="Année scolaire", field_name="annee__code", empty_label="Toutes"
    )
    cio = django_filters.ChoiceFilter(label="CIO", empty_label="Tous")
    etat = django_filters.ChoiceFilter(label="État", choices=EtatProgramme.choices, empty_label="Tous")

    class Meta:
        model = ProgrammeActivites
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = AnneeScolaire.objects.order_by("-debut").values_list("code", flat=True)
        self.proposer("annee", [(code, code) for code in codes])
        self.proposer("cio", choix_cios(self.perimetre, None))


class PreparationProgrammeForm(FormulaireDsfr):
    cio = forms.ModelChoiceField(CIO.objects.none(), label="CIO", empty_label=None)
    annee = forms.ModelChoiceField(AnneeScolaire.objects.none(), label="Année scolaire", empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cios = CIO.objects.dans_perimetre(self.perimetre)  # type: ignore[arg-type]  # a view's
        self.proposer("cio", cios.filter(est_ouvert=True).order_by("nom", "pk"))
        self.proposer("annee", AnneeScolaire.objects.exclude(etat=EtatAnnee.CLOSE).order_by("debut"))


class ProgrammeForm(FormulaireDsfr):
    introduction = forms.CharField(
        label="Introduction",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=f"Les priorités de l’année, en quelques paragraphes. {PRUDENCE}",
    )
    #: The text as it was when the page was opened.
    ouverte_avec = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
