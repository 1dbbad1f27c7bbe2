"""« Mon CIO », where a DCIO or a secrétaire lands."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comptes.enums import Role
from psyen.selectors.mon_cio import lire_mon_cio
from socle.requetes import RequeteConnectee


@require_safe
def mon_cio(request: RequeteConnectee) -> HttpResponse:
    """Year by year: where the répartition stands, what to do next."""
    if not request.perimetre.travaille_au_cio:
        raise PermissionDenied
    contexte = {"page": lire_mon_cio(request.perimetre), "est_dcio": request.perimetre.est(Role.DCIO)}
    return render(request, "psyen/mon_cio/page.html", contexte)
