"""Forms of the reminders: the texts of an académie, the rhythm of a person."""

from typing import Any

from django import forms

from planning.enums import ModeRappel
from planning.selectors.messages import Texte, verifier_texte
from socle.forms import FormulaireDsfr


class MessageForm(FormulaireDsfr):
    """The subject and the text of one kind of message."""

    objet = forms.CharField(label="Objet", max_length=200)
    corps = forms.CharField(
        label="Texte",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="« Bonjour » et les salutations l’entourent toujours. Une ligne vide sépare deux "
        "paragraphes ; un tiret « – » en début de ligne fait une liste.",
    )

    def __init__(self, *args: Any, genre: str, **kwargs: Any) -> None:
        self.genre = genre
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """The words between braces, before the preview as before the save."""
        donnees = super().clean() or self.cleaned_data
        if not self.errors:
            verifier_texte(self.genre, Texte(donnees["objet"], donnees["corps"]))
        return donnees


class ModeRappelForm(FormulaireDsfr):
    mode = forms.ChoiceField(
        label="Rythme de mes rappels", choices=ModeRappel.choices, widget=forms.RadioSelect
    )
