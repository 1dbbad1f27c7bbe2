"""Calendars shared by a secret link: one's own page, and the link itself."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import FormView, TemplateView

from planning.documents.ics import TYPE_MIME
from planning.feeds import ecrire_flux
from planning.forms.flux import FluxForm
from planning.models import FluxCalendrier
from planning.permissions import peut_partager_calendrier
from planning.selectors.flux import contenu_du_flux, flux_du_jeton, mes_flux
from planning.services.flux import creer_flux, renouveler_flux, revoquer_flux
from socle.requetes import RequeteConnectee
from socle.views import FormulaireMixin, PerimetreMixin, ajouter_erreurs, executer_geste


class MesFlux(PerimetreMixin, TemplateView):
    """One's calendars: what each shows, under which habilitation; the links themselves are kept nowhere."""

    droit = staticmethod(peut_partager_calendrier)
    template_name = "planning/flux/liste.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"calendriers": mes_flux(self.request.perimetre)}


class FluxCreer(FormulaireMixin, FormView):
    """The answer to the form is the page of the link: it is shown once, and never kept."""

    droit = staticmethod(peut_partager_calendrier)
    form_class = FluxForm
    titre = "Partager un calendrier"
    libelle_envoi = "Créer le lien"
    url_retour = reverse_lazy("planning:mes_flux")

    def form_valid(self, form: FluxForm) -> HttpResponse:
        try:
            flux, jeton = creer_flux(perimetre=self.request.perimetre, **form.choisi())
        except ValidationError as erreur:
            ajouter_erreurs(form, erreur)
            return self.form_invalid(form)
        return _montrer_lien(self.request, flux, jeton)


@require_POST
def flux_renouveler(request: RequeteConnectee, pk: int) -> HttpResponse:
    """A new link, shown once; the old one is dead."""
    flux = _le_sien(request, pk)
    try:
        jeton = renouveler_flux(perimetre=request.perimetre, flux=flux)
    except ValidationError as erreur:
        messages.error(request, " ".join(erreur.messages))
        return redirect("planning:mes_flux")
    return _montrer_lien(request, flux, jeton)


@require_POST
def flux_revoquer(request: RequeteConnectee, pk: int) -> HttpResponse:
    """The link leads nowhere any more."""
    flux = _le_sien(request, pk)
    return executer_geste(
        request,
        lambda: revoquer_flux(perimetre=request.perimetre, flux=flux),
        message="Le calendrier est révoqué : son lien ne mène plus à rien.",
        retour=reverse("planning:mes_flux"),
    )


@login_not_required
@require_safe
def flux_ics(request: HttpRequest, jeton: str) -> HttpResponse:
    """The calendar behind a secret link; the same 404 for a link unknown, revoked or whose holder lost the
    habilitation. Neither kept by a proxy nor named to another site.
    """
    trouve = flux_du_jeton(jeton)
    if trouve is None:
        reponse: HttpResponse = HttpResponseNotFound(
            "Ce calendrier n’existe pas ou n’est plus partagé.", content_type="text/plain; charset=utf-8"
        )
    else:
        reponse = HttpResponse(ecrire_flux(*trouve), content_type=f"{TYPE_MIME}; charset=utf-8")
        reponse.headers["Content-Disposition"] = 'attachment; filename="calendrier.ics"'
    reponse.headers["Cache-Control"] = "private, no-store"
    reponse.headers["Referrer-Policy"] = "no-referrer"
    return reponse


def _le_sien(request: RequeteConnectee, pk: int) -> FluxCalendrier:
    if not peut_partager_calendrier(request.perimetre):
        raise PermissionDenied
    siens = FluxCalendrier.objects.dans_perimetre(request.perimetre).filter(revoque_le=None)
    return get_object_or_404(siens, pk=pk)


def _montrer_lien(request: HttpRequest, flux: FluxCalendrier, jeton: str) -> HttpResponse:
    lien = settings.ADRESSE_PUBLIQUE + reverse("planning:flux_ics", args=(jeton,))
    return render(request, "planning/flux/lien.html", {"contenu": contenu_du_flux(flux), "lien": lien})
