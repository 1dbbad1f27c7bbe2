"""What is decided of an action in front of the committee."""

from __future__ import annotations

from django import forms

from planning.validators import EXEMPLES
from socle.forms import PRUDENCE, FormulaireDsfr


class FaiteForm(FormulaireDsfr):
    """Nothing to write: the gesture says it all."""


class ReporteeForm(FormulaireDsfr):
    calendrier = forms.CharField(
        label="Nouvelle période",
        max_length=80,
        help_text=f"Par exemple {EXEMPLES.split(', ', maxsplit=1)[0]} ou « 12 mai 2027 ».",
        error_messages={"required": "Indiquez la nouvelle période de l’action."},
    )
    motif = forms.CharField(
        label="Motif du report",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Dites pourquoi l’action est reportée."},
    )


class NoteForm(FormulaireDsfr):
    texte = forms.CharField(
        label="Note",
        max_length=2000,
        help_text=PRUDENCE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Écrivez la note à garder."},
    )
