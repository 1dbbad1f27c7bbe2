"""The PsyEN file: filters, identity, attachment. No field for any reason: none is ever stored."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from psyen.enums import Statut
from psyen.models import PsyEN, Rattachement
from reseaux.models import CIO
from reseaux.perimetre import Perimetre
from reseaux.selectors.choix import choix_cios, choix_departements
from reseaux.selectors.recherche import chercher
from socle.filters import FiltreListe
from socle.forms import FiltreDsfr, FormulaireDsfr, FormulaireModeleDsfr

SITUATIONS = (("present", "rattachés aujourd’hui"), ("a_venir", "attendus plus tard"))


class PsyENFiltre(FiltreListe):
    q = django_filters.CharFilter(label="Nom, prénom ou adresse", method="filtrer_texte")
    statut = django_filters.ChoiceFilter(label="Statut", choices=Statut.choices, empty_label="Tous")
    departement = django_filters.ChoiceFilter(
        label="Département", field_name="actuel__cio__departement", empty_label="Tous"
    )
    cio = django_filters.ChoiceFilter(
        label="CIO de rattachement", field_name="actuel__cio", empty_label="Tous"
    )
    situation = django_filters.ChoiceFilter(
        label="Situation", choices=SITUATIONS, empty_label="Toutes", method="filtrer_situation"
    )

    class Meta:
        model = PsyEN
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cios = [] if self.perimetre.cio_id else choix_cios(self.perimetre, self.data.get("departement"))
        self.proposer("departement", choix_departements(self.perimetre))
        self.proposer("cio", cios)

    def filtrer_texte(self, queryset: QuerySet, _nom: str, saisie: str) -> QuerySet:
        return chercher(queryset, saisie)

    def filtrer_situation(self, queryset: QuerySet, _nom: str, situation: str) -> QuerySet:
        return queryset.filter(actuel__isnull=situation == "a_venir")


class IdentiteForm(FormulaireModeleDsfr):
    """Who the PsyEN is and how to reach him at work."""

    class Meta:
        model = PsyEN
        fields = ("nom", "prenom", "courriel", "telephone", "statut")
        help_texts = {
            "courriel": "Adresse professionnelle seulement. Format attendu : prenom.nom@academie.fr",
            "telephone": "Numéro professionnel seulement. Format attendu : 02 54 00 00 00",
        }
        widgets = {"telephone": forms.TextInput(attrs={"inputmode": "tel"})}


class RattachementForm(FormulaireDsfr):
    """To which CIO, for which share of a full week, from when to when."""

    perimetre: Perimetre
    cio = forms.ModelChoiceField(
        label="CIO de rattachement", queryset=CIO.objects.none(), empty_label="Choisir un CIO"
    )
    quotite = forms.DecimalField(
        label="Quotité (%)",
        initial=100,
        min_value=1,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        localize=True,  # « 62,5 » as a French keyboard writes it
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text="100 pour un temps plein, 80 pour un temps partiel à 80 %, sans en dire le motif.",
    )
    date_debut = forms.DateField(label="À compter du", widget=forms.DateInput)
    date_fin = forms.DateField(
        label="Jusqu’au",
        required=False,
        widget=forms.DateInput,
        help_text="Dernier jour, compris. À laisser vide tant que le départ n’est pas connu.",
    )

    def __init__(self, *args: Any, perimetre: Perimetre, **kwargs: Any) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        self.proposer("cio", cios_geres(perimetre))
        self.fields["cio"].initial = perimetre.cio_id
        self.fields["date_debut"].initial = timezone.localdate


class PsyENForm(RattachementForm):
    """A new PsyEN and his attachment, in one page."""

    nom = forms.CharField(label="Nom", max_length=80)
    prenom = forms.CharField(label="Prénom", max_length=80)
    courriel = forms.EmailField(
        label="Courriel professionnel", help_text=IdentiteForm.Meta.help_texts["courriel"]
    )
    telephone = forms.CharField(
        label="Téléphone professionnel",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text=IdentiteForm.Meta.help_texts["telephone"],
    )
    statut = forms.ChoiceField(label="Statut", choices=Statut.choices)
    field_order = ("nom", "prenom", "courriel", "telephone", "statut")

    def clean_courriel(self) -> str:
        courriel = self.cleaned_data["courriel"].strip().lower()
        connu = PsyEN.objects.dans_perimetre(self.perimetre).filter(courriel=courriel).first()
        if connu is not None:
            raise forms.ValidationError(f"{connu} figure déjà dans votre fichier : ouvrez sa fiche.")
        return courriel


class CorrectionForm(RattachementForm):
    """An attachment keeps its CIO: another CIO is another attachment."""

    def __init__(self, *args: Any, rattachement: Rattachement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["cio"]
        self.initial = {
            "quotite": rattachement.quotite.normalize(),
            "date_debut": rattachement.date_debut,
            "date_fin": rattachement.date_fin,
        }


def cios_geres(perimetre: Perimetre) -> QuerySet[CIO]:
    """Those to which one may attach a PsyEN: one's own, or the open ones of the académie for the ADMIN."""
    cios = CIO.objects.dans_perimetre(perimetre).filter(est_ouvert=True).order_by("nom", "pk")
    return cios.filter(Q(pk=perimetre.cio_id)) if perimetre.travaille_au_cio else cios
