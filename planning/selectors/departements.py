"""Which département a page of the work plan shows."""

from __future__ import annotations

from reseaux.models import Departement
from reseaux.perimetre import Perimetre


def departements_lus(perimetre: Perimetre) -> list[Departement]:
    """One's own, or all those of the académie (ADMIN), by name."""
    return list(Departement.objects.dans_perimetre(perimetre).defer("contour").order_by("nom", "pk"))


def choisir(departements: list[Departement], code: str) -> Departement | None:
    """The one asked by its code, otherwise the first; None when none has this code or there is none."""
    if not code:
        return departements[0] if departements else None
    return next((departement for departement in departements if departement.code == code), None)
