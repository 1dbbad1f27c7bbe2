"""Puts the worn habilitation on the request, re-read from the database at each request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from reseaux.models import Habilitation
from reseaux.perimetre import Perimetre

CLE_SESSION = "habilitation_portee"


class PerimetreMiddleware:
    """`request.perimetre`: None without a habilitation in force (anonymous, expired, revoked)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.perimetre = perimetre_porte(request)
        return self.get_response(request)


def perimetre_porte(request: HttpRequest) -> Perimetre | None:
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
    return Perimetre.de(choisie) if choisie else None
