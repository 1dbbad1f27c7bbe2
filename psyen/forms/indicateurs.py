"""What the page of figures shows: the versions in force on a day, or one répartition."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from psyen.models import Repartition
from socle.forms import FiltreDsfr


class IndicateursForm(FiltreDsfr):
    au = forms.DateField(label="Versions en vigueur au", required=False, widget=forms.DateInput)
    repartition = forms.ModelChoiceField(
        label="Ou une répartition",
        queryset=Repartition.objects.none(),
        required=False,
        empty_label="Toutes les versions en vigueur",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["au"].initial = timezone.localdate
        self.fields["repartition"].queryset = (
            Repartition.objects.dans_perimetre(self.perimetre)
            .select_related("cio", "annee")
            .order_by("-annee__debut", "cio__nom", "-version")
        )
