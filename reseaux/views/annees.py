"""School years, by the ADMIN."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from reseaux.forms.annees import RentreeForm
from reseaux.models import AnneeScolaire
from reseaux.permissions import peut_administrer
from reseaux.selectors.annees import annees_chiffrees
from reseaux.services.annees import clore_annee, creer_annee_suivante, ouvrir_annee
from socle.requetes import RequeteConnectee
from socle.views import PerimetreMixin, executer_geste


class AnneeListe(PerimetreMixin, ListView):
    """Few and forever: no filter, no page."""

    model = AnneeScolaire
    droit = staticmethod(peut_administrer)
    context_object_name = "annees"
    template_name = "reseaux/annees/liste.html"

    def get_queryset(self) -> QuerySet[AnneeScolaire]:
        return annees_chiffrees(super().get_queryset(), self.request.perimetre)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"form": RentreeForm()}


@require_POST
def annee_creer(request: RequeteConnectee) -> HttpResponse:
    """The year after the last one, or the very first."""
    form = RentreeForm(request.POST)
    rentree = form.cleaned_data["rentree"] if form.is_valid() else None
    return executer_geste(
        request,
        lambda: creer_annee_suivante(perimetre=request.perimetre, rentree=rentree),
        message="L’année suivante est créée, en préparation.",
        retour=reverse("reseaux:annees"),
    )


#: Gesture on a year → the service, and what is said once it is done.
GESTES = {
    "ouvrir": (ouvrir_annee, "L’année est ouverte ; la précédente est close."),
    "clore": (clore_annee, "L’année est close : plus rien n’y change."),
}


@require_POST
def annee_geste(request: RequeteConnectee, pk: int, geste: str) -> HttpResponse:
    """Opens or closes a year."""
    if not peut_administrer(request.perimetre):
        raise PermissionDenied
    annee = get_object_or_404(AnneeScolaire, pk=pk)
    service, message = GESTES[geste]
    return executer_geste(
        request,
        lambda: service(perimetre=request.perimetre, annee=annee),
        message=message,
        retour=reverse("reseaux:annees"),
    )
