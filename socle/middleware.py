"""Headers of the pages that show someone's data."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class EntetesPersonnelsMiddleware:
    """A page seen by a signed-in person is kept by no cache, nor by the browser's « back » button."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        utilisateur = getattr(request, "user", None)
        if utilisateur is not None and utilisateur.is_authenticated:
            response.headers["Cache-Control"] = "private, no-store"
        return response
