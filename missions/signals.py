"""What the apps above may tell on our pages: they listen in their `receivers.py`."""

from __future__ import annotations

from typing import Any

from django.dispatch import Signal

from missions.models import ProgrammeActivites
from reseaux.models import CIO, AnneeScolaire

#: Sent with `sender=ProgrammeActivites`, `cio`, `annee`; each receiver answers a list of
#: `missions.selectors.programmes.RubriqueProgramme`. What they tell is read by the whole département once
#: published: no name, nothing confidential.
rubriques_du_programme = Signal()


def rubriques_d_en_haut(cio: CIO, annee: AnneeScolaire) -> list[Any]:
    """The parts brought by the apps above, in the order in which they were started."""
    reponses: list[tuple[Any, Any]] = rubriques_du_programme.send(
        sender=ProgrammeActivites, cio=cio, annee=annee
    )
    return [rubrique for _, rubriques in reponses for rubrique in rubriques]
