"""An action of the plan: its page, its writing, what is said of it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, FormView

from planning.forms.actions import ActionForm, CommentaireForm, PreuveForm, initial_action
from planning.models import Action, PlanDeTravail, Preuve
from planning.permissions import peut_commenter, peut_conduire, peut_piloter
from planning.selectors.attribution import lire_attribution
from planning.selectors.fiche_action import lire_fiche
from planning.services.actions import creer_action, modifier_action
from planning.services.jalons import commenter
from planning.services.preuves import ajouter_preuve, retirer_preuve
from reseaux.perimetre import Perimetre
from socle.journal import historique
from socle.pieces import documents_de
from socle.requetes import RequeteConnectee
from socle.views import FormulaireMixin, PerimetreMixin, executer_geste


class ActionDetail(PerimetreMixin, DetailView):
    """As written, where it stands, who answers today, what is missing."""

    queryset = Action.objects.select_related("plan__departement", "plan__annee")
    context_object_name = "action"
    pk_url_kwarg = "action"
    template_name = "planning/actions/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        action, perimetre = self.object, self.request.perimetre
        fiche = lire_fiche(action, perimetre)
        return super().get_context_data(**kwargs) | {
            "fiche": fiche,
            "pieces": documents_de(action, perimetre),
            "peut_conduire": peut_conduire(perimetre, action),
            "peut_piloter": peut_piloter(perimetre, action.plan),
            "peut_commenter": peut_commenter(perimetre, action),
            "commentaire": CommentaireForm(),
            "historique": historique(action) if fiche.suivi else None,
        }


class ActionCreer(FormulaireMixin, FormView):
    """A new line of the plan."""

    form_class = ActionForm
    template_name = "planning/actions/formulaire.html"
    titre = "Ajouter une action"
    libelle_envoi = "Ajouter l’action"
    message = "L’action est ajoutée au plan."
    action: Action | None = None

    @cached_property
    def plan(self) -> PlanDeTravail:
        visibles = PlanDeTravail.objects.dans_perimetre(self.request.perimetre)
        return get_object_or_404(visibles.select_related("departement"), pk=self.kwargs["pk"])

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not peut_piloter(request.perimetre, self.plan):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def url_retour(self) -> str:
        return reverse("planning:plan", args=[self.plan.pk])

    def get_success_url(self) -> str:
        return reverse("planning:action", args=[self.ecrite.pk])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"plan": self.plan, "action": self.action}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page: dict[str, Any] = {
            "plan": self.plan,
            "action": self.action,
            "est_depassee": False,
            "revision": "",
        }
        return page | super().get_context_data(**kwargs)

    def executer(self, form: ActionForm) -> None:
        self.ecrite = creer_action(perimetre=self.request.perimetre, plan=self.plan, **form.saisie)


class ActionModifier(ActionCreer):
    """Two people on one action: the second is told what the first wrote, and keeps what he typed."""

    titre = "Modifier l’action"
    libelle_envoi = "Enregistrer"
    message = "L’action est modifiée."

    @cached_property
    def action(self) -> Action:  # type: ignore[override]  # none only while it is being created
        visibles = Action.objects.dans_perimetre(self.request.perimetre)
        return get_object_or_404(visibles.select_related("plan__departement"), pk=self.kwargs["action"])

    @cached_property
    def plan(self) -> PlanDeTravail:
        return self.action.plan

    @property
    def url_retour(self) -> str:
        return reverse("planning:action", args=[self.action.pk])

    def get_initial(self) -> dict[str, Any]:
        try:
            lus = lire_attribution(self.action.attribution, self.plan.departement)
        except ValidationError:
            lus = None
        return initial_action(self.action, lus)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form: ActionForm = context["form"]
        lue = str(form["revision"].value())
        if not form.is_bound or lue == str(self.action.revision):
            return context | {"revision": lue}
        # Once the difference has been shown, the next saving is made knowingly.
        ecarts = form.ecarts(self.action)
        return context | {"est_depassee": True, "ecarts": ecarts, "revision": self.action.revision}

    def executer(self, form: ActionForm) -> None:
        self.ecrite = modifier_action(
            perimetre=self.request.perimetre,
            action=self.action,
            revision=form.cleaned_data["revision"] or 0,
            **form.saisie,
        )


class SurAction(FormulaireMixin):
    """A form about one action, by whoever the rule of the subclass names."""

    @staticmethod
    def droit_requis(perimetre: Perimetre, action: Action) -> bool:
        raise NotImplementedError

    @cached_property
    def action(self) -> Action:
        visibles = Action.objects.dans_perimetre(self.request.perimetre)
        return get_object_or_404(
            visibles.select_related("plan__departement", "plan__annee"), pk=self.kwargs["action"]
        )

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.droit_requis(request.perimetre, self.action):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def url_retour(self) -> str:
        return reverse("planning:action", args=[self.action.pk])

    def get_success_url(self) -> str:
        return self.url_retour

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"action": self.action}


class ActionCommenter(SurAction, FormView):
    """From the page of the action; its own page only when the text is refused."""

    droit_requis = staticmethod(peut_commenter)
    form_class = CommentaireForm
    template_name = "planning/actions/geste.html"
    titre = "Commenter l’action"
    libelle_envoi = "Ajouter le commentaire"
    message = "Votre commentaire est ajouté."

    def executer(self, form: CommentaireForm) -> None:
        commenter(perimetre=self.request.perimetre, action=self.action, **form.cleaned_data)


class PreuveAjouter(SurAction, FormView):
    droit_requis = staticmethod(peut_conduire)
    form_class = PreuveForm
    template_name = "planning/actions/geste.html"
    titre = "Ajouter une preuve"
    libelle_envoi = "Ajouter la preuve"
    message = "La preuve est ajoutée."

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"action": self.action}

    def executer(self, form: PreuveForm) -> None:
        ajouter_preuve(perimetre=self.request.perimetre, action=self.action, **form.cleaned_data)


@require_POST
def preuve_retirer(request: RequeteConnectee, preuve: int) -> HttpResponse:
    """A proof given by mistake."""
    visibles = Preuve.objects.dans_perimetre(request.perimetre).select_related("action__plan")
    donnee = get_object_or_404(visibles, pk=preuve)
    return executer_geste(
        request,
        lambda: retirer_preuve(perimetre=request.perimetre, preuve=donnee),
        message="La preuve est retirée.",
        retour=reverse("planning:action", args=[donnee.action_id]),
    )
