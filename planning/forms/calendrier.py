"""Forms of the holidays and of the orientation calendar; the services write."""

from typing import Any, cast

from django import forms

from planning.enums import GenrePeriodeNonOuvree, GenrePeriodeOrientation, Niveau, Rythme
from planning.models import PeriodeNonOuvree, PeriodeOrientation
from reseaux.models import AnneeScolaire, Departement
from socle.forms import FormulaireDsfr, FormulaireModeleDsfr

CHOISIR = ("", "Choisir une nature")


class PeriodeNonOuvreeForm(FormulaireModeleDsfr):
    """A closure: its nature, its name, its two days, both closed."""

    genre = forms.ChoiceField(label="Nature", choices=[CHOISIR, *GenrePeriodeNonOuvree.choices])

    class Meta:
        model = PeriodeNonOuvree
        fields = ("genre", "nom", "debut", "fin")
        labels = {"debut": "Premier jour", "fin": "Dernier jour"}
        help_texts = {
            "nom": "Par exemple : Vacances d’hiver, ou Pont de l’Ascension.",
            "fin": "Compris. Pour des vacances : la veille de la reprise.",
        }
        widgets = {"debut": forms.DateInput(), "fin": forms.DateInput()}


class PeriodeOrientationForm(FormulaireModeleDsfr):
    """A moment of the orientation year."""

    class Meta:
        model = PeriodeOrientation
        fields = ("genre", "titre", "niveau", "rythme", "debut", "fin")
        labels = {"debut": "Premier jour", "fin": "Dernier jour", "rythme": "Établissements concernés"}
        help_texts = {"titre": "Par exemple : Conseils de classe du 2e trimestre.", "fin": "Compris."}
        widgets = {"debut": forms.DateInput(), "fin": forms.DateInput()}

    genre = forms.ChoiceField(label="Nature", choices=[CHOISIR, *GenrePeriodeOrientation.choices])
    niveau = forms.ChoiceField(label="Niveau", required=False, choices=Niveau.choices)
    rythme = forms.ChoiceField(
        label="Établissements concernés",
        required=False,
        choices=[("", "Tous"), *Rythme.choices],
    )
    field_order = ("genre", "titre", "niveau", "rythme", "debut", "fin")


class AnneeDuCalendrierForm(FormulaireDsfr):
    """Which year, and in which département when one reads several."""

    marquer_facultatifs = False

    annee = forms.ModelChoiceField(
        AnneeScolaire.objects.none(), to_field_name="code", label="Année scolaire", required=False
    )
    departement = forms.ModelChoiceField(
        Departement.objects.none(), to_field_name="code", label="Département", required=False
    )

    def __init__(self, *args: Any, departements: list[Departement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposer("annee", AnneeScolaire.objects.order_by("-debut", "pk"))
        if len(departements) > 1:
            cles = [departement.pk for departement in departements]
            self.proposer("departement", Departement.objects.filter(pk__in=cles).order_by("nom", "pk"))
        else:
            del self.fields["departement"]
        for champ in self.fields.values():
            cast(forms.ModelChoiceField, champ).empty_label = None
