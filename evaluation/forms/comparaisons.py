"""What is put side by side."""

from __future__ import annotations

from typing import Any

from django import forms

from evaluation.models import Campagne
from evaluation.selectors.comparaison import codes_comparables
from reseaux.perimetre import Perimetre
from socle.forms import FiltreDsfr

ENTRE = (
    ("campagnes", "deux campagnes"),
    ("cios", "les CIO d’une campagne"),
    ("departements", "les départements de l’académie"),
)


class CampagneChoisie(forms.ModelChoiceField):
    """« T1 – Bilan, Loir-et-Cher »."""

    def label_from_instance(self, campagne: Any) -> str:
        return f"{campagne}, {campagne.departement}"


class ComparerForm(FiltreDsfr):
    """Each comparison asks for its own choices; the others are not shown."""

    entre = forms.ChoiceField(label="Comparer", choices=ENTRE)
    avant = CampagneChoisie(Campagne.objects.none(), label="Campagne de départ", empty_label=None)
    apres = CampagneChoisie(Campagne.objects.none(), label="Campagne comparée", empty_label=None)
    campagne = CampagneChoisie(Campagne.objects.none(), label="Campagne", empty_label=None)
    code = forms.ChoiceField(label="Campagnes figées de code")

    CHAMPS = {"campagnes": ("avant", "apres"), "cios": ("campagne",), "departements": ("code",)}

    def __init__(self, donnees: dict[str, Any], *, perimetre: Perimetre) -> None:
        super().__init__(donnees, perimetre=perimetre)
        choisis = self.CHAMPS.get(donnees.get("entre", ""), ())
        for nom in ("avant", "apres", "campagne", "code"):
            if nom not in choisis:
                del self.fields[nom]
        siennes = Campagne.objects.dans_perimetre(perimetre).select_related("departement")
        siennes = siennes.defer("departement__contour").order_by("departement__nom", "date_observation", "pk")
        for nom in choisis:
            if nom != "code":
                self.proposer(nom, siennes)
        if "code" in choisis:
            codes = [(code, code) for code in codes_comparables(perimetre)]
            self.fields["code"].choices = codes  # type: ignore[attr-defined]  # a field of choices

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        avant, apres = donnees.get("avant"), donnees.get("apres")
        if avant and apres and avant.departement_id != apres.departement_id:
            self.add_error("apres", "Choisissez deux campagnes d’un même département.")
        elif avant and apres and avant == apres:
            self.add_error("apres", "Choisissez deux campagnes différentes.")
        return donnees
