"""Groups of the département and their members."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from comptes.enums import Role
from comptes.models import Utilisateur
from planning.selectors.choix import personnes_en_poste
from reseaux.enums import GenreGroupe
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from socle.forms import FormulaireDsfr

#: The ADMIN belongs to no département.
ROLES_DU_DEPARTEMENT = [(role.value, role.label) for role in Role if role != Role.ADMIN]


class GroupeForm(FormulaireDsfr):
    nom = forms.CharField(label="Nom du groupe", max_length=120)
    genre = forms.ChoiceField(
        label="Nature",
        choices=GenreGroupe.choices,
        help_text="Un département a une seule équipe de direction.",
    )
    roles = forms.MultipleChoiceField(
        label="Membres au titre de leur fonction",
        choices=ROLES_DU_DEPARTEMENT,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Qui exerce la fonction fait partie du groupe. Les personnes s’ajoutent ensuite une à une.",
    )


class NomGroupeForm(FormulaireDsfr):
    nom = forms.CharField(label="Nom du groupe", max_length=120)


class MembreForm(FormulaireDsfr):
    """A role or a person, one of the two."""

    role = forms.ChoiceField(
        label="Une fonction",
        choices=[("", "Aucune"), *ROLES_DU_DEPARTEMENT],
        required=False,
        help_text="Qui l’exerce dans le département, aujourd’hui et demain.",
    )
    utilisateur = forms.ModelChoiceField(
        label="Ou une personne",
        queryset=Utilisateur.objects.none(),
        required=False,
        empty_label="Aucune",
    )
    date_debut = forms.DateField(label="À compter du", widget=forms.DateInput)
    date_fin = forms.DateField(
        label="Jusqu’au", required=False, widget=forms.DateInput, help_text="Dernier jour, compris."
    )

    def __init__(self, *args: Any, perimetre: Perimetre, departement: Departement, **kwargs: Any) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        self.proposer("utilisateur", personnes_en_poste(departement))
        self.fields["date_debut"].initial = timezone.localdate

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        if not self.errors and bool(donnees["role"]) == bool(donnees["utilisateur"]):
            raise forms.ValidationError("Choisissez une fonction ou une personne : l’une des deux.")
        return donnees


class DepartForm(FormulaireDsfr):
    date_fin = forms.DateField(
        label="Dernier jour dans le groupe", widget=forms.DateInput, initial=timezone.localdate
    )
