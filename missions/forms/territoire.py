"""The actions of the territory: filters, writing, result."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from missions.enums import EtatActionDeTerritoire, Volet
from missions.models import ActionDeTerritoire, ActionExternalisable, Partenaire, Public
from reseaux.enums import EtatAnnee
from reseaux.models import CIO, AnneeScolaire
from reseaux.selectors.choix import choix_cios, choix_departements
from socle.filters import FiltreListe
from socle.forms import PRUDENCE, FiltreDsfr, FormulaireDsfr


class TerritoireFiltre(FiltreListe):
    q = django_filters.CharFilter(label="Action", field_name="titre", lookup_expr="icontains")
    annee = django_filters.ChoiceFilter(
        label="Année scolaire", field_name="annee__code", empty_label="Toutes"
    )
    departement = django_filters.ChoiceFilter(
        label="Département", field_name="cio__departement", empty_label="Tous"
    )
    cio = django_filters.ChoiceFilter(label="CIO", empty_label="Tous")
    volet = django_filters.ChoiceFilter(label="Volet", choices=Volet.choices, empty_label="Tous")
    etat = django_filters.ChoiceFilter(
        label="État", choices=EtatActionDeTerritoire.choices, empty_label="Tous"
    )
    public = django_filters.ChoiceFilter(label="Public", method="filtrer_public", empty_label="Tous")

    class Meta:
        model = ActionDeTerritoire
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        annees = AnneeScolaire.objects.order_by("-debut", "pk").values_list("code", "code")
        self.proposer("annee", list(annees))
        self.proposer("departement", choix_departements(self.perimetre))
        self.proposer("cio", choix_cios(self.perimetre, self.data.get("departement")))
        self.proposer("public", choix_publics(self.perimetre))

    def filtrer_public(self, queryset: QuerySet, _nom: str, public: str) -> QuerySet:
        return filtrer_par_public(queryset, public)


def choix_publics(perimetre: Any) -> list[tuple[str, str]]:
    publics = Public.objects.dans_perimetre(perimetre).order_by("libelle", "pk")
    return [(str(pk), libelle) for pk, libelle in publics.values_list("pk", "libelle")]


def filtrer_par_public(queryset: QuerySet, public: str) -> QuerySet:
    """A subquery, not a join: a row has several publics."""
    return queryset.filter(pk__in=queryset.model.objects.filter(publics=int(public)).values("pk"))


class OuvertureForm(FormulaireDsfr):
    """What both kinds of actions ask: for which CIO, with whom, for whom. A written one keeps its CIO."""

    cio = forms.ModelChoiceField(label="CIO", queryset=CIO.objects.none(), empty_label=None)
    titre = forms.CharField(label="Action", max_length=200)
    description = forms.CharField(
        label="Description",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=PRUDENCE,
    )
    publics = forms.ModelMultipleChoiceField(
        label="Publics",
        queryset=Public.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    partenaires = forms.ModelMultipleChoiceField(
        label="Partenaires",
        queryset=Partenaire.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ceux de l’annuaire du département ; inscrivez-y d’abord un nouveau partenaire.",
    )

    def __init__(
        self,
        *args: Any,
        perimetre: Any,
        action: ActionDeTerritoire | ActionExternalisable | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        if action:
            del self.fields["cio"]
        else:
            ouverts = CIO.objects.dans_perimetre(perimetre).filter(est_ouvert=True)
            self.proposer("cio", ouverts.order_by("nom", "pk"))
        departement = action.cio.departement_id if action else perimetre.departement_id
        vises = Q(pk__in=Public.objects.en_vigueur().values("pk"))
        if action:
            vises |= Q(pk__in=action.publics.values("pk"))
        publics = Public.objects.dans_perimetre(perimetre).filter(vises)
        self.proposer("publics", publics.order_by("libelle", "pk"))
        self.proposer("partenaires", Partenaire.objects.filter(departement=departement).order_by("nom", "pk"))


class ActionDeTerritoireForm(OuvertureForm):
    annee = forms.ModelChoiceField(
        label="Année scolaire", queryset=AnneeScolaire.objects.none(), empty_label=None
    )
    volet = forms.ChoiceField(
        label="Volet",
        choices=Volet.choices,
        help_text="Au moins une action du volet « Avenir » est attendue chaque année autour de chaque CIO.",
    )
    jour = forms.DateField(label="Date", widget=forms.DateInput)
    lieu = forms.CharField(label="Lieu", max_length=200, required=False)

    field_order = ("cio", "titre", "volet", "annee", "jour", "lieu", "description", "publics", "partenaires")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ouvertes = AnneeScolaire.objects.exclude(etat=EtatAnnee.CLOSE)
        self.proposer("annee", ouvertes.order_by("debut", "pk"))


class RealisationForm(FormulaireDsfr):
    jour = forms.DateField(label="Date de l’action", widget=forms.DateInput)
    participants = forms.IntegerField(
        label="Nombre de participants",
        required=False,
        min_value=0,
        max_value=100_000,
        help_text="En tout, sans nommer personne. Laissez vide si vous ne le connaissez pas.",
    )

    def clean_jour(self) -> Any:
        if self.cleaned_data["jour"] > timezone.localdate():
            raise forms.ValidationError("Une action réalisée a déjà eu lieu : aujourd’hui au plus tard.")
        return self.cleaned_data["jour"]
