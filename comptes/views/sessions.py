"""Closing one's own sessions."""

import logging

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from comptes.services import sessions as services
from comptes.views.connexion import oublier_les_pages
from socle.requetes import RequeteConnectee
from socle.views import executer_geste

logger = logging.getLogger(__name__)


@require_safe
def presence(request: HttpRequest) -> HttpResponse:
    """Asked by a page where someone is writing: the session is in use. Nothing to read."""
    return HttpResponse(status=204)


@require_POST
def deconnecter_partout(request: RequeteConnectee) -> HttpResponse:
    services.fermer_sessions(utilisateur=request.user)
    logger.info("Déconnexion : toutes les sessions")
    logout(request)
    messages.success(request, "Toutes vos sessions sont fermées.")
    return oublier_les_pages(redirect("comptes:connexion"))


@require_POST
def fermer_les_autres(request: RequeteConnectee) -> HttpResponse:
    return executer_geste(
        request,
        lambda: services.fermer_les_autres(utilisateur=request.user, cle=request.session.session_key or ""),
        message="Vos autres sessions sont fermées.",
        retour=reverse("comptes:mon_compte"),
    )


@require_POST
def fermer_une_session(request: RequeteConnectee) -> HttpResponse:
    reference = request.POST.get("reference", "")
    return executer_geste(
        request,
        lambda: services.fermer_une_session(utilisateur=request.user, reference=reference),
        message="La session est fermée.",
        retour=reverse("comptes:mon_compte"),
    )
