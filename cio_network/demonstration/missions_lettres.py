"""The letters of mission of the showcase CIO, given by its DCIO."""

from __future__ import annotations

from cio_network.demonstration.personnes import Equipe
from missions.services.lettres import emettre_lettres
from reseaux.models import CIO, AnneeScolaire


def charger_lettres(cio: CIO, annee: AnneeScolaire, equipe: Equipe) -> None:
    """Every letter that is due; the other CIO still have theirs to give."""
    emettre_lettres(perimetre=equipe.dcio[cio.pk], cios=[cio], annee=annee)
