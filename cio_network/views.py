"""Home page, help, legal pages and error pages."""

import sys
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from comptes.enums import Role
from socle.conservation import durees
from socle.indisponible import est_passagere

#: Seconds: a restart of the base takes less, and a browser may ask again.
ATTENTE = 30

#: Where each role lands after signing in (conception §2).
PAGE_DU_ROLE: dict[str, str] = {
    Role.DASEN: "psyen:a_decider",
    Role.SG: "planning:tableau_de_bord",
    Role.IEN_IO: "planning:tableau_de_bord",
    Role.ADJOINT_IEN_IO: "planning:tableau_de_bord",
    Role.DCIO: "psyen:mon_cio",
    Role.SECRETAIRE_CIO: "psyen:mon_cio",
    Role.PSYEN: "psyen:ma_semaine",
    Role.CHEF_ETABLISSEMENT: "psyen:mon_psyen",
    Role.CHARGE_MISSION_REGION: "planning:tableau_de_bord",
    Role.ADMIN: "reseaux:comptes",
}


@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    """The landing page of the worn role; without a habilitation in force, what to do about it."""
    perimetre = getattr(request, "perimetre", None)
    if perimetre is None:
        return render(request, "pages/sans_habilitation.html")
    return redirect(PAGE_DU_ROLE[perimetre.role])


@login_not_required
@require_safe
def mentions_legales(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/mentions_legales.html")


@login_not_required
@require_safe
def accessibilite(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/accessibilite.html")


@login_not_required
@require_safe
def donnees_personnelles(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/donnees_personnelles.html", {"durees": durees()})


@login_not_required
@require_safe
def plan_du_site(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/plan_du_site.html")


@login_not_required
@require_safe
def aide(request: HttpRequest, role: str = "") -> HttpResponse:
    """Help of a role: the one asked for, otherwise the one worn, otherwise how to sign in."""
    perimetre = getattr(request, "perimetre", None)
    role = role or (perimetre.role if perimetre else "")
    if role and role not in Role.values:
        raise Http404
    contexte = {
        "role": Role(role) if role else None,
        "page_du_role": f"pages/aide/{role}.html",
        "roles": [(r.value, r.label) for r in Role],
    }
    return render(request, "pages/aide.html", contexte)


@login_not_required
@require_safe
def depot_trop_lourd(request: HttpRequest) -> HttpResponse:
    """What nginx shows in the place of the answer to a file that it refused for its weight."""
    return _page_sans_base("413.html", 413)


def requete_refusee(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page_sans_base("400.html", 400)


def acces_refuse(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The sentence given to `PermissionDenied`, if any, is the reason shown."""
    return render(request, "403.html", {"raison": str(exception or "")}, status=403)


def page_introuvable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def erreur_interne(request: HttpRequest) -> HttpResponse:
    """Ours, or of the moment: what will pass by itself says so (Django calls this while handling it)."""
    if est_passagere(sys.exception()):
        page = _page_sans_base("503.html", 503)
        page.headers["Retry-After"] = str(ATTENTE)
        return page
    return _page_sans_base("500.html", 500)


def jeton_perime(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent from a page left open too long, or from another site: nothing was written."""
    return _page_sans_base("403_csrf.html", 403)


def _page_sans_base(gabarit: str, statut: int) -> HttpResponse:
    """Rendered without request, hence without context processors: the database may be what failed."""
    contexte: dict[str, Any] = {
        "organisme": settings.ORGANISME,
        "demonstration": settings.DEMONSTRATION,
        "sans_outils": True,
        "document_mo_maximum": settings.DOCUMENT_MO_MAXIMUM,
    }
    return HttpResponse(render_to_string(gabarit, contexte), status=statut)
