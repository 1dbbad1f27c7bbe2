"""Forms of the decision: which proposals, an opinion, a return, a comment, the model of arrêté."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django import forms
from django.core.validators import MaxLengthValidator

from psyen.enums import EtatRepartition, NatureArrete, SensAvis
from psyen.models import Arrete, ModeleArrete, Repartition
from reseaux.models import CIO, AnneeScolaire
from reseaux.perimetre import Perimetre
from socle.filters import FiltreListe
from socle.forms import PRUDENCE, FiltreDsfr, FormulaireDsfr, FormulaireModeleDsfr

#: Whoever reads the page of a répartition (`RepartitionQuerySet.dans_perimetre`).
LECTEURS = (
    "Lecteurs : le DCIO et le secrétaire du CIO, le DASEN, le secrétaire général, l’IEN-IO et son adjoint, "
    "et l’administrateur une fois la répartition arrêtée."
)


class ChoixPropositionsForm(FormulaireDsfr):
    """The proposals ticked in « À décider », among those that wait."""

    perimetre: Perimetre
    repartition = forms.TypedMultipleChoiceField(
        coerce=int,
        error_messages={
            "required": "Cochez au moins une proposition.",
            "invalid_choice": "Une des propositions choisies n’attend plus votre décision : "
            "elle a été retirée, renvoyée ou arrêtée entre-temps.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        proposees = Repartition.objects.dans_perimetre(self.perimetre).filter(etat=EtatRepartition.PROPOSEE)
        pks = proposees.order_by("pk").values_list("pk", flat=True)
        champ = cast(forms.TypedMultipleChoiceField, self.fields["repartition"])
        champ.choices = [(pk, str(pk)) for pk in pks]


class RenvoiForm(FormulaireDsfr):
    motif = forms.CharField(
        label="Motif du renvoi",
        help_text=f"Ce que le DCIO doit corriger. {LECTEURS} Le motif reste aussi au journal. {PRUDENCE}",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Indiquez le motif du renvoi : le DCIO en a besoin pour corriger."},
        max_length=2000,
    )


class AvisForm(FormulaireDsfr):
    sens = forms.ChoiceField(label="Avis", choices=SensAvis.choices, widget=forms.RadioSelect)
    texte = forms.CharField(
        label="Observations",
        required=False,
        help_text=f"{LECTEURS} {PRUDENCE}",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
    )


class CommentaireForm(FormulaireDsfr):
    texte = forms.CharField(
        label="Votre commentaire",
        help_text=f"{LECTEURS} {PRUDENCE}",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Le commentaire est vide : écrivez-le, puis envoyez-le."},
        max_length=2000,
    )


class ModeleArreteForm(FormulaireModeleDsfr):
    class Meta:
        model = ModeleArrete
        fields = ("autorite", "visas", "signataire", "qualite", "lieu", "prefixe")
        widgets = {"visas": forms.Textarea(attrs={"rows": 6}), "qualite": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # « Aperçu » lays the text out while the person waits.
        self.fields["visas"].validators.append(MaxLengthValidator(10_000))


class ArreteFiltre(FiltreListe):
    q = django_filters.CharFilter(label="Numéro", field_name="numero", lookup_expr="icontains")
    annee = django_filters.ModelChoiceFilter(
        label="Année scolaire",
        field_name="repartition__annee",
        queryset=AnneeScolaire.objects.order_by("-debut", "pk"),
        empty_label="Toutes",
    )
    cio = django_filters.ModelChoiceFilter(
        label="CIO", field_name="repartition__cio", queryset=CIO.objects.none(), empty_label="Tous"
    )
    nature = django_filters.ChoiceFilter(label="Nature", choices=NatureArrete.choices, empty_label="Toutes")

    class Meta:
        model = Arrete
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.perimetre.travaille_au_cio:
            del self.filters["cio"]
        else:
            cios = CIO.objects.dans_perimetre(self.perimetre).order_by("nom", "pk")
            self.filters["cio"].extra["queryset"] = cios
