"""The forms of a meeting: request, convocation, people, minutes, decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.views.generic import FormView

from comptes.enums import Role
from planning.enums import EtatReunion
from planning.forms.reunions import (
    CompteRenduForm,
    ConvocationForm,
    DemandeForm,
    ExterieurForm,
    HoraireForm,
    InviterForm,
    MotifForm,
    TransformerForm,
    plans_a_completer,
)
from planning.models import Decision, Reunion
from planning.permissions import (
    peut_convoquer_des_reunions,
    peut_demander_concertation,
    peut_diriger_reunion,
    peut_organiser,
)
from planning.selectors.reunions_invites import Invite
from planning.services.reunions import (
    annuler_reunion,
    convoquer_demande,
    convoquer_reunion,
    demander_concertation,
    modifier_reunion,
)
from planning.services.reunions_invitations import ajouter_participants
from planning.services.reunions_seance import (
    enregistrer_compte_rendu,
    rectifier_compte_rendu,
    transformer_en_action,
)
from psyen.models import Rattachement
from reseaux.models import CIO
from reseaux.perimetre import Perimetre
from socle.views import FormulaireMixin


class _VersReunion(FormulaireMixin, FormView):
    """A form that opens a meeting and leads to its page."""

    template_name = "planning/reunions/formulaire.html"
    url_retour = reverse_lazy("planning:reunions")
    reunion: Reunion | None = None

    def get_success_url(self) -> str:
        return reverse("planning:reunion", args=[self.reunion.pk]) if self.reunion else str(self.url_retour)


class ConcertationDemander(_VersReunion):
    """« à l'initiative […] des PsyEN eux-mêmes » (R13)."""

    form_class = DemandeForm
    droit = staticmethod(peut_demander_concertation)
    titre = "Demander une concertation"
    libelle_envoi = "Demander"
    message = "Votre demande est transmise : vous serez averti de la suite qui lui est donnée."

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"cios": self._cios()}

    def _cios(self) -> QuerySet[CIO]:
        """The CIO that a PsyEN is attached to today; a direction asks the IEN-IO."""
        if not self.request.perimetre.est(Role.PSYEN):
            return CIO.objects.none()
        siens = Rattachement.objects.dans_perimetre(self.request.perimetre).au(timezone.localdate())
        siens = siens.filter(cio__departement=self.request.perimetre.departement_id)
        return CIO.objects.filter(pk__in=siens.values("cio")).order_by("nom", "pk")

    def executer(self, form: DemandeForm) -> None:
        self.reunion = demander_concertation(perimetre=self.request.perimetre, **form.cleaned_data)


class ReunionConvoquer(_VersReunion):
    form_class = ConvocationForm
    droit = staticmethod(peut_convoquer_des_reunions)
    titre = "Convoquer une réunion"
    libelle_envoi = "Convoquer"
    message = "La réunion est convoquée : préparez son ordre du jour, puis invitez les participants."

    def executer(self, form: ConvocationForm) -> None:
        self.reunion = convoquer_reunion(perimetre=self.request.perimetre, **form.cleaned_data)


class _SurReunion(FormulaireMixin, FormView):
    """A form about one meeting, for those who have `droit_requis` on it."""

    template_name = "planning/reunions/formulaire.html"
    droit_requis: Callable[[Perimetre, Reunion], bool]
    ancre = ""

    @cached_property
    def reunion(self) -> Reunion:
        lues = Reunion.objects.dans_perimetre(self.request.perimetre).select_related("cio", "departement")
        return get_object_or_404(lues, pk=self.kwargs["pk"])

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.perimetre and not self.droit_requis(request.perimetre, self.reunion):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def url_retour(self) -> str:
        return reverse("planning:reunion", args=[self.reunion.pk]) + self.ancre

    def get_success_url(self) -> str:
        return self.url_retour

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"reunion": self.reunion}


class ReunionModifier(_SurReunion):
    form_class = ConvocationForm
    droit_requis = staticmethod(peut_organiser)
    titre = "Modifier la réunion"

    def get_initial(self) -> dict[str, Any]:
        champs = ("genre", "titre", "presentation", "lieu", "cio", "action")
        return _horaire(self.reunion) | {nom: getattr(self.reunion, nom) for nom in champs}

    def executer(self, form: ConvocationForm) -> None:
        modifier_reunion(perimetre=self.request.perimetre, reunion=self.reunion, **form.cleaned_data)


class DemandeConvoquer(_SurReunion):
    """The date of a concertation asked for."""

    form_class = HoraireForm
    droit_requis = staticmethod(peut_diriger_reunion)
    titre = "Convoquer la concertation"
    libelle_envoi = "Convoquer"
    message = "La concertation est convoquée : la personne qui l’a demandée en est avertie."

    def executer(self, form: HoraireForm) -> None:
        convoquer_demande(perimetre=self.request.perimetre, reunion=self.reunion, **form.cleaned_data)


class ReunionAnnuler(_SurReunion):
    form_class = MotifForm
    droit_requis = staticmethod(peut_diriger_reunion)

    @property
    def _est_demande(self) -> bool:
        return self.reunion.etat == EtatReunion.DEMANDEE

    @property
    def titre(self) -> str:
        return "Écarter la demande" if self._est_demande else "Annuler la réunion"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(libelle_envoi=self.titre, **kwargs)

    def executer(self, form: MotifForm) -> None:
        self.message = (
            "La demande est écartée : la personne qui l’a faite en lira le motif."
            if self._est_demande
            else "La réunion est annulée : les personnes invitées en sont averties."
        )
        annuler_reunion(perimetre=self.request.perimetre, reunion=self.reunion, **form.cleaned_data)


class Inviter(_SurReunion):
    """Names the participants; the invitations leave from the page of the meeting."""

    form_class = InviterForm
    droit_requis = staticmethod(peut_organiser)
    template_name = "planning/reunions/inviter.html"
    titre = "Ajouter des participants"
    libelle_envoi = "Ajouter"
    ancre = "#participants"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"reunion": self.reunion}

    def executer(self, form: InviterForm) -> None:
        nombre = ajouter_participants(
            perimetre=self.request.perimetre, reunion=self.reunion, invites=form.invites()
        )
        self.message = dire_ajoutes(nombre)


class InviterExterieur(_SurReunion):
    form_class = ExterieurForm
    droit_requis = staticmethod(peut_organiser)
    titre = "Ajouter une personne extérieure"
    libelle_envoi = "Ajouter"
    ancre = "#participants"

    def executer(self, form: ExterieurForm) -> None:
        nombre = ajouter_participants(
            perimetre=self.request.perimetre, reunion=self.reunion, invites=[Invite(**form.cleaned_data)]
        )
        self.message = dire_ajoutes(nombre)


class CompteRendu(_SurReunion):
    """The draft of the minutes, or their correction once they are given out."""

    form_class = CompteRenduForm
    droit_requis = staticmethod(peut_organiser)
    ancre = "#compte-rendu"

    @property
    def _est_diffuse(self) -> bool:
        return self.reunion.compte_rendu_diffuse_le is not None

    @property
    def titre(self) -> str:
        return "Rectifier le compte rendu" if self._est_diffuse else "Écrire le compte rendu"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        libelle = "Rectifier et diffuser" if self._est_diffuse else "Enregistrer"
        return super().get_context_data(libelle_envoi=libelle, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"reunion": self.reunion}

    def get_initial(self) -> dict[str, Any]:
        decisions = self.reunion.decisions.order_by("rang", "pk").values_list("texte", flat=True)
        return {
            "texte": self.reunion.compte_rendu,
            "decisions": "\n".join(decisions),
            "revision": self.reunion.revision,
        }

    def executer(self, form: CompteRenduForm) -> None:
        service = rectifier_compte_rendu if self._est_diffuse else enregistrer_compte_rendu
        service(perimetre=self.request.perimetre, reunion=self.reunion, **form.cleaned_data)
        self.message = (
            "Le compte rendu rectifié est diffusé aux participants."
            if self._est_diffuse
            else "Le compte rendu est enregistré ; il reste à le diffuser."
        )


class DecisionTransformer(_SurReunion):
    """« devenir une action »: the line of the plan, filled from the decision."""

    form_class = TransformerForm
    titre = "Inscrire la décision au plan de travail"
    libelle_envoi = "Ajouter au plan"
    message = "La décision est devenue une action du plan de travail."
    ancre = "#compte-rendu"

    @staticmethod
    def droit_requis(perimetre: Perimetre, reunion: Reunion) -> bool:
        return plans_a_completer(perimetre, reunion).exists()

    @cached_property
    def decision(self) -> Decision:
        lues = Decision.objects.dans_perimetre(self.request.perimetre).select_related("reunion__departement")
        return get_object_or_404(lues, pk=self.kwargs["decision"])

    @cached_property
    def reunion(self) -> Reunion:
        return self.decision.reunion

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"reunion": self.reunion}

    def get_initial(self) -> dict[str, Any]:
        titre = Truncator(self.decision.texte).chars(1000)
        return {"titre": titre, "plan": plans_a_completer(self.request.perimetre, self.reunion).first()}

    def executer(self, form: TransformerForm) -> None:
        transformer_en_action(perimetre=self.request.perimetre, decision=self.decision, **form.cleaned_data)


def dire_ajoutes(nombre: int) -> str:
    if not nombre:
        return "Ces personnes figuraient déjà parmi les participants."
    pluriel = "s" if nombre > 1 else ""
    return f"{nombre} participant{pluriel} ajouté{pluriel} : il reste à envoyer les invitations."


def _horaire(reunion: Reunion) -> dict[str, Any]:
    """Day and hours as read in Paris."""
    if reunion.debut is None or reunion.fin is None:
        return {}
    debut, fin = timezone.localtime(reunion.debut), timezone.localtime(reunion.fin)
    return {"jour": debut.date(), "heure_debut": debut.time(), "heure_fin": fin.time()}
