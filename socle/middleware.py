"""Headers of the pages that show someone's data; whose request it is, for the technical log."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from socle.debit import TropDeDocuments, demande_comptee
from socle.journal_technique import personne_servie
from socle.secrets_des_journaux import ADRESSES_SECRETES


def oublier_la_personne(**_: object) -> None:
    """A thread serves one request after another: the next one is nobody's until it has said whose it is."""
    personne_servie.set(None)
    demande_comptee.set(False)


class PersonneServieMiddleware:
    """Each event written while a request is served bears the number of the account that asked, each document
    counts for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        personne_servie.set(request.user.pk)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """A page for anyone is nobody’s: whoever answers the survey while signed in stays unknown."""
        if not getattr(view, "login_required", True):
            personne_servie.set(None)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, TropDeDocuments):
            return None
        contexte = {
            "maximum": settings.DOCUMENTS_PAR_DIX_MINUTES,
            "fin": timezone.now() + timedelta(seconds=exception.attente + 60),
        }
        page = render(request, "socle/trop_de_documents.html", contexte, status=429)
        page.headers["Retry-After"] = str(exception.attente)
        return page


class EntetesPersonnelsMiddleware:
    """A page seen by a signed-in person is kept by no cache, nor by the browser's « back » button."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        utilisateur = getattr(request, "user", None)
        if utilisateur is not None and utilisateur.is_authenticated:
            response.headers["Cache-Control"] = "private, no-store"
        if ADRESSES_SECRETES.match(request.path):
            # Its address is a key: what the page asks for is told the site, never the address. (With
            # « no-referrer » browsers would hide the origin too, and the form would be refused.)
            response.headers.setdefault("Referrer-Policy", "strict-origin")
        return response
