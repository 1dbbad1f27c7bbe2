"""Filters of the réseaux."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from reseaux.models import AnneeScolaire, Reseau
from reseaux.selectors.choix import choix_cios, choix_departements
from reseaux.selectors.recherche import chercher
from socle.filters import FiltreListe
from socle.forms import FiltreDsfr


class ReseauFiltre(FiltreListe):
    q = django_filters.CharFilter(label="Réseau, lycée tête ou commune", method="filtrer_texte")
    annee = django_filters.ChoiceFilter(
        label="Année scolaire", field_name="annee__code", empty_label="Toutes"
    )
    departement = django_filters.ChoiceFilter(
        label="Département", field_name="cio__departement", empty_label="Tous"
    )
    cio = django_filters.ChoiceFilter(label="CIO", empty_label="Tous")

    class Meta:
        model = Reseau
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        annees = AnneeScolaire.objects.order_by("-debut", "pk").values_list("code", "code")
        cios = [] if self.perimetre.cio_id else choix_cios(self.perimetre, self.data.get("departement"))
        self.proposer("annee", list(annees))
        self.proposer("departement", choix_departements(self.perimetre))
        self.proposer("cio", cios)

    def filtrer_texte(self, queryset: QuerySet, _nom: str, saisie: str) -> QuerySet:
        """The name as typed, or the words of the tête: a réseau has no search column of its own."""
        tetes = chercher(queryset, saisie, "tete__recherche")
        return queryset.filter(Q(nom__icontains=saisie) | Q(pk__in=tetes.values("pk")))
