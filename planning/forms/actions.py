"""An action of the plan: written, postponed, abandoned, proved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils import timezone

from planning.enums import GenreCible, Lien, PublicCible, SourceCible
from planning.forms.plans import PeriodeField
from planning.forms.responsables import ResponsableField
from planning.models import Action, Objectif, PlanDeTravail, ResponsableAction
from planning.selectors.attribution import SaisieResponsable
from planning.selectors.choix import choix_responsables, cle_responsable
from reseaux.models import CIO, Etablissement
from reseaux.perimetre import Perimetre
from socle.forms import PRUDENCE, FormulaireDsfr

#: The source joins three owners at most; five leave room.
RANGS = range(1, 6)
#: What is compared when two people write the same action.
COMPARES = ("titre", "attribution", "calendrier", "cible", "cible_nombre", "source", "publique")


class ActionForm(FormulaireDsfr):
    """As written in the plan; the owners are read from the attribution, or chosen one by one."""

    titre = forms.CharField(label="Action", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    attribution = forms.CharField(
        label="Attribution",
        max_length=200,
        help_text="Telle qu’elle est écrite au plan, par exemple « SG + IEN-IO + Adj IEN-IO » ou "
        "« IEN-IO ou adjointe ». Le premier nommé est garant de l’action.",
    )
    un_a_un = forms.BooleanField(
        label="Choisir les responsables un à un",
        required=False,
        help_text="Sinon, ils sont lus dans l’attribution.",
    )
    calendrier = PeriodeField(label="Calendrier")
    objectifs = forms.ModelMultipleChoiceField(
        label="Objectifs servis",
        queryset=Objectif.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    cible = forms.ChoiceField(
        label="Ce qui doit être constaté avant de dire l’action faite",
        choices=GenreCible.choices,
        initial=GenreCible.AUCUNE,
    )
    cible_nombre = forms.IntegerField(
        label="Nombre visé",
        min_value=1,
        max_value=99,
        initial=1,
        help_text="Pour une cible en nombre d’EPLE ou par CIO.",
    )
    source = forms.ChoiceField(
        label="Constaté aussi dans",
        choices=SourceCible.choices,
        required=False,
        help_text="Ce que le service constate lui-même s’ajoute aux preuves ; à choisir selon la cible.",
    )
    predecesseurs = forms.ModelMultipleChoiceField(
        label="Attend la fin de",
        queryset=Action.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    publique = forms.BooleanField(
        label="Visible du chargé de mission Région",
        required=False,
        help_text="Titre, calendrier et avancement seulement : ni responsables, ni jalons, ni preuves.",
    )
    garant = forms.ChoiceField(
        label="Garant", choices=[(str(rang), rang) for rang in RANGS], required=False, initial="1"
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        perimetre: Perimetre,
        plan: PlanDeTravail,
        action: Action | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        presents = list(action.responsables.order_by("rang")) if action else []
        self._ajouter_rangs(choix_responsables(plan.departement), presents)
        servis = Q(retire_le=None) | (Q(actions=action) if action else Q())
        objectifs = Objectif.objects.dans_perimetre(perimetre).filter(departement=plan.departement_id)
        self.proposer(
            "objectifs", objectifs.filter(servis, niveau="objectif").distinct().order_by("rang", "pk")
        )
        autres = Action.objects.filter(plan=plan)
        if action:
            autres = autres.exclude(pk=action.pk)
        self.proposer("predecesseurs", autres.order_by("numero"))

    def _ajouter_rangs(self, choix: list[Any], presents: list[ResponsableAction]) -> None:
        for rang in RANGS:
            present = presents[rang - 1] if rang <= len(presents) else None
            champ = ResponsableField(label=f"Responsable {rang}")
            champ.proposer(choix, present=present)
            self.fields[f"responsable_{rang}"] = champ
            self.fields[f"lien_{rang}"] = forms.ChoiceField(
                label=f"Lien avec le responsable {rang - 1}", choices=Lien.choices, required=False
            )

    def rangs(self) -> Iterator[dict[str, Any]]:
        """The rows of the owners, for the page."""
        garant = str(self["garant"].value() or "1")
        for rang in RANGS:
            yield {
                "rang": rang,
                "lien": self[f"lien_{rang}"] if rang > 1 else None,
                "responsable": self[f"responsable_{rang}"],
                "est_garant": garant == str(rang),
            }

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        if donnees.get("un_a_un"):
            self._verifier_rangs(donnees)
        return donnees

    def _verifier_rangs(self, donnees: dict[str, Any]) -> None:
        """At least one, none twice."""
        vus = []
        for rang in RANGS:
            choisi = donnees.get(f"responsable_{rang}")
            if choisi in vus:
                self.add_error(f"responsable_{rang}", "Ce responsable est déjà choisi plus haut.")
            elif choisi:
                vus.append(choisi)
        if not vus:
            self.add_error("responsable_1", "Choisissez au moins un responsable.")

    @property
    def saisie(self) -> dict[str, Any]:
        """What the service takes."""
        champs = (
            *("titre", "attribution", "calendrier", "objectifs", "cible", "cible_nombre", "source"),
            *("publique", "predecesseurs"),
        )
        return {nom: self.cleaned_data[nom] for nom in champs} | {"responsables": self._responsables()}

    def _responsables(self) -> list[SaisieResponsable] | None:
        donnees = self.cleaned_data
        if not donnees["un_a_un"]:
            return None
        return [
            replace(
                donnees[f"responsable_{rang}"],
                lien=donnees[f"lien_{rang}"] or Lien.ET,
                est_garant=str(rang) == donnees["garant"],
            )
            for rang in RANGS
            if donnees[f"responsable_{rang}"]
        ]

    def ecarts(self, action: Action) -> list[tuple[str, str, str]]:
        """(field, what was typed, what a colleague wrote meanwhile), where they differ."""
        ecrits = _en_clair({nom: getattr(action, nom) for nom in COMPARES}) | {
            nom: _lister(getattr(action, nom).all()) for nom in ("objectifs", "predecesseurs")
        }
        saisis = _en_clair({nom: self[nom].value() for nom in COMPARES}) | {
            nom: _lister(self.cleaned_data.get(nom, ())) for nom in ("objectifs", "predecesseurs")
        }
        return [
            (str(self.fields[nom].label), saisis[nom], ecrit)
            for nom, ecrit in ecrits.items()
            if saisis[nom] != ecrit
        ]


def _en_clair(champs: dict[str, Any]) -> dict[str, str]:
    """Values typed or stored, in the same words."""
    cible = champs["cible"]
    lus = champs | {
        "cible": dict(GenreCible.choices).get(cible, cible),
        "source": dict(SourceCible.choices).get(champs["source"] or "", champs["source"]),
        "publique": "oui" if champs["publique"] else "non",
    }
    return {nom: "" if valeur is None else str(valeur).strip() for nom, valeur in lus.items()}


def _lister(objets: Iterable[Action | Objectif]) -> str:
    noms = sorted(f"n° {objet.numero}" if isinstance(objet, Action) else objet.code for objet in objets)
    return ", ".join(noms) or "aucun"


def initial_action(action: Action, lus: list[SaisieResponsable] | None) -> dict[str, Any]:
    """The form as the action stands; its owners one by one when its attribution does not say them (`lus`)."""
    presents = list(action.responsables.order_by("rang"))
    initial: dict[str, Any] = {nom: getattr(action, nom) for nom in (*COMPARES, "revision")}
    for rang, present in enumerate(presents, 1):
        initial |= {f"responsable_{rang}": cle_responsable(present), f"lien_{rang}": present.lien}
        if present.est_garant:
            initial["garant"] = rang
    ecrits = [
        SaisieResponsable(p.utilisateur_id, p.groupe_id, p.role, p.lien, p.est_garant) for p in presents
    ]
    return initial | {
        "un_a_un": ecrits != lus,
        "objectifs": list(action.objectifs.values_list("pk", flat=True)),
        "predecesseurs": list(action.predecesseurs.values_list("pk", flat=True)),
    }


class MotifForm(FormulaireDsfr):
    motif = forms.CharField(
        label="Motif", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=PRUDENCE
    )


class ReportActionForm(MotifForm):
    calendrier = PeriodeField(label="Nouveau calendrier")
    field_order = ("calendrier", "motif")


class SuspensionForm(FormulaireDsfr):
    jusqu_au = forms.DateField(
        label="Rappels suspendus jusqu’au",
        required=False,
        widget=forms.DateInput,
        help_text="Dernier jour sans rappel, compris. Sans date, les rappels reprennent.",
    )


class ConfirmationForm(FormulaireDsfr):
    """Nothing to type: the gesture alone."""


class CommentaireForm(FormulaireDsfr):
    texte = forms.CharField(
        label="Votre commentaire",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"Lu par tous ceux qui suivent l’action. {PRUDENCE}",
    )


class PreuveForm(FormulaireDsfr):
    """A note or a link; the school, the CIO or the audience when the target counts them."""

    texte = forms.CharField(
        label="Ce qui a été fait",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=PRUDENCE,
    )
    lien = forms.URLField(
        label="Lien",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Page ou document en ligne, par exemple https://www.ac-orleans-tours.fr/…",
    )
    etablissement = forms.ModelChoiceField(
        label="Établissement",
        queryset=Etablissement.objects.none(),
        required=False,
        empty_label="Aucun en particulier",
        help_text="Seule une preuve qui nomme un établissement compte dans la cible.",
    )
    cio = forms.ModelChoiceField(
        label="CIO",
        queryset=CIO.objects.none(),
        required=False,
        empty_label="Aucun en particulier",
        help_text="Seule une preuve qui nomme un CIO compte dans la cible.",
    )
    public = forms.ChoiceField(
        label="Public réuni",
        choices=[("", "Aucun en particulier"), *PublicCible.choices],
        required=False,
        help_text="Une preuve par public : les deux doivent avoir été réunis.",
    )
    le = forms.DateField(label="Date", widget=forms.DateInput, initial=timezone.localdate)

    #: What each kind of target asks of a proof.
    DEMANDES = {
        GenreCible.ETABLISSEMENTS: "etablissement",
        GenreCible.PAR_CIO: "cio",
        GenreCible.PUBLICS: "public",
    }

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        demande = self.DEMANDES.get(GenreCible(action.cible), "")
        for nom in {*self.DEMANDES.values()} - {demande}:
            del self.fields[nom]
        departement = action.plan.departement_id
        if demande == "etablissement":
            eples = Etablissement.objects.eple().ouverts().filter(departement=departement)
            self.proposer(demande, eples.order_by("nom", "commune", "pk"))
        elif demande == "cio":
            cios = CIO.objects.filter(departement=departement, est_ouvert=True)
            cast(forms.ModelChoiceField, self.fields[demande]).queryset = cios.order_by("nom", "pk")

    def clean_le(self) -> Any:
        if self.cleaned_data["le"] > timezone.localdate():
            raise forms.ValidationError("La date est celle de ce qui a été fait : aujourd’hui au plus tard.")
        return self.cleaned_data["le"]
