"""Forms of the meetings: request, convocation, people, minutes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import Truncator

from planning.enums import EtatPlan, EtatReunion, GenreReunion
from planning.models import Action, PlanDeTravail, Reunion
from planning.permissions import peut_piloter
from planning.selectors.reunions_invites import (
    groupes_a_reunir,
    personnes_a_reunir,
    publics,
    reseaux_a_reunir,
    resoudre,
)
from reseaux.models import CIO, Groupe, Reseau
from reseaux.perimetre import Perimetre
from reseaux.selectors.choix import choix_cios
from socle.filters import FiltreListe
from socle.forms import PRUDENCE, FiltreDsfr, FormulaireDsfr

PERIODES = (("a_venir", "à venir"), ("passees", "passées"), ("sans_date", "sans date"))
#: A meeting is recorded two years back at most, and planned as far ahead.
ECART = dt.timedelta(days=730)
DEPARTEMENT = "departement"


class ReunionFiltre(FiltreListe):
    q = django_filters.CharFilter(label="Objet", field_name="titre", lookup_expr="icontains")
    quand = django_filters.ChoiceFilter(
        label="Période", choices=PERIODES, empty_label="Toutes", method="filtrer_quand"
    )
    genre = django_filters.ChoiceFilter(label="Nature", choices=GenreReunion.choices, empty_label="Toutes")
    etat = django_filters.ChoiceFilter(label="État", choices=EtatReunion.choices, empty_label="Tous")
    cio = django_filters.ChoiceFilter(label="CIO", empty_label="Tous")

    class Meta:
        model = Reunion
        form = FiltreDsfr
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lit_des_cios = self.perimetre.lit_le_departement
        self.proposer("cio", choix_cios(self.perimetre, None) if lit_des_cios else [])

    def filtrer_quand(self, queryset: QuerySet, _nom: str, quand: str) -> QuerySet:
        if quand == "sans_date":
            return queryset.filter(debut=None)
        maintenant = timezone.now()
        return queryset.filter(**{"fin__gte" if quand == "a_venir" else "fin__lt": maintenant})


class DemandeForm(FormulaireDsfr):
    """What a concertation would be about, and who is asked for it."""

    perimetre: Perimetre
    titre = forms.CharField(label="Objet de la concertation", max_length=200)
    presentation = forms.CharField(
        label="Projet concerné et attentes",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=f"Ce dont vous voulez parler, avec qui, pour quand. {PRUDENCE}",
    )
    adresse_a = forms.ChoiceField(
        label="Adressée à",
        help_text="La direction choisie donne une date, ou dit pourquoi la concertation n’a pas lieu.",
    )

    def __init__(self, *args: Any, cios: Iterable[CIO], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cios = {str(cio.pk): cio for cio in cios}
        directions = [(cle, f"La direction du {cio}") for cle, cio in self.cios.items()]
        departement = (DEPARTEMENT, "L’IEN-IO, pour tout le département")
        self.fields["adresse_a"].choices = [*directions, departement]  # type: ignore[attr-defined]  # a field of choices

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        donnees["cio"] = self.cios.get(donnees.pop("adresse_a", ""))
        return donnees


class HoraireForm(FormulaireDsfr):
    """Day and hours as read in Paris, and the place: `debut` and `fin` are the instants."""

    jour = forms.DateField(label="Date", widget=forms.DateInput())
    heure_debut = forms.TimeField(
        label="Heure de début",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="Heure de Paris.",
    )
    heure_fin = forms.TimeField(
        label="Heure de fin", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    lieu = forms.CharField(
        label="Lieu ou lien de visioconférence",
        required=False,
        max_length=300,
        help_text="Format attendu : CIO de Blois, salle 2, ou une adresse https://…",
    )

    def clean_jour(self) -> dt.date:
        jour, aujourd_hui = self.cleaned_data["jour"], timezone.localdate()
        if abs(jour - aujourd_hui) > ECART:
            raise forms.ValidationError("Choisissez une date à moins de deux ans d’aujourd’hui.")
        return jour

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        jour = donnees.pop("jour", None)
        debut, fin = donnees.pop("heure_debut", None), donnees.pop("heure_fin", None)
        if jour is None or debut is None or fin is None:
            return donnees
        if fin <= debut:
            self.add_error("heure_fin", "La réunion doit finir après avoir commencé, le même jour.")
            return donnees
        for nom, champ, heure in (("debut", "heure_debut", debut), ("fin", "heure_fin", fin)):
            try:
                donnees[nom] = instant_de_paris(jour, heure)
            except forms.ValidationError as erreur:
                self.add_error(champ, erreur)
        return donnees


class ConvocationForm(HoraireForm):
    """Everything about a meeting: kind, subject, when, where, for whom, for which action."""

    perimetre: Perimetre
    genre = forms.ChoiceField(label="Nature", choices=GenreReunion.choices)
    titre = forms.CharField(label="Objet", max_length=200)
    presentation = forms.CharField(
        label="Présentation",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=f"Reprise dans l’invitation. {PRUDENCE}",
    )
    cio = forms.ModelChoiceField(
        label="CIO",
        queryset=CIO.objects.none(),
        required=False,
        empty_label="Tout le département",
    )
    action = forms.ModelChoiceField(
        label="Action du plan de travail",
        queryset=Action.objects.none(),
        required=False,
        empty_label="Aucune",
        help_text="Une action qui attend une réunion est atteinte une fois la réunion tenue.",
    )
    field_order = ("genre", "titre", "cio", "jour", "heure_debut", "heure_fin", "lieu", "presentation")

    def __init__(self, *args: Any, perimetre: Perimetre, **kwargs: Any) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        self.proposer(
            "cio", CIO.objects.dans_perimetre(perimetre).filter(est_ouvert=True).order_by("nom", "pk")
        )
        if perimetre.travaille_au_cio:
            self.fields["cio"].required = True
            self.initial.setdefault("cio", perimetre.cio_id)
        actions = Action.objects.dans_perimetre(perimetre).filter(plan__etat=EtatPlan.OUVERT)
        self.proposer("action", actions.select_related("plan").order_by("plan", "numero", "pk"))
        champ = self.fields["action"]
        champ.label_from_instance = lambda a: Truncator(str(a)).chars(90)  # type: ignore[attr-defined]  # a field of choices


class MotifForm(FormulaireDsfr):
    """Why the meeting is called off, or the request set aside."""

    motif = forms.CharField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=f"Les personnes concernées le liront. {PRUDENCE}",
    )


class PointForm(FormulaireDsfr):
    titre = forms.CharField(label="Point à proposer", max_length=200)
    texte = forms.CharField(
        label="Précisions",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=PRUDENCE,
    )


class InviterForm(FormulaireDsfr):
    """Groups of people and persons, ticked; each is invited once, whatever the number of ticks."""

    perimetre: Perimetre
    choisis = forms.MultipleChoiceField(
        label="Ensembles", required=False, widget=forms.CheckboxSelectMultiple()
    )
    reseaux = forms.ModelMultipleChoiceField(
        label="Chefs d’établissement d’un réseau",
        queryset=Reseau.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
    )
    groupes = forms.ModelMultipleChoiceField(
        label="Groupes du département",
        queryset=Groupe.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
    )
    personnes = forms.MultipleChoiceField(
        label="Personnes", required=False, widget=forms.CheckboxSelectMultiple()
    )
    marquer_facultatifs = False

    def __init__(self, *args: Any, perimetre: Perimetre, reunion: Reunion, **kwargs: Any) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        self.reunion = reunion
        self._choix("choisis", publics(perimetre, reunion))
        self.proposer("reseaux", reseaux_a_reunir(perimetre, reunion))
        self.fields["reseaux"].label_from_instance = lambda r: f"{r} – {r.cio}"  # type: ignore[attr-defined]  # a field of choices
        self.proposer("groupes", groupes_a_reunir(perimetre, reunion))
        deja = {courriel.lower() for courriel in reunion.participants.values_list("courriel", flat=True)}
        personnes = personnes_a_reunir(perimetre, reunion)
        self._choix(
            "personnes",
            [(i.cle, f"{i.nom} – {i.qualite}") for i in personnes if i.courriel.lower() not in deja],
        )
        for nom in ("reseaux", "groupes"):
            if not self.fields[nom].queryset:  # type: ignore[attr-defined]  # a field of choices
                del self.fields[nom]

    def _choix(self, nom: str, choix: Iterable[tuple[str, str]]) -> None:
        liste = list(choix)
        if liste:
            self.fields[nom].choices = liste  # type: ignore[attr-defined]  # a field of choices
        else:
            del self.fields[nom]

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        if not self.errors and not any(donnees.values()):
            raise forms.ValidationError("Cochez au moins un ensemble, un réseau, un groupe ou une personne.")
        return donnees

    def invites(self) -> list[Any]:
        return resoudre(self.perimetre, self.reunion, **self.cleaned_data)


class ExterieurForm(FormulaireDsfr):
    """Someone who has no account here: a partner, a trainer, the Région."""

    nom = forms.CharField(label="Nom et prénom", max_length=160, help_text="Format attendu : MARTIN Léa")
    qualite = forms.CharField(
        label="Qualité",
        max_length=200,
        required=False,
        help_text="Format attendu : conseil régional, chargée de mission",
    )
    courriel = forms.EmailField(
        label="Courriel professionnel",
        help_text="L’invitation part à cette adresse. Format attendu : nom@exemple.fr",
    )


class CompteRenduForm(FormulaireDsfr):
    """The minutes and their decisions, one a line; once given out, also what is corrected and who came."""

    texte = forms.CharField(
        label="Compte rendu",
        required=False,
        max_length=40000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=f"Ce qui a été dit, point par point. {PRUDENCE}",
    )
    decisions = forms.CharField(
        label="Décisions",
        required=False,
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Une décision par ligne. Chacune pourra devenir une action du plan de travail.",
    )
    presents = forms.TypedMultipleChoiceField(
        label="Présents", required=False, coerce=int, widget=forms.CheckboxSelectMultiple()
    )
    motif = forms.CharField(
        label="Objet de la rectification",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Les participants le liront dans le message qui accompagne la nouvelle version.",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput(), min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, reunion: Reunion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if reunion.compte_rendu_diffuse_le is None:
            del self.fields["presents"], self.fields["motif"]
            return
        self.fields["texte"].required = True
        participants = reunion.participants.order_by("nom", "pk").values_list("pk", "nom")
        self.fields["presents"].choices = list(participants)  # type: ignore[attr-defined]  # a field of choices
        self.initial.setdefault(
            "presents", list(reunion.participants.filter(present=True).values_list("pk", flat=True))
        )

    def clean_decisions(self) -> list[str]:
        return [ligne.strip() for ligne in self.cleaned_data["decisions"].splitlines() if ligne.strip()]


class TransformerForm(FormulaireDsfr):
    """The decision as a line of the plan: title, owners and calendar as they will be read there."""

    perimetre: Perimetre
    plan = forms.ModelChoiceField(
        label="Plan de travail", queryset=PlanDeTravail.objects.none(), empty_label=None
    )
    titre = forms.CharField(label="Action", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    attribution = forms.CharField(
        label="Attribution",
        max_length=200,
        help_text="Format attendu : DCIO, ou SG + IEN-IO, ou IEN-IO ou adjoint. Le premier en répond.",
    )
    calendrier = forms.CharField(
        label="Calendrier",
        max_length=80,
        help_text="Format attendu : Juin 2027, Septembre-octobre 2027, Année 2026-2027, 15/03/2027.",
    )

    def __init__(self, *args: Any, perimetre: Perimetre, reunion: Reunion, **kwargs: Any) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        self.proposer("plan", plans_a_completer(perimetre, reunion))


def plans_a_completer(perimetre: Perimetre, reunion: Reunion) -> QuerySet[PlanDeTravail]:
    """The open plans of the département that one drives, the latest first; none once it is cancelled."""
    if reunion.etat == EtatReunion.ANNULEE:
        return PlanDeTravail.objects.none()
    plans = PlanDeTravail.objects.dans_perimetre(perimetre).filter(departement=reunion.departement_id)
    siens = [plan.pk for plan in plans.order_by("pk") if peut_piloter(perimetre, plan)]
    return plans.filter(pk__in=siens).order_by("-debut", "pk")


def instant_de_paris(jour: dt.date, heure: dt.time) -> dt.datetime:
    """That day and hour in Paris. The two nights when the clocks change, an hour that does not exist or
    exists twice is refused.
    """
    naif = dt.datetime.combine(jour, heure.replace(second=0, microsecond=0))
    instant = timezone.make_aware(naif)
    if instant.utcoffset() == instant.replace(fold=1).utcoffset():
        return instant
    existe = timezone.make_naive(instant.astimezone(dt.UTC)) == naif
    quoi = "existe deux fois" if existe else "n’existe pas"
    raise forms.ValidationError(
        f"Dans la nuit du {jour:%d/%m/%Y}, l’heure change et cette heure-là {quoi} : choisissez-en une autre."
    )
