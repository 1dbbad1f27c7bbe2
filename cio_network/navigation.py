"""The menu of each role and the few values that every page shows."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from comptes.enums import Role
from socle.models import Notification

TOUS = frozenset(Role.values)


@dataclass(frozen=True, slots=True)
class Entree:
    """One line of the menu, for the roles that may open its page."""

    titre: str
    url_name: str
    roles: frozenset[str] = TOUS


@dataclass(frozen=True, slots=True)
class Lien:
    """An entry as shown on one page; `actif` is its aria-current: « page », « true » (a page under it)."""

    titre: str
    url: str
    actif: str = ""


#: In the order of the menu. An entry comes with the page it opens, never before (tested).
MENU: tuple[Entree, ...] = ()


@lru_cache(maxsize=len(Role.values) + 1)
def menu_du_role(role: str) -> tuple[tuple[str, str], ...]:
    """(title, address) of the entries of a role, resolved once per process."""
    return tuple((entree.titre, reverse(entree.url_name)) for entree in MENU if role in entree.roles)


def navigation(role: str, chemin: str) -> list[Lien]:
    """The menu of a role with the current page marked; the longest matching address wins."""
    entrees = menu_du_role(role)
    courante = max((url for _, url in entrees if chemin.startswith(url)), key=len, default="")
    marque = "page" if courante == chemin else "true"
    return [Lien(titre, url, marque if url == courante else "") for titre, url in entrees]


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Costs one query at most (unread notifications), and only if the header is shown."""
    perimetre = getattr(request, "perimetre", None)
    utilisateur = getattr(request, "user", None)
    connecte = utilisateur if utilisateur is not None and utilisateur.is_authenticated else None
    return {
        "utilisateur_connecte": connecte,
        "perimetre": perimetre,
        "autres_habilitations": _autres_habilitations(request, perimetre),
        "navigation": navigation(perimetre.role, request.path) if perimetre else [],
        "nb_non_lus": SimpleLazyObject(lambda: _nb_non_lus(request)),
        "organisme": settings.ORGANISME,
        "demonstration": settings.DEMONSTRATION,
    }


def _autres_habilitations(request: HttpRequest, perimetre: Any) -> list[Any]:
    """Those the person could wear instead, already read by the perimeter middleware."""
    if perimetre is None:
        return []
    return [h for h in getattr(request, "habilitations", []) if h.pk != perimetre.habilitation_id]


def _nb_non_lus(request: HttpRequest) -> int:
    return Notification.objects.filter(utilisateur_id=request.user.pk).non_lues().count()
