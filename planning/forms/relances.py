"""« Relancer »: who, and the text as it will leave."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms

from comptes.models import Utilisateur
from socle.forms import PRUDENCE, FormulaireDsfr


class RelanceForm(FormulaireDsfr):
    destinataires = forms.TypedMultipleChoiceField(
        label="Destinataires",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Cochez au moins une personne à relancer.",
            "invalid_choice": "Une personne cochée ne répond plus de cette échéance : vérifiez la liste.",
        },
    )
    objet = forms.CharField(label="Objet", max_length=200)
    corps = forms.CharField(
        label="Texte",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=f"Il part tel que vous le lisez ici, entre « Bonjour » et les salutations. {PRUDENCE}",
    )
    #: The « relance » that the page shows: another one sent meanwhile is told.
    numero = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=9999)

    def __init__(self, *args: Any, responsables: Iterable[Utilisateur], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = cast(forms.TypedMultipleChoiceField, self.fields["destinataires"])
        champ.choices = [(personne.pk, str(personne)) for personne in responsables]
