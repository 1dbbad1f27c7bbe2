"""What one says of a figure."""

from __future__ import annotations

from django import forms

from socle.forms import PRUDENCE, FormulaireDsfr


class AnalyseForm(FormulaireDsfr):
    texte = forms.CharField(
        label="Texte",
        max_length=8000,
        help_text=f"Ce que le chiffre montre, ce qui l’explique, ce qu’il appelle à faire. {PRUDENCE}",
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)
