"""Filters of the CIO, and their contact data."""

from typing import Any, cast

import django_filters
from django import forms
from django.db.models import QuerySet

from reseaux.forms.habilitations import UAIField
from reseaux.models import CIO, Departement
from reseaux.perimetre import Perimetre
from reseaux.selectors.choix import choix_departements
from reseaux.selectors.recherche import chercher
from reseaux.services.cio import CHAMPS_DE_CONTACT, CHAMPS_DE_LA_FICHE
from socle.filters import FiltreListe
from socle.forms import FiltreDsfr, FormulaireModeleDsfr

GENRES = (("cio", "CIO"), ("antenne", "antenne ou point d’accueil"))


class CIOFiltre(FiltreListe):
    q = django_filters.CharFilter(label="Nom, commune ou code UAI", method="filtrer_texte")
    departement = django_filters.ChoiceFilter(label="Département", empty_label="Tous")
    genre = django_filters.ChoiceFilter(
        label="Genre", choices=GENRES, empty_label="Tous", method="filtrer_genre"
    )
    ouvert = django_filters.ChoiceFilter(
        label="État",
        field_name="est_ouvert",
        choices=(("True", "ouvert"), ("False", "fermé")),
        empty_label="Tous",
    )

    class Meta:
        model = CIO
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposer("departement", choix_departements(self.perimetre))

    def filtrer_texte(self, queryset: QuerySet, _nom: str, saisie: str) -> QuerySet:
        return chercher(queryset, saisie)

    def filtrer_genre(self, queryset: QuerySet, _nom: str, genre: str) -> QuerySet:
        return queryset.filter(parent__isnull=genre == "cio")


AIDES_DU_CONTACT = {
    "telephone": "Format attendu : 02 54 00 00 00",
    "courriel": "Adresse du service. Format attendu : cio.commune@academie.fr",
    "horaires": "Par exemple : du lundi au vendredi, de 9 h à 12 h et de 13 h 30 à 17 h",
}


class ContactCIOForm(FormulaireModeleDsfr):
    """Where the CIO is and how to reach it; the service writes."""

    class Meta:
        model = CIO
        fields = CHAMPS_DE_CONTACT
        help_texts = AIDES_DU_CONTACT
        widgets = {"telephone": forms.TextInput(attrs={"inputmode": "tel"})}


class CIOForm(FormulaireModeleDsfr):
    """A CIO, an antenne or a point d'accueil, as the ADMIN records it; the service writes."""

    uai = UAIField(
        label="Code UAI",
        required=False,
        help_text="Sept chiffres puis une lettre, par exemple 0410017W. Vide pour un point d’accueil "
        "qui n’en a pas.",
    )

    class Meta:
        model = CIO
        fields = ("departement", *CHAMPS_DE_LA_FICHE)
        localized_fields = ("latitude", "longitude")
        labels = {"parent": "Antenne de"}
        help_texts = AIDES_DU_CONTACT | {
            "nom": "Par exemple : CIO de Blois, ou Point d’accueil de Contres.",
            "parent": "Pour une antenne ou un point d’accueil : le CIO dont il dépend.",
            "latitude": "En degrés, pour la carte. Par exemple 47,58143.",
            "longitude": "En degrés, pour la carte. Par exemple 1,30612.",
        }
        widgets = ContactCIOForm.Meta.widgets

    def __init__(self, *args: Any, perimetre: Perimetre, **kwargs: Any) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        visibles = CIO.objects.dans_perimetre(perimetre).filter(est_ouvert=True, parent=None)
        self.proposer("departement", Departement.objects.dans_perimetre(perimetre).order_by("nom", "pk"))
        self.proposer("parent", visibles.exclude(pk=self.instance.pk).order_by("nom", "pk"))
        cast(forms.ModelChoiceField, self.fields["departement"]).empty_label = "Choisir un département"
        cast(forms.ModelChoiceField, self.fields["parent"]).empty_label = "Aucun : ce n’est pas une antenne"
        # Réseaux, répartitions and arrêtés belong to the département: a CIO does not change it.
        self.fields["departement"].disabled = self.instance.pk is not None

    def clean_uai(self) -> str | None:
        return self.cleaned_data["uai"] or None
