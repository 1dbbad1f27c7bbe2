"""A criterion: filters, writing, what the group decided of it."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.utils import timezone

from evaluation.enums import EtatCritere
from evaluation.models import Critere
from planning.enums import EtatReunion, GenreReunion
from planning.models import Objectif, Reunion
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from reseaux.selectors.choix import choix_departements
from socle.filters import FiltreListe
from socle.forms import PRUDENCE, FiltreDsfr, FormulaireDsfr


class CritereFiltre(FiltreListe):
    q = django_filters.CharFilter(label="Critère", field_name="libelle", lookup_expr="icontains")
    departement = django_filters.ChoiceFilter(
        label="Département", field_name="departement", empty_label="Tous"
    )
    etat = django_filters.ChoiceFilter(label="État", choices=EtatCritere.choices, empty_label="Tous")

    class Meta:
        model = Critere
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposer("departement", choix_departements(self.perimetre))


class CritereForm(FormulaireDsfr):
    """What one judges, why, how."""

    libelle = forms.CharField(
        label="Critère",
        max_length=250,
        help_text="Une phrase que l’on pourra dire vraie ou fausse : « Chaque EPLE a un interlocuteur ».",
    )
    objectif = forms.ModelChoiceField(
        label="Objectif de l’expérimentation",
        queryset=Objectif.objects.none(),
        required=False,
        empty_label="Aucun en particulier",
    )
    pourquoi = forms.CharField(
        label="Pourquoi ce critère", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    comment = forms.CharField(
        label="Comment on en juge",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Les chiffres ou les constats que l’on regardera.",
    )
    poids = forms.IntegerField(
        label="Poids",
        required=False,
        min_value=1,
        max_value=10,
        help_text="De 1 à 10, si le groupe de travail veut dire l’importance relative des critères.",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, perimetre: Perimetre, departement: Departement, **kwargs: Any) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        objectifs = Objectif.objects.actuels().filter(departement=departement, niveau="objectif")
        self.proposer("objectif", objectifs.order_by("rang", "pk"))

    @property
    def valeurs(self) -> dict[str, Any]:
        """What the service takes."""
        return {champ: valeur for champ, valeur in self.cleaned_data.items() if champ != "revision"}


class StatuerForm(FormulaireDsfr):
    """What the group decided, in which meeting."""

    statue_le = forms.DateField(
        label="Date de la décision du groupe", widget=forms.DateInput, initial=timezone.localdate
    )
    reunion = forms.ModelChoiceField(
        label="Réunion du groupe de travail",
        queryset=Reunion.objects.none(),
        required=False,
        empty_label="Réunion qui n’est pas inscrite ici",
    )
    motif = forms.CharField(
        label="Motif", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self,
        *args: Any,
        perimetre: Perimetre,
        departement: Departement,
        motif_exige: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        tenues = Reunion.objects.dans_perimetre(perimetre).filter(
            departement=departement, genre=GenreReunion.GROUPE_TRAVAIL, debut__lte=timezone.now()
        )
        self.proposer("reunion", tenues.exclude(etat=EtatReunion.ANNULEE).order_by("-debut", "pk"))
        self.fields["motif"].required = motif_exige
        self.fields["motif"].help_text = PRUDENCE
