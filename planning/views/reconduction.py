"""« Reconduire »: the preview of next year's plan, then the plan."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView

from planning.forms.reconduction import ReconductionForm
from planning.models import PlanDeTravail
from planning.permissions import est_pilote
from planning.selectors.reconduction import Reconduction, lire_reconduction, rentrees_possibles
from planning.services.reconduction import reconduire_plan
from reseaux.models import AnneeScolaire
from socle.views import FormulaireMixin


class PlanReconduire(FormulaireMixin, FormView):
    """`?rentree=2027` chooses the school year prepared; the POST says which preview it confirms."""

    form_class = ReconductionForm
    template_name = "planning/reconduction/apercu.html"
    titre = "Reconduire le plan de travail"
    libelle_envoi = "Créer le nouveau plan"
    message = "Le nouveau plan est créé à partir des actions cochées."

    @cached_property
    def plan(self) -> PlanDeTravail:
        visibles = PlanDeTravail.objects.dans_perimetre(self.request.perimetre)
        return get_object_or_404(visibles.select_related("departement", "annee"), pk=self.kwargs["pk"])

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not est_pilote(request.perimetre, self.plan.departement_id):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def rentrees(self) -> list[int]:
        return rentrees_possibles(self.plan, AnneeScolaire.objects.order_by("debut"))

    @cached_property
    def apercu(self) -> Reconduction:
        demandee = self.request.GET.get("rentree", "")
        rentree = next((r for r in self.rentrees if str(r) == demandee), self.rentrees[0])
        return lire_reconduction(self.plan, rentree)

    @property
    def url_retour(self) -> str:
        return reverse("planning:plans")

    def get_success_url(self) -> str:
        return reverse("planning:plan", args=[self.nouveau.pk])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"apercu": self.apercu}

    def get_initial(self) -> dict[str, Any]:
        proposees = [action.avant.pk for action in self.apercu.actions if action.est_proposee]
        return {"titre": self.apercu.titre, "periode": self.apercu.periode, "actions": proposees}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        cochees = context["form"].cochees
        return context | {
            "plan": self.plan,
            "apercu": self.apercu,
            "rentrees": [(r, f"{r}-{r + 1}") for r in self.rentrees],
            "lignes": [(action, str(action.avant.pk) in cochees) for action in self.apercu.actions],
        }

    def executer(self, form: ReconductionForm) -> None:
        self.nouveau = reconduire_plan(
            perimetre=self.request.perimetre,
            plan=self.plan,
            rentree=self.apercu.rentree,
            **form.cleaned_data,
        )
