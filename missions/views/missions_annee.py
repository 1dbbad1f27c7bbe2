"""The school year and the CIO of a page of missions."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import cached_property

from reseaux.models import CIO, AnneeScolaire
from reseaux.perimetre import Perimetre
from socle.views import PerimetreMixin


def annee_ecrite(code: str) -> AnneeScolaire:
    """That year, or 404."""
    return get_object_or_404(AnneeScolaire, code=code)


def cios_de(perimetre: Perimetre) -> list[CIO]:
    """The CIO where one works and its antennes."""
    visibles = CIO.objects.dans_perimetre(perimetre).select_related("departement")
    return [cio for cio in visibles.order_by("nom", "pk") if perimetre.cio_id in (cio.pk, cio.parent_id)]


class AnneeMixin(PerimetreMixin):
    """`?annee=2026-2027` chooses the year; the one of today without it, or with one that does not exist."""

    titre = ""

    @cached_property
    def annees(self) -> list[AnneeScolaire]:
        return list(AnneeScolaire.objects.order_by("-debut", "pk"))

    @cached_property
    def annee_choisie(self) -> AnneeScolaire | None:
        """Out of every year (summer of a young service), the latest; None before the first is opened."""
        code, jour = self.request.GET.get("annee", ""), timezone.localdate()
        ecrites = [annee for annee in self.annees if annee.code == code]
        du_jour = [annee for annee in self.annees if annee.debut <= jour <= annee.fin]
        return next(iter([*ecrites, *du_jour, *self.annees]), None)

    @property
    def annee(self) -> AnneeScolaire:
        if self.annee_choisie is None:
            raise Http404("Aucune année scolaire n’est ouverte.")
        return self.annee_choisie

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.annee_choisie is None:
            return render(request, "missions/missions/sans_annee.html", {"titre": self.titre})
        return super().get(request, *args, **kwargs)  # type: ignore[misc]  # the generic view's

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = {"annee": self.annee, "annees": self.annees}
        return page | super().get_context_data(**kwargs)  # type: ignore[misc]  # the generic view's
