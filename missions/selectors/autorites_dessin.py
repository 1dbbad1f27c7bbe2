"""The stacked bars of the view by authority: widths in per cent of the longest, to fit any screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from missions.selectors.autorites import LigneAutorite, LigneFamille, Somme


@dataclass(frozen=True)
class Barre:
    """The DCIO's share first, plain; then that of the chefs d'établissement, hatched."""

    nom: str
    somme: Somme
    largeur_cio: str
    largeur_eple: str


def barres(lignes: Iterable[LigneAutorite | LigneFamille]) -> list[Barre]:
    lues = list(lignes)
    longue = max((ligne.somme.total for ligne in lues), default=Decimal(0)) or Decimal(1)
    return [
        Barre(
            ligne.nom,
            ligne.somme,
            f"{ligne.somme.cio * 100 / longue:.2f}%",
            f"{ligne.somme.eple * 100 / longue:.2f}%",
        )
        for ligne in lues
    ]
