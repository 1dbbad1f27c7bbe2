"""Filters of the réseaux."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from reseaux.forms.etablissements import cios_proposes
from reseaux.models import CIO, AnneeScolaire, Departement, Reseau
from reseaux.selectors.recherche import chercher
from socle.filters import FiltreListe
from socle.forms import FiltreDsfr


class ReseauFiltre(FiltreListe):
    q = django_filters.CharFilter(label="Réseau, lycée tête ou commune", method="filtrer_texte")
    annee = django_filters.ModelChoiceFilter(
        label="Année scolaire",
        queryset=AnneeScolaire.objects.order_by("-debut", "pk"),
        to_field_name="code",
        empty_label="Toutes",
    )
    departement = django_filters.ModelChoiceFilter(
        label="Département",
        field_name="cio__departement",
        queryset=Departement.objects.none(),
        empty_label="Tous",
    )
    cio = django_filters.ModelChoiceFilter(label="CIO", queryset=CIO.objects.none(), empty_label="Tous")

    class Meta:
        model = Reseau
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cios = cios_proposes(self.perimetre, self.data.get("departement"))
        if self.perimetre.departement_id:
            del self.filters["departement"]
        else:
            departements = Departement.objects.dans_perimetre(self.perimetre).order_by("nom", "pk")
            self.filters["departement"].queryset = departements
        if cios is None or self.perimetre.cio_id:
            del self.filters["cio"]
        else:
            self.filters["cio"].queryset = cios

    def filtrer_texte(self, queryset: QuerySet, _nom: str, saisie: str) -> QuerySet:
        """The name as typed, or the words of the tête: a réseau has no search column of its own."""
        tetes = chercher(queryset, saisie, "tete__recherche")
        return queryset.filter(Q(nom__icontains=saisie) | Q(pk__in=tetes.values("pk")))
