"""The choice of who answers: a role, a group, a person, in one list."""

from __future__ import annotations

from typing import Any

from django import forms

from planning.models import Responsabilite
from planning.selectors.choix import cle_responsable, responsable_de


class ResponsableField(forms.ChoiceField):
    """Gives a `SaisieResponsable`, or None when left empty."""

    def __init__(self, *, vide: str = "Aucun", **kwargs: Any) -> None:
        self.vide = vide
        super().__init__(required=False, **kwargs)

    def proposer(self, choix: list[Any], *, present: Responsabilite | None = None) -> None:
        """With the present owner even if he has left: he is replaced knowingly."""
        cle = cle_responsable(present) if present else ""
        connus = {valeur for _, groupe in choix for valeur, _ in groupe}
        ancien = [("Mandat échu", [(cle, present.libelle_responsable)])] if present and cle else []
        self.choices = [("", self.vide), *choix, *(ancien if cle not in connus else [])]

    def clean(self, value: Any) -> Any:
        return responsable_de(super().clean(value))
