"""What our middlewares add to a request, told to the type checker."""

from typing import Any

from django.http import HttpRequest  # noqa: TID251 - a type for the views, which alone receive it


class RequeteConnectee(HttpRequest):
    """A request of a signed-in person: `perimetre` is None when no habilitation is in force, or when its
    second factor is missing.
    """

    user: Any
    perimetre: Any
    habilitations: list[Any]
    second_facteur_manquant: bool
