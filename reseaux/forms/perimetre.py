"""Forms of the perimeter editor. They read what was sent; the services judge it."""

from __future__ import annotations

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from reseaux.models import CIO, AnneeScolaire, Etablissement, Reseau
from reseaux.perimetre import Perimetre
from reseaux.services.reseaux import Placement
from socle.forms import FormulaireDsfr

#: Choice « in no réseau » of the destination.
SANS_RESEAU = "0"
JETON = re.compile(r"(\d{1,12})-(\d{1,12})")


class ReseauForm(FormulaireDsfr):
    """Name and tête of a réseau: chosen among the free lycées, or among those of the réseau."""

    nom = forms.CharField(
        label="Nom du réseau", max_length=80, help_text="Par exemple « Blois – Augustin Thierry »."
    )
    tete = forms.ModelChoiceField(
        label="Lycée tête de réseau", queryset=Etablissement.objects.none(), empty_label="Choisir un lycée"
    )

    def __init__(self, *args: Any, perimetre: Perimetre, lycees: list[Etablissement], **kwargs: Any) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        choisis = Etablissement.objects.dans_perimetre(perimetre).filter(pk__in=[e.pk for e in lycees])
        self.proposer("tete", choisis.order_by("commune", "nom", "pk"))


class PlacementForm(forms.Form):
    """Schools ticked in the editor, each with the réseau where it was seen, and where they go."""

    ecoles = forms.Field(
        widget=forms.SelectMultiple, error_messages={"required": "Cochez au moins un établissement."}
    )
    destination = forms.ChoiceField(
        error_messages={
            "required": "Choisissez où déplacer les établissements cochés.",
            "invalid_choice": "Ce réseau n’existe plus : il a peut-être été dissous entre-temps.",
        }
    )

    def __init__(
        self, *args: Any, cio: CIO, annee: AnneeScolaire, perimetre: Perimetre, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.perimetre = perimetre
        self.reseaux = {
            str(reseau.pk): reseau
            for reseau in Reseau.objects.filter(cio=cio, annee=annee).order_by("nom", "pk")
        }
        destination = cast(forms.ChoiceField, self.fields["destination"])
        destination.choices = [(SANS_RESEAU, ""), *((pk, pk) for pk in self.reseaux)]

    def clean_ecoles(self) -> list[Placement]:
        lus = [JETON.fullmatch(jeton) for jeton in self.cleaned_data["ecoles"]]
        vus = {int(lu[1]): int(lu[2]) or None for lu in lus if lu}
        trouvees = Etablissement.objects.dans_perimetre(self.perimetre).filter(pk__in=vus).order_by("pk")
        placements = [Placement(etablissement, vus[etablissement.pk]) for etablissement in trouvees]
        if len(placements) != len(self.cleaned_data["ecoles"]):
            raise ValidationError(
                "Un établissement coché n’est pas de votre territoire : rechargez la page et recommencez."
            )
        return placements

    def clean_destination(self) -> Reseau | None:
        return self.reseaux.get(self.cleaned_data["destination"])
