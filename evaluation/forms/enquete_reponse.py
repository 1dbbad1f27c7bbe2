"""The sheet of whoever answers: one field a question, drawn from the questions themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from evaluation.enums import ECHELLE, TEXTE_AU_PLUS, GenreQuestion
from evaluation.models import Question
from socle.forms import FormulaireDsfr

AVERTISSEMENT = (
    "Ne nommez personne, ni vous-même, et n’écrivez rien de la santé, de la vie privée ni d’un élève : les "
    "textes sont lus tels quels, dans le désordre, s’ils sont assez nombreux."
)
MANQUE = "Choisissez une réponse."


class Echelle(forms.ChoiceField):
    """Eleven marks side by side, large enough for a thumb."""

    widget = forms.RadioSelect
    template_name: str

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.template_name = "composants/champs/echelle.html"


class ReponseForm(FormulaireDsfr):
    """`questions` in order; the answers by question, as the service takes them."""

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[nom(question)] = _champ(question)

    @property
    def reponses(self) -> dict[int, Any]:
        return {
            question.pk: _valeur(question, self.cleaned_data[nom(question)]) for question in self.questions
        }


def nom(question: Question) -> str:
    return f"q{question.pk}"


def _champ(question: Question) -> forms.Field:
    champ = _sans_textes(question)
    champ.label, champ.help_text = question.libelle, question.precision
    if question.genre == GenreQuestion.TEXTE_LIBRE:
        champ.help_text = f"{question.precision} {AVERTISSEMENT}".strip()
    return champ


def _sans_textes(question: Question) -> forms.Field:
    proposees = list(enumerate(question.choix))
    if question.genre == GenreQuestion.TEXTE_LIBRE:
        zone = forms.Textarea(attrs={"rows": 4})
        return forms.CharField(required=False, max_length=TEXTE_AU_PLUS, widget=zone)
    if question.genre == GenreQuestion.CHOIX_MULTIPLE:
        return forms.MultipleChoiceField(
            choices=proposees, required=False, widget=forms.CheckboxSelectMultiple
        )
    erreurs = {"required": MANQUE, "invalid_choice": MANQUE}
    if question.genre == GenreQuestion.CHOIX_UNIQUE:
        return forms.ChoiceField(choices=proposees, widget=forms.RadioSelect, error_messages=erreurs)
    return Echelle(choices=[(n, n) for n in ECHELLE], error_messages=erreurs)


def _valeur(question: Question, lue: Any) -> Any:
    if question.genre == GenreQuestion.TEXTE_LIBRE:
        return lue
    return [int(rang) for rang in lue] if isinstance(lue, list) else int(lue)
