"""The plan on paper: its table (A4) and its timeline (A3), of exactly what is filtered."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.generic import View

from planning.documents.frise import dessiner_frise_pdf
from planning.documents.plan import dessiner_plan
from planning.selectors.tableau_de_bord import lire_lignes
from planning.views.tableau_de_bord import PlanFiltreMixin


def reponse_pdf(contenu: bytes, nom: str) -> HttpResponse:
    """Shown by the browser, saved under that name."""
    response = HttpResponse(contenu, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, f"{nom}.pdf") or "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


class PlanPdf(PlanFiltreMixin, View):
    """The table of the source: actions, attribution, calendar, then where each stands."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        jour = timezone.localdate()
        lignes = lire_lignes(self.filtre.qs, request.perimetre, jour)
        contenu = dessiner_plan(self.plan, lignes, request.perimetre, self.filtre.dits())
        return reponse_pdf(contenu, f"{slugify(str(self.plan))}-{jour:%Y-%m-%d}")


class FrisePdf(PlanFiltreMixin, View):
    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        jour = timezone.localdate()
        lignes = lire_lignes(self.filtre.qs, request.perimetre, jour)
        contenu = dessiner_frise_pdf(self.plan, lignes, jour, self.filtre.dits())
        return reponse_pdf(contenu, f"frise-{slugify(str(self.plan))}-{jour:%Y-%m-%d}")
