"""The bars of a report: one figure in each CIO beside the whole, the same on paper and on screen.

Pure geometry over figures already read. Colours are attributes (paper) that the classes of the screen
override.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.text import Truncator


@dataclass(frozen=True, slots=True)
class Gabarit:
    """Sizes in the pixels of the drawing; the figures stand in a column of their own, right of every bar."""

    noms: int
    barres: int
    chiffres: int
    #: Characters of a name.
    caracteres: int

    @property
    def largeur(self) -> int:
        return self.noms + self.barres + self.chiffres


#: The width of a sheet or of a page on screen; half of it, drawn twice as large, for the slides.
PAGE = Gabarit(noms=210, barres=350, chiffres=100, caracteres=32)
DIAPOSITIVE = Gabarit(noms=172, barres=145, chiffres=63, caracteres=27)
RANG, BARRE, ENTETE = 22, 13, 6
#: Room for the word « cible » under the bars.
PIED = 18


@dataclass(frozen=True, slots=True)
class Valeur:
    """A figure to draw: whose, how much, as it is written; `est_le_tout`: that of the département."""

    nom: str
    valeur: Decimal
    texte: str
    est_le_tout: bool = False


@dataclass(frozen=True, slots=True)
class BarreDessinee:
    nom: str
    texte: str
    y: int
    largeur: str
    est_le_tout: bool

    @property
    def y_texte(self) -> int:
        return self.y + BARRE - 2


@dataclass(frozen=True, slots=True)
class Graphique:
    """A chart and its words: whoever does not see it reads `description`."""

    description: str
    gabarit: Gabarit
    barres: tuple[BarreDessinee, ...]
    x_cible: str = ""
    cible: str = ""
    epaisseur: int = BARRE

    @property
    def bas(self) -> int:
        return ENTETE + len(self.barres) * RANG

    @property
    def hauteur(self) -> int:
        return self.bas + (PIED if self.cible else 0)

    @property
    def x_chiffres(self) -> int:
        return self.gabarit.noms + self.gabarit.barres + 8

    @property
    def y_cible(self) -> int:
        return self.bas + PIED - 5


def dessiner_barres(
    titre: str, valeurs: Sequence[Valeur], cible: Valeur | None = None, gabarit: Gabarit = PAGE
) -> Graphique | None:
    """None when nothing can be drawn: a single figure, a negative one, zeros."""
    bornes = [v.valeur for v in valeurs] + ([cible.valeur] if cible else [])
    if len(valeurs) < 2 or min(bornes) < 0 or not any(v.valeur for v in valeurs):
        return None
    unite = gabarit.barres / max(bornes)
    return Graphique(
        description=_en_mots(titre, valeurs, cible),
        gabarit=gabarit,
        barres=tuple(
            BarreDessinee(
                nom=Truncator(v.nom).chars(gabarit.caracteres),
                texte=v.texte,
                y=ENTETE + rang * RANG,
                largeur=f"{v.valeur * unite:.1f}",
                est_le_tout=v.est_le_tout,
            )
            for rang, v in enumerate(valeurs)
        ),
        x_cible=f"{gabarit.noms + cible.valeur * unite:.1f}" if cible else "",
        cible=f"cible : {cible.texte}" if cible else "",
    )


def _en_mots(titre: str, valeurs: Sequence[Valeur], cible: Valeur | None) -> str:
    lues = [*valeurs, cible] if cible else valeurs
    return f"{titre}. {' ; '.join(f'{v.nom} : {v.texte}' for v in lues)}."
