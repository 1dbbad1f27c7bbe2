"""A node of the tree of objectives."""

from __future__ import annotations

from typing import Any

from django import forms

from planning.enums import NiveauObjectif
from planning.models import Objectif
from planning.services.objectifs import NIVEAU_PARENT
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from socle.forms import FormulaireDsfr


class ObjectifForm(FormulaireDsfr):
    """Of one level: its parent is of the level above, and an axis has none."""

    parent = forms.ModelChoiceField(label="Rattaché à", queryset=Objectif.objects.none(), empty_label=None)
    code = forms.CharField(
        label="Code", max_length=8, help_text="Court et propre au département, par exemple « 1.2 »."
    )
    libelle = forms.CharField(label="Intitulé", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self, *args: Any, perimetre: Perimetre, departement: Departement, niveau: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        niveau_parent = NIVEAU_PARENT[NiveauObjectif(niveau)]
        if niveau_parent is None:
            del self.fields["parent"]
            return
        actuels = Objectif.objects.dans_perimetre(perimetre).actuels()
        self.proposer(
            "parent",
            actuels.filter(departement=departement, niveau=niveau_parent).order_by("code", "pk"),
        )
