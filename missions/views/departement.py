"""Which département a page of the missions shows, and the choice between several (ADMIN)."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.functional import cached_property

from reseaux.models import Departement
from socle.views import PerimetreMixin


class DepartementMixin(PerimetreMixin):
    """`?departement=041` chooses among those one reads; any other does not exist here."""

    @cached_property
    def departements(self) -> list[Departement]:
        lus = Departement.objects.dans_perimetre(self.request.perimetre)
        return list(lus.defer("contour").order_by("nom", "pk"))

    @cached_property
    def departement(self) -> Departement:
        code = self.request.GET.get("departement", "")
        choisi = next((d for d in self.departements if code in ("", d.code)), None)
        if choisi is None:
            raise Http404("Ce département n’est pas dans votre périmètre.")
        return choisi

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        departements = self.departements if len(self.departements) > 1 else []
        page = {"departement": self.departement, "departements": departements}
        return page | super().get_context_data(**kwargs)  # type: ignore[misc]  # the generic view's
