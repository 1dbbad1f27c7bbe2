"""Puts the worn habilitation on the request, re-read from the database at each request."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from comptes.models.session import CLE_PREUVE
from reseaux.models import Habilitation
from reseaux.perimetre import CLE_SESSION, Perimetre
from reseaux.permissions import exige_second_facteur
from socle.requetes import RequeteConnectee

#: Pages of one's own account and of the site, open without any habilitation.
APPS_SANS_PERIMETRE = ("", "comptes", "socle")


class PerimetreMiddleware:
    """`request.perimetre`: None without a habilitation in force (anonymous, expired, revoked), or as long as
    the second factor that it requires is not given.
    """

    def __init__(self, get_response: Callable[[RequeteConnectee], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: RequeteConnectee) -> HttpResponse:
        request.second_facteur_manquant = False
        request.perimetre = perimetre_porte(request)
        return self.get_response(request)

    def process_view(
        self, request: RequeteConnectee, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Revoked or expired: the pages of the trade lead to the home page, which says what to do."""
        if request.second_facteur_manquant and not _est_ouverte(request, view):
            return redirect("comptes:second_facteur")
        sans_acces = request.perimetre is None and request.user.is_authenticated
        app = request.resolver_match.app_name if request.resolver_match else ""
        if sans_acces and app not in APPS_SANS_PERIMETRE:
            return redirect("accueil")
        return None


def _est_ouverte(request: RequeteConnectee, view: Any) -> bool:
    """One's own account, and the pages that nobody needs to sign in for."""
    publique = not getattr(view, "login_required", True)
    return publique or (request.resolver_match is not None and request.resolver_match.app_name == "comptes")


def perimetre_porte(request: RequeteConnectee) -> Perimetre | None:
    """The habilitation chosen in the header if it is still in force, otherwise the oldest one that is."""
    if not request.user.is_authenticated:
        return None
    habilitations = (
        Habilitation.objects.en_vigueur()
        .filter(utilisateur=request.user.pk)
        .pour_perimetre()
        .order_by("date_debut", "pk")
    )
    portee = request.session.get(CLE_SESSION)
    choisie = next((h for h in habilitations if h.pk == portee), None) or next(iter(habilitations), None)
    # Both loops read the same evaluated queryset: one query a request.
    request.habilitations = list(habilitations)
    if not request.session.get(CLE_PREUVE) and exige_second_facteur(request.habilitations):
        request.second_facteur_manquant = True
        return None
    return Perimetre.de(choisie) if choisie else None
