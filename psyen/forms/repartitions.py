"""Filters of the list of répartitions."""

from __future__ import annotations

from typing import Any

import django_filters

from psyen.enums import EtatRepartition
from psyen.models import Repartition
from reseaux.models import CIO, AnneeScolaire
from socle.filters import FiltreListe
from socle.forms import FiltreDsfr


class RepartitionFiltre(FiltreListe):
    annee = django_filters.ModelChoiceFilter(
        label="Année scolaire",
        queryset=AnneeScolaire.objects.order_by("-debut", "pk"),
        empty_label="Toutes",
    )
    cio = django_filters.ModelChoiceFilter(label="CIO", queryset=CIO.objects.none(), empty_label="Tous")
    etat = django_filters.ChoiceFilter(label="État", choices=EtatRepartition.choices, empty_label="Tous")

    class Meta:
        model = Repartition
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.perimetre.travaille_au_cio:
            del self.filters["cio"]
        else:
            cios = CIO.objects.dans_perimetre(self.perimetre).order_by("nom", "pk")
            self.filters["cio"].extra["queryset"] = cios
