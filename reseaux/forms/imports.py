"""Uploads of the ADMIN: the annuaire and the effectifs."""

import re
from typing import Any

from django import forms

from reseaux.enums import EtatAnnee
from reseaux.models import AnneeScolaire
from socle.forms import FormulaireImport


class ImportAnnuaireForm(FormulaireImport):
    departements = forms.CharField(
        label="Départements à importer",
        required=False,
        max_length=120,
        help_text="Codes à trois caractères, comme 041 ou 02A. Laissez vide pour tous ceux du fichier.",
    )
    fermer_absents = forms.BooleanField(
        label="Fermer les établissements absents du fichier",
        required=False,
        help_text="Seulement dans les départements et les types d’établissement que le fichier contient. "
        "Sinon, ils sont seulement listés.",
    )

    def clean_departements(self) -> list[str]:
        codes = re.split(r"[\s,;]+", self.cleaned_data["departements"].upper().strip())
        faux = [code for code in codes if code and not re.fullmatch(r"[0-9]{3}|02[AB]", code)]
        if faux:
            raise forms.ValidationError(
                f"« {faux[0]} » n’est pas un code de département à trois caractères, comme 041 ou 02A."
            )
        return [code for code in codes if code]


class ImportEffectifsForm(FormulaireImport):
    annee = forms.ModelChoiceField(
        label="Année scolaire", queryset=AnneeScolaire.objects.none(), empty_label=None, to_field_name="code"
    )
    rentree = forms.RegexField(
        label="Rentrée à lire dans le fichier",
        regex=r"^[0-9]{4}$",
        required=False,
        error_messages={"invalid": "Écrivez l’année de la rentrée en quatre chiffres, par exemple 2026."},
        help_text="Pour prendre comme estimation les effectifs d’une autre rentrée, par exemple 2025.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        annees = AnneeScolaire.objects.exclude(etat=EtatAnnee.CLOSE).order_by("-code")
        self.proposer("annee", annees)

    def options(self) -> dict[str, Any]:
        return super().options() | {"annee": self.cleaned_data["annee"].code}
