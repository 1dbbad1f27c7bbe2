"""The places of the weeks in force: a mission is exercised only where one still gives its PsyEN a place.

What a modificatif took away stays entrusted, and flagged, until the CIO looks at it again; no sum counts it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeAlias

from django.db.models import Q

from psyen.models import Repartition, Service

#: PsyEN, CIO, school (None: the CIO itself).
Place: TypeAlias = tuple[int, int, int | None]


def places_en_vigueur(cios: Any, jour: dt.date) -> set[Place]:
    """Where each PsyEN of these CIO (keys, or a subquery of them) works on that day. Two queries."""
    arretees = Repartition.objects.arretees_au(jour).filter(cio__in=cios)
    en_vigueur: dict[int, int] = {}
    for cio, pk in arretees.values_list("cio", "pk"):
        en_vigueur.setdefault(cio, pk)
    cio_de = {pk: cio for cio, pk in en_vigueur.items()}
    services = Service.objects.filter(repartition__in=cio_de).annotate(au_cio=Q(demi_journees_cio__gt=0))
    places: set[Place] = set()
    lues = services.order_by().values_list("psyen", "repartition", "affectations__etablissement", "au_cio")
    for psyen, repartition, etablissement, au_cio in lues:
        if etablissement:
            places.add((psyen, cio_de[repartition], etablissement))
        if au_cio:
            places.add((psyen, cio_de[repartition], None))
    return places
