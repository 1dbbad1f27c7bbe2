"""The plans of the département: list, opening, settings, closing."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from planning.forms.plans import PlanCreerForm, PlanReglerForm
from planning.models import PlanDeTravail
from planning.permissions import est_pilote, peut_creer_plan, peut_lire_suivi, peut_piloter
from planning.selectors.plans import plans_chiffres
from planning.services.plans import clore_plan, creer_plan, regler_plan, rouvrir_plan
from planning.views.departement import DepartementMixin
from reseaux.models import AnneeScolaire, Departement
from socle.journal import historique
from socle.requetes import RequeteConnectee
from socle.views import FormulaireMixin, executer_geste


class Plans(DepartementMixin, TemplateView):
    """Under way and history."""

    template_name = "planning/plans/liste.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre = self.request.perimetre
        return super().get_context_data(**kwargs) | {
            "plans": plans_chiffres(perimetre, self.departement),
            "est_pilote": est_pilote(perimetre, self.departement.pk),
            "peut_lire_suivi": peut_lire_suivi(perimetre),
        }


class PlanCreer(FormulaireMixin, FormView):
    """From the model of the experiment, or empty."""

    droit = staticmethod(peut_creer_plan)
    form_class = PlanCreerForm
    titre = "Créer un plan de travail"
    libelle_envoi = "Créer le plan"
    message = "Le plan est créé."
    url_retour = reverse_lazy("planning:plans")

    def get_initial(self) -> dict[str, Any]:
        annee = AnneeScolaire.objects.en_cours()
        if annee is None:
            return {}
        return {"titre": f"Plan de travail {annee}", "periode": f"Année {annee}", "annee": annee}

    def executer(self, form: PlanCreerForm) -> None:
        perimetre = self.request.perimetre
        departement = get_object_or_404(Departement, pk=perimetre.departement_id)
        self.plan = creer_plan(perimetre=perimetre, departement=departement, **form.cleaned_data)

    def get_success_url(self) -> str:
        return reverse("planning:plan", args=[self.plan.pk])


class PlanRegler(FormulaireMixin, FormView):
    """Title, period, steps of the reminders; closing."""

    form_class = PlanReglerForm
    template_name = "planning/plans/regler.html"
    titre = "Régler le plan de travail"
    message = "Les réglages du plan sont enregistrés."

    @cached_property
    def plan(self) -> PlanDeTravail:
        visibles = PlanDeTravail.objects.dans_perimetre(self.request.perimetre)
        return get_object_or_404(visibles.select_related("departement", "annee"), pk=self.kwargs["pk"])

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not peut_piloter(request.perimetre, self.plan):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def url_retour(self) -> str:
        return reverse("planning:plan", args=[self.plan.pk])

    def get_success_url(self) -> str:
        return self.url_retour

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"plan": self.plan}

    def get_initial(self) -> dict[str, Any]:
        return {nom: getattr(self.plan, nom) for nom in self.form_class.base_fields}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = {"plan": self.plan, "historique": historique(self.plan)}
        return super().get_context_data(**kwargs) | page

    def executer(self, form: PlanReglerForm) -> None:
        regler_plan(perimetre=self.request.perimetre, plan=self.plan, **form.cleaned_data)


#: Gesture on a plan → the service, and what is said once it is done.
GESTES = {
    "clore": (
        clore_plan,
        "Le plan est clos : il reste lisible, plus rien n’y change et plus aucun rappel ne part.",
    ),
    "rouvrir": (rouvrir_plan, "Le plan est rouvert."),
}


@require_POST
def plan_geste(request: RequeteConnectee, pk: int, geste_plan: str) -> HttpResponse:
    """Closes or opens again."""
    plan = get_object_or_404(PlanDeTravail.objects.dans_perimetre(request.perimetre), pk=pk)
    if geste_plan not in GESTES:
        raise Http404("Ce geste n’existe pas.")
    service, message = GESTES[geste_plan]
    return executer_geste(
        request,
        lambda: service(perimetre=request.perimetre, plan=plan),
        message=message,
        retour=reverse("planning:plans"),
    )
