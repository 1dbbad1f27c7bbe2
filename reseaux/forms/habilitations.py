"""Accounts and habilitations: who, which role, on which territory, from when."""

import datetime as dt
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from comptes.enums import Role
from comptes.models import Utilisateur
from reseaux.enums import TypeTerritoire
from reseaux.models import CIO, TERRITOIRE_DU_ROLE, Academie, Departement, Etablissement, Habilitation
from reseaux.perimetre import Perimetre
from reseaux.selectors.choix import choix_departements
from reseaux.validators import normaliser_uai, valider_uai
from socle.filters import FiltreListe
from socle.forms import PRUDENCE, FiltreDsfr, FormulaireDsfr

SITUATIONS = tuple((s, s) for s in ("en vigueur", "à venir", "expirée", "révoquée"))


class UAIField(forms.CharField):
    """Seven digits and their key letter; spaces and case are forgiven, a wrong key is told at once."""

    default_validators = [valider_uai]
    widget = forms.TextInput(
        attrs={"maxlength": 12, "autocapitalize": "characters", "spellcheck": "false", "data-cio-uai": ""}
    )

    def to_python(self, value: Any) -> str:
        return normaliser_uai(super().to_python(value) or "")


class HabilitationForm(FormulaireDsfr):
    """A role and its territory: of the three territory fields only the one of the role is read."""

    perimetre: Perimetre
    role = forms.ChoiceField(label="Rôle", choices=[("", "Choisir un rôle"), *Role.choices])
    departement = forms.ModelChoiceField(
        label="Département",
        queryset=Departement.objects.none(),
        required=False,
        empty_label="Choisir un département",
        help_text="Pour le DASEN, le SG, l’IEN-IO et son adjoint, la Région, un PsyEN.",
    )
    cio = forms.ModelChoiceField(
        label="CIO",
        queryset=CIO.objects.none(),
        required=False,
        empty_label="Choisir un CIO",
        help_text="Pour le DCIO et le secrétaire de CIO.",
    )
    etablissement = UAIField(
        label="Code UAI de l’établissement",
        required=False,
        help_text="Pour le chef d’établissement. Sept chiffres puis une lettre, par exemple 0410017W.",
    )
    date_debut = forms.DateField(label="À compter du", widget=forms.DateInput)
    date_fin = forms.DateField(
        label="Jusqu’au",
        required=False,
        widget=forms.DateInput,
        help_text="Dernier jour, compris. Sans date, l’habilitation court jusqu’à sa révocation.",
    )

    def __init__(self, *args: Any, perimetre: Perimetre, **kwargs: Any) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        cios = CIO.objects.dans_perimetre(perimetre).filter(est_ouvert=True)
        self.proposer("departement", Departement.objects.dans_perimetre(perimetre).order_by("nom", "pk"))
        self.proposer("cio", cios.order_by("nom", "pk"))
        self.fields["date_debut"].initial = timezone.localdate
        for type_ in ("departement", "cio", "etablissement"):
            roles = [role.value for role, t in TERRITOIRE_DU_ROLE.items() if t.value == type_]
            # Read by static/js/habilitation.js, which shows the field of the chosen role only.
            self.fields[type_].widget.attrs["data-cio-roles"] = " ".join(roles)

    def clean_etablissement(self) -> Etablissement | None:
        uai = self.cleaned_data["etablissement"]
        if not uai:
            return None
        visibles = Etablissement.objects.dans_perimetre(self.perimetre)
        etablissement = visibles.filter(uai=uai).select_related("departement").first()
        if etablissement is None:
            raise forms.ValidationError(f"Aucun établissement de votre académie ne porte le code {uai}.")
        return etablissement

    def clean(self) -> dict[str, Any]:
        """Adds `territoire`, the one that the role takes."""
        donnees = super().clean() or self.cleaned_data
        role = donnees.get("role")
        debut, fin = donnees.get("date_debut"), donnees.get("date_fin")
        if isinstance(debut, dt.date) and isinstance(fin, dt.date) and fin < debut:
            self.add_error("date_fin", "L’habilitation doit finir après avoir commencé.")
        if not role:
            return donnees
        type_ = TERRITOIRE_DU_ROLE[Role(role)]
        if type_ == TypeTerritoire.ACADEMIE:
            donnees["territoire"] = Academie.objects.dans_perimetre(self.perimetre).order_by("pk").first()
        elif donnees.get(type_.value) is None and type_.value not in self.errors:
            self.add_error(type_.value, f"Le rôle « {Role(role).label} » porte sur un {type_.label}.")
        else:
            donnees["territoire"] = donnees.get(type_.value)
        return donnees

    @property
    def habilitation(self) -> dict[str, Any]:
        """What the service takes."""
        return {nom: self.cleaned_data[nom] for nom in ("role", "territoire", "date_debut", "date_fin")}


class AccesForm(HabilitationForm):
    """A person who has no account yet, and the first habilitation."""

    prenom = forms.CharField(label="Prénom", max_length=80)
    nom = forms.CharField(label="Nom", max_length=80)
    courriel = forms.EmailField(
        label="Adresse électronique professionnelle",
        help_text="La personne y reçoit le lien par lequel elle choisit son mot de passe.",
    )
    field_order = ("prenom", "nom", "courriel")

    @property
    def identite(self) -> dict[str, Any]:
        return {nom: self.cleaned_data[nom] for nom in ("prenom", "nom", "courriel")}


class NomForm(FormulaireDsfr):
    """How a person is called, everywhere from now on."""

    prenom = forms.CharField(label="Prénom", max_length=80)
    nom = forms.CharField(label="Nom", max_length=80)


class RevocationForm(FormulaireDsfr):
    motif = forms.CharField(
        label="Motif",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"Conservé dans le journal. {PRUDENCE}",
    )


class HabilitationFiltre(FiltreListe):
    q = django_filters.CharFilter(label="Personne ou adresse", method="filtrer_texte")
    role = django_filters.ChoiceFilter(label="Rôle", choices=Role.choices, empty_label="Tous")
    situation = django_filters.ChoiceFilter(label="Situation", choices=SITUATIONS, empty_label="Toutes")
    departement = django_filters.ChoiceFilter(
        label="Département", empty_label="Tous", method="filtrer_departement"
    )

    class Meta:
        model = Habilitation
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposer("departement", choix_departements(self.perimetre))

    def filtrer_texte(self, queryset: QuerySet, _nom: str, saisie: str) -> QuerySet:
        return _chercher_personne(queryset, saisie, "utilisateur__")

    def filtrer_departement(self, queryset: QuerySet, _nom: str, departement: str) -> QuerySet:
        return queryset.filter(
            Q(departement=departement)
            | Q(cio__departement=departement)
            | Q(etablissement__departement=departement)
        )


class CompteFiltre(FiltreListe):
    q = django_filters.CharFilter(label="Personne ou adresse", method="filtrer_texte")
    actif = django_filters.ChoiceFilter(
        label="État du compte",
        field_name="is_active",
        choices=(("True", "actif"), ("False", "désactivé")),
        empty_label="Tous",
    )

    class Meta:
        model = Utilisateur
        form = FiltreDsfr
        fields: list[str] = []

    def filtrer_texte(self, queryset: QuerySet, _nom: str, saisie: str) -> QuerySet:
        return _chercher_personne(queryset, saisie, "")


def _chercher_personne(queryset: QuerySet, saisie: str, chemin: str) -> QuerySet:
    """Every word in the first name, the name or the address."""
    for mot in saisie.split()[:8]:
        queryset = queryset.filter(
            Q(**{f"{chemin}nom__icontains": mot})
            | Q(**{f"{chemin}prenom__icontains": mot})
            | Q(**{f"{chemin}courriel__icontains": mot})
        )
    return queryset
