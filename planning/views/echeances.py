"""« Mes échéances »: all that awaits the person, and how to be reminded of it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from planning.forms.messages import ModeRappelForm
from planning.models import Jalon
from planning.permissions import peut_lire_suivi
from planning.selectors.echeances import mes_echeances
from planning.services.jalons import terminer_jalon
from planning.services.preferences import choisir_mode_rappels
from socle.requetes import RequeteConnectee
from socle.views import PerimetreMixin, executer_geste


class MesEcheances(PerimetreMixin, TemplateView):
    """Late, this week, this month, later; then the actions that one answers for."""

    droit = staticmethod(peut_lire_suivi)
    template_name = "planning/echeances/mes_echeances.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = mes_echeances(self.request.perimetre, timezone.localdate())
        form = ModeRappelForm(initial={"mode": page.mode})
        return super().get_context_data(**kwargs) | {"page": page, "form": form}


@require_POST
def echeance_faite(request: RequeteConnectee, pk: int) -> HttpResponse:
    """« Fait », without leaving the page."""
    if not peut_lire_suivi(request.perimetre):
        raise PermissionDenied
    jalons = Jalon.objects.dans_perimetre(request.perimetre).select_related("action__plan")
    jalon = get_object_or_404(jalons, pk=pk)
    return executer_geste(
        request,
        lambda: terminer_jalon(perimetre=request.perimetre, jalon=jalon),
        message=f"C’est noté : « {jalon.intitule} » est fait.",
        retour=reverse("planning:mes_echeances"),
    )


@require_POST
def mode_rappels(request: RequeteConnectee) -> HttpResponse:
    """One mail per due date, or one a day."""
    return executer_geste(
        request,
        lambda: choisir_mode_rappels(perimetre=request.perimetre, mode=request.POST.get("mode", "")),
        message="Votre choix est enregistré : il vaut dès les prochains rappels.",
        retour=reverse("planning:mes_echeances"),
    )
