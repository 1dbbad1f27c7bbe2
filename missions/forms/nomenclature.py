"""A mission or a public of the nomenclature."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from missions.enums import Cadre, Famille, Lieu
from missions.models import Mission
from reseaux.models import Academie
from reseaux.perimetre import Perimetre
from socle.forms import FormulaireDsfr


class PublicForm(FormulaireDsfr):
    """A code, a label, a first day."""

    code = forms.CharField(
        label="Code", max_length=16, help_text="Court et propre à l’académie, par exemple « EANA »."
    )
    libelle = forms.CharField(label="Intitulé", max_length=200)
    debut = forms.DateField(label="Depuis le", widget=forms.DateInput, initial=timezone.localdate)


class MissionForm(FormulaireDsfr):
    """A line of the tree; its authority follows from its place."""

    cadre = forms.ChoiceField(label="Missions de", choices=Cadre.choices)
    lieu = forms.ChoiceField(
        label="Lieu",
        choices=[("", "Sans lieu"), *Lieu.choices],
        required=False,
        help_text="Au CIO, l’autorité hiérarchique du DCIO ; en établissement, l’autorité fonctionnelle du "
        "chef d’établissement. Une mission de PsyEN a toujours un lieu.",
    )
    parent = forms.ModelChoiceField(
        label="Rattachée à",
        queryset=Mission.objects.none(),
        required=False,
        empty_label="Aucune : mission de premier rang",
    )
    code = forms.CharField(
        label="Code", max_length=16, help_text="Court et propre à l’académie, par exemple « M6a »."
    )
    libelle = forms.CharField(label="Intitulé", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    famille = forms.ChoiceField(
        label="Famille",
        choices=[("", "Sans famille"), *Famille.choices],
        required=False,
        help_text="Pour l’équilibre entre information, conseil et accompagnement.",
    )
    citation = forms.CharField(
        label="Texte de référence",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Le passage du texte qui fonde la mission, entre guillemets.",
    )
    debut = forms.DateField(label="Depuis le", widget=forms.DateInput, initial=timezone.localdate)

    def __init__(self, *args: Any, perimetre: Perimetre, academie: Academie, **kwargs: Any) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        visibles = Mission.objects.dans_perimetre(perimetre).en_vigueur().filter(academie=academie)
        self.proposer("parent", visibles.order_by("rang", "pk"))
        parent = self.fields["parent"]
        parent.label_from_instance = lambda mission: f"{mission.code} {mission.libelle}"[:120]  # type: ignore[attr-defined]  # a field of choices
