"""A transversal dossier, its delegation, the field of a member of the direction."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from missions.models import DossierTransversal
from missions.selectors.delegations import delegataires, qualite
from reseaux.models import Habilitation
from reseaux.perimetre import Perimetre
from socle.forms import PRUDENCE, FormulaireDsfr


class DossierForm(FormulaireDsfr):
    """The label is the IEN-IO's; the presentation that of whoever pilots the dossier."""

    libelle = forms.CharField(label="Dossier", max_length=160)
    presentation = forms.CharField(
        label="Présentation",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=f"De quoi il s’agit, avec qui, selon quel calendrier. {PRUDENCE}",
    )

    def __init__(self, *args: Any, avec_libelle: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not avec_libelle:
            del self.fields["libelle"]


class DelegataireField(forms.ModelChoiceField):
    def label_from_instance(self, habilitation: Any) -> str:
        return f"{habilitation.utilisateur} ({qualite(habilitation)})"


class DelegationForm(FormulaireDsfr):
    delegataire = DelegataireField(
        label="À qui",
        queryset=Habilitation.objects.none(),
        empty_label="Choisissez",
        help_text="La délégation lie deux fonctions : elle cesse si l’un des deux quitte la sienne.",
    )
    etendue = forms.CharField(
        label="Ce qui est délégué",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=f"Par exemple : préside la commission, signe les courriers. {PRUDENCE}",
    )
    debut = forms.DateField(label="Du", widget=forms.DateInput, initial=timezone.localdate)
    fin = forms.DateField(label="Au", widget=forms.DateInput, help_text="Dernier jour, compris.")

    def __init__(self, *args: Any, perimetre: Perimetre, dossier: DossierTransversal, **kwargs: Any) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        self.proposer("delegataire", delegataires(dossier.departement, perimetre.utilisateur_id))


class RetraitForm(FormulaireDsfr):
    motif = forms.CharField(
        label="Motif du retrait",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=PRUDENCE,
    )


class ChampForm(FormulaireDsfr):
    texte = forms.CharField(
        label="Champ d’intervention", widget=forms.Textarea(attrs={"rows": 6}), help_text=PRUDENCE
    )
    debut = forms.DateField(label="À compter du", widget=forms.DateInput, initial=timezone.localdate)
