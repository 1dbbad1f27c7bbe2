"""The address a request comes from, as the brute-force limit must see it."""

from typing import Protocol

from django.conf import settings


class Requete(Protocol):
    META: dict[str, str]


def adresse_du_client(request: Requete) -> str | None:
    """The address written by the outermost proxy that we run ourselves, otherwise the socket's.

    Each proxy appends the address it saw to X-Forwarded-For: with n proxies of ours, only the n-th value
    from the end was written by us. What stands before it was typed by the visitor and counts for nothing.
    """
    nombre = settings.NOMBRE_DE_MANDATAIRES
    if nombre:
        suite = [morceau.strip() for morceau in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(suite) >= nombre and suite[-nombre]:
            return suite[-nombre]
    return request.META.get("REMOTE_ADDR") or None
