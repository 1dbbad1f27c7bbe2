"""A word on the missions, the priority of a school."""

from __future__ import annotations

from django import forms

from missions.services.missions_echanges import LONGUEUR_COMMENTAIRE, LONGUEUR_PRIORITE
from socle.forms import PRUDENCE, FormulaireDsfr


class CommentaireForm(FormulaireDsfr):
    texte = forms.CharField(
        label="Commentaire",
        max_length=LONGUEUR_COMMENTAIRE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"Il est lu par le PsyEN et par son CIO, par personne d’autre. {PRUDENCE}",
    )
    #: To which of his CIO a PsyEN speaks, the year he has two.
    cio = forms.IntegerField(required=False, widget=forms.HiddenInput)


class PrioriteForm(FormulaireDsfr):
    texte = forms.CharField(
        label="Priorité de l’établissement",
        max_length=LONGUEUR_PRIORITE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ce que l’établissement attend de l’année, dans la dynamique de son projet ; elle figure "
        f"sur la lettre de mission des PsyEN qui y interviennent. {PRUDENCE}",
    )
