"""What the pages of a whole département share: which one, and the choice between several (ADMIN)."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.functional import cached_property

from planning.selectors.departements import choisir, departements_lus
from reseaux.models import Departement
from socle.views import PerimetreMixin


class DepartementMixin(PerimetreMixin):
    """`?departement=041` chooses among those one reads; any other does not exist here."""

    @cached_property
    def departements(self) -> list[Departement]:
        return departements_lus(self.request.perimetre)

    @cached_property
    def departement(self) -> Departement:
        choisi = choisir(self.departements, self.request.GET.get("departement", ""))
        if choisi is None:
            raise Http404("Ce département n’est pas dans votre périmètre.")
        return choisi

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        departements = self.departements if len(self.departements) > 1 else []
        page = {"departement": self.departement, "departements": departements}
        return page | super().get_context_data(**kwargs)  # type: ignore[misc]  # the generic view's
