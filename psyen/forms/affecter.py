"""« Affecter à un réseau »: first who, where and how much; then the split over the schools, to adjust."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from psyen.enums import DEMI_JOURNEES_PERMISES, PAS
from psyen.forms.grille import lire_nombre
from psyen.models import PsyEN, Repartition
from psyen.selectors.controles import nombre
from psyen.selectors.grille import ZERO, Ecole, Grille, LigneGrille
from psyen.services.grille import parts_exactes, proposer_parts
from reseaux.models import Reseau
from socle.forms import FormulaireDsfr

ERREUR_PART = "Écrivez un nombre de demi-journées par pas de 0,5, de 0 à 10."


class AffecterForm(FormulaireDsfr):
    """First step, sent by GET: nothing is written yet."""

    psyen = forms.ModelChoiceField(label="PsyEN", queryset=PsyEN.objects.none(), empty_label="Choisir")
    reseau = forms.ModelChoiceField(label="Réseau", queryset=Reseau.objects.none(), empty_label="Choisir")
    demi_journees = forms.DecimalField(
        label="Demi-journées dans ce réseau",
        help_text="Par pas de 0,5, de 0,5 à 10. Elles seront partagées selon les effectifs.",
        min_value=PAS,
        max_value=10,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    def __init__(self, *args: Any, repartition: Repartition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        psyen, reseau = self.fields["psyen"], self.fields["reseau"]
        assert isinstance(psyen, forms.ModelChoiceField)  # noqa: S101 - declared above
        assert isinstance(reseau, forms.ModelChoiceField)  # noqa: S101 - declared above
        presents = repartition.services.values("psyen")
        psyen.queryset = PsyEN.objects.filter(pk__in=presents).order_by("nom", "prenom", "pk")
        reseau.queryset = (
            Reseau.objects.filter(cio=repartition.cio_id, annee=repartition.annee_id)
            .select_related("annee")
            .order_by("nom", "pk")
        )

    def clean_demi_journees(self) -> Decimal:
        demi_journees = self.cleaned_data["demi_journees"]
        if demi_journees % PAS:
            raise forms.ValidationError("Les demi-journées se comptent par pas de 0,5.")
        return demi_journees


class PartField(forms.CharField):
    """Half-days of one school, typed as in the grid; empty means none."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(required=False, max_length=20, widget=widget, **kwargs)

    def clean(self, value: Any) -> Decimal:
        texte = super().clean(value)
        part = lire_nombre(texte) if texte else ZERO
        if part is None or part not in (ZERO, *DEMI_JOURNEES_PERMISES):
            raise forms.ValidationError(ERREUR_PART)
        return part


@dataclass(frozen=True)
class LignePart:
    """A school in the second step: pupils, exact share, the half-days it has now and the field."""

    ecole: Ecole
    exacte: str
    actuelle: str
    champ: forms.BoundField


class PartsForm(FormulaireDsfr):
    """Second step: the split proposed, one field per school open in the réseau."""

    def __init__(
        self,
        *args: Any,
        grille: Grille,
        ligne: LigneGrille,
        reseau: Reseau,
        demi_journees: Decimal,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.ligne, self.reseau = ligne, reseau
        self.ecoles = [e for r in grille.reseaux if r.pk == reseau.pk for e in r.ecoles if e.est_ouverte]
        self.exactes = parts_exactes(demi_journees, {e.pk: e.effectif or 0 for e in self.ecoles})
        for pk, part in proposer_parts(reseau, demi_journees).items():
            ecole = grille.ecoles[pk]
            self.fields[f"part-{pk}"] = PartField(label=ecole.nom, initial=nombre(part) if part else "")

    @property
    def lignes(self) -> list[LignePart]:
        cellules = self.ligne.cellules
        return [
            LignePart(
                ecole=ecole,
                exacte=nombre(self.exactes[ecole.pk].quantize(Decimal("0.01"))),
                actuelle=nombre(cellules[ecole.pk].demi_journees) if ecole.pk in cellules else "",
                champ=self[f"part-{ecole.pk}"],
            )
            for ecole in self.ecoles
        ]

    @property
    def parts(self) -> dict[int, Decimal]:
        """School → half-days, once the form is valid."""
        return {ecole.pk: self.cleaned_data[f"part-{ecole.pk}"] for ecole in self.ecoles}


def ailleurs(grille: Grille, ligne: LigneGrille, reseau: Reseau) -> Mapping[str, str]:
    """Where else the week of a PsyEN already goes: they are kept."""
    lieux = {"CIO": nombre(ligne.cio)} if ligne.cio else {}
    for pk, cellule in ligne.cellules.items():
        ecole = grille.ecoles[pk]
        if ecole.reseau_pk != reseau.pk:
            lieux[str(ecole)] = nombre(cellule.demi_journees)
    return lieux
