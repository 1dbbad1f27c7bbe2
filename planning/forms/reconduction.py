"""What to keep of a plan, and how the next one is called."""

from __future__ import annotations

from typing import Any

from django import forms

from planning.forms.plans import PeriodeField
from planning.selectors.reconduction import Reconduction
from socle.forms import FormulaireDsfr


class ReconductionForm(FormulaireDsfr):
    """The rows are drawn by the page: a preview with a box each."""

    titre = forms.CharField(label="Titre du nouveau plan", max_length=160)
    periode = PeriodeField(label="Période")
    actions = forms.TypedMultipleChoiceField(
        label="Actions reprises",
        coerce=int,
        error_messages={
            "required": "Cochez au moins une action à reprendre.",
            "invalid_choice": "Une action cochée n’est plus dans ce plan : relisez l’aperçu.",
        },
    )
    empreinte = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, apercu: Reconduction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choix = [(action.avant.pk, str(action.avant)) for action in apercu.actions]
        self.fields["actions"].choices = choix  # type: ignore[attr-defined]  # a choice field, declared above

    @property
    def cochees(self) -> set[str]:
        return {str(pk) for pk in self["actions"].value() or []}
