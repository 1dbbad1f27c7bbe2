"""« Ma semaine », the page of a PsyEN."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from comptes.enums import Role
from psyen.selectors.ma_semaine import lire_ma_semaine
from psyen.views.jour import jour_demande
from socle.requetes import RequeteConnectee


@require_safe
def ma_semaine(request: RequeteConnectee) -> HttpResponse:
    """His service on a day, what comes after and what came before."""
    if not request.perimetre.est(Role.PSYEN):
        raise PermissionDenied
    au_form, jour = jour_demande(request)
    page = lire_ma_semaine(request.perimetre, jour)
    contexte = {"page": page, "au_form": au_form, "est_aujourd_hui": jour == timezone.localdate()}
    return render(request, "psyen/ma_semaine/page.html", contexte)
