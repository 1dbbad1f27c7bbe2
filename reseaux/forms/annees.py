"""The only form of the school years: typed for the very first one, hidden in the page afterwards."""

from django import forms

from socle.forms import FormulaireDsfr


class RentreeForm(FormulaireDsfr):
    rentree = forms.IntegerField(
        label="Année civile de la rentrée",
        min_value=2000,
        max_value=2100,
        help_text="Par exemple 2026 pour l’année scolaire 2026-2027.",
    )
