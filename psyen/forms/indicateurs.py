"""What the page of figures shows: the versions in force on a day, or one répartition."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils import timezone

from psyen.models import Repartition
from reseaux.perimetre import Perimetre
from socle.forms import FiltreDsfr


class IndicateursForm(FiltreDsfr):
    au = forms.DateField(label="Versions en vigueur au", required=False, widget=forms.DateInput)
    repartition = forms.ModelChoiceField(
        label="Ou une répartition",
        queryset=Repartition.objects.none(),
        required=False,
        empty_label="Toutes les versions en vigueur",
    )

    def __init__(self, *args: Any, perimetre: Perimetre, **kwargs: Any) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        self.fields["au"].initial = timezone.localdate
        repartition = cast(forms.ModelChoiceField, self.fields["repartition"])
        repartition.queryset = (
            Repartition.objects.dans_perimetre(perimetre)
            .select_related("cio", "annee")
            .order_by("-annee__debut", "cio__nom", "-version")
        )
