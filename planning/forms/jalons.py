"""A milestone: written, postponed."""

from __future__ import annotations

from typing import Any

from django import forms

from planning.forms.actions import MotifForm
from planning.forms.responsables import ResponsableField
from planning.models import Jalon
from planning.selectors.choix import choix_responsables
from reseaux.models import CIO, Departement
from socle.forms import FormulaireDsfr


class JalonForm(FormulaireDsfr):
    intitule = forms.CharField(label="Jalon", max_length=250)
    echeance = forms.DateField(label="Échéance", widget=forms.DateInput)
    responsable = ResponsableField(label="Responsable", vide="Les responsables de l’action")
    cio = forms.ModelChoiceField(
        label="CIO concerné",
        queryset=CIO.objects.none(),
        required=False,
        empty_label="Tout le département",
        help_text="Une fonction exercée dans un CIO (DCIO, secrétaire) est alors celle de ce CIO.",
    )

    def __init__(
        self, *args: Any, departement: Departement, jalon: Jalon | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["responsable"]
        assert isinstance(champ, ResponsableField)  # noqa: S101 - declared above
        champ.proposer(choix_responsables(departement), present=jalon)
        cios = CIO.objects.filter(departement=departement, est_ouvert=True)
        if jalon and jalon.cio_id:
            cios |= CIO.objects.filter(pk=jalon.cio_id)
        self.proposer("cio", cios.order_by("nom", "pk"))


class ReportJalonForm(MotifForm):
    echeance = forms.DateField(label="Nouvelle échéance", widget=forms.DateInput)
    field_order = ("echeance", "motif")
