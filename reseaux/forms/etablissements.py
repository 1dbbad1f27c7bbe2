"""Filters of the schools, and the choice of their CIO de secteur."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from reseaux.enums import Categorie, EducationPrioritaire, EtatEtablissement, Secteur
from reseaux.models import CIO, Etablissement
from reseaux.models.etablissement import EtablissementQuerySet
from reseaux.perimetre import Perimetre
from reseaux.selectors.choix import choix_cios, choix_departements
from reseaux.selectors.recherche import chercher
from socle.filters import FiltreListe
from socle.forms import FiltreDsfr, FormulaireDsfr

#: A key of eighteen digits still fits in the database; one more may not.
CHIFFRES_D_UNE_CLE = 18
SPECIFICITES = (("internat", "internat"), ("ulis", "ULIS"), ("segpa", "SEGPA"))
RESEAU = (("avec", "dans un réseau"), ("sans", "EPLE sans réseau"))


class EtablissementFiltre(FiltreListe):
    q = django_filters.CharFilter(label="Nom, commune ou code UAI", method="filtrer_texte")
    departement = django_filters.ChoiceFilter(label="Département", empty_label="Tous")
    categorie = django_filters.ChoiceFilter(
        label="Catégorie", choices=Categorie.choices, empty_label="Toutes"
    )
    secteur = django_filters.ChoiceFilter(label="Secteur", choices=Secteur.choices, empty_label="Tous")
    cio = django_filters.ChoiceFilter(
        label="CIO de secteur",
        empty_label="Tous",
        null_label="sans CIO de secteur",
        null_value="aucun",
    )
    reseau = django_filters.ChoiceFilter(
        label="Réseau", choices=RESEAU, empty_label="Indifférent", method="filtrer_reseau"
    )
    etat = django_filters.ChoiceFilter(label="État", choices=EtatEtablissement.choices, empty_label="Tous")
    education_prioritaire = django_filters.ChoiceFilter(
        label="Éducation prioritaire",
        choices=[choix for choix in EducationPrioritaire.choices if choix[0]],
        empty_label="Indifférent",
    )
    specificite = django_filters.ChoiceFilter(
        label="Accueil", choices=SPECIFICITES, empty_label="Indifférent", method="filtrer_specificite"
    )

    class Meta:
        model = Etablissement
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposer("departement", choix_departements(self.perimetre))
        self.proposer("cio", choix_cios(self.perimetre, self.data.get("departement")))

    def filtrer_texte(self, queryset: QuerySet, _nom: str, saisie: str) -> QuerySet:
        return chercher(queryset, saisie)

    def filtrer_reseau(self, queryset: EtablissementQuerySet, _nom: str, choix: str) -> QuerySet:
        """On `appartenance`; a private school or a section is in no réseau by nature, a closed one too."""
        if choix == "sans":
            return queryset.eple().ouverts().filter(Q(appartenance__isnull=True))
        return queryset.filter(Q(appartenance__isnull=False))

    def filtrer_specificite(self, queryset: QuerySet, _nom: str, champ: str) -> QuerySet:
        return queryset.filter(**{champ: True})


class EtablissementsField(forms.ModelMultipleChoiceField):
    """A key that no database holds is unknown; SQLite fails on it instead, inside `IN`."""

    def clean(self, value: Any) -> QuerySet:
        if isinstance(value, (list, tuple)) and any(len(str(cle)) > CHIFFRES_D_UNE_CLE for cle in value):
            raise ValidationError(self.error_messages["invalid_pk_value"], code="invalid_pk_value")
        return super().clean(value)


class SectorisationForm(FormulaireDsfr):
    """The schools ticked in the list, and the CIO that they go to."""

    etablissements = EtablissementsField(
        label="Établissements",
        queryset=Etablissement.objects.none(),
        error_messages={
            "required": "Cochez au moins un établissement.",
            "invalid_choice": "Un des établissements cochés n’existe plus : rechargez la liste.",
            "invalid_pk_value": "Un des établissements cochés n’existe pas : rechargez la liste.",
        },
    )
    cio = forms.ModelChoiceField(
        label="CIO de secteur",
        empty_label="Choisir un CIO",
        queryset=CIO.objects.none(),
        error_messages={
            "required": "Choisissez le CIO de secteur.",
            "invalid_choice": "Ce CIO n’existe pas dans votre périmètre.",
        },
    )

    def __init__(self, *args: Any, perimetre: Perimetre, **kwargs: Any) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        cios = CIO.objects.dans_perimetre(perimetre).filter(est_ouvert=True)
        self.proposer("etablissements", Etablissement.objects.dans_perimetre(perimetre))
        self.proposer("cio", cios.order_by("nom", "pk"))
