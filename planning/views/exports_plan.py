"""The plan on paper: its table (A4) and its timeline (A3), of exactly what is filtered."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.generic import View

from planning.documents.frise import dessiner_frise_pdf
from planning.documents.plan import dessiner_plan
from planning.models import PlanDeTravail
from planning.selectors.tableau_de_bord import LigneAction, lire_lignes
from planning.views.tableau_de_bord import PlanFiltreMixin


def reponse_pdf(contenu: bytes, nom: str) -> HttpResponse:
    """Shown by the browser, saved under that name."""
    response = HttpResponse(contenu, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, f"{nom}.pdf") or "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


class DocumentDuPlan(PlanFiltreMixin, View):
    """A PDF of the plan of the address; `prefixe` begins the name of the file."""

    prefixe = ""

    def dessiner(self, plan: PlanDeTravail, lignes: list[LigneAction], jour: dt.date) -> bytes:
        raise NotImplementedError

    def get(self, request: Any, pk: int) -> HttpResponse:
        jour = timezone.localdate()
        plan = self.plan_demande()
        lignes = lire_lignes(self.filtre.qs, request.perimetre, jour, plan)
        nom = f"{self.prefixe}{slugify(plan.titre)}-{jour:%Y-%m-%d}"
        return reponse_pdf(self.dessiner(plan, lignes, jour), nom)


class PlanPdf(DocumentDuPlan):
    """The table of the source: actions, attribution, calendar, then where each stands."""

    def dessiner(self, plan: PlanDeTravail, lignes: list[LigneAction], jour: dt.date) -> bytes:
        return dessiner_plan(plan, lignes, self.request.perimetre, self.filtre.dits())


class FrisePdf(DocumentDuPlan):
    """The timeline, on A3."""

    prefixe = "frise-"

    def dessiner(self, plan: PlanDeTravail, lignes: list[LigneAction], jour: dt.date) -> bytes:
        return dessiner_frise_pdf(plan, lignes, jour, self.filtre.dits())
