"""Small multiples: one panel of bars per indicator, on the scale of its unit. Widths in per cent, to fit any
screen; each value is written beside its bar. Bars stand in the order given: alphabetical, or by date.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from evaluation.enums import Unite
from evaluation.selectors.definitions import Definition
from evaluation.selectors.tendances import ecrire_valeur

#: Units whose scale is known; the others go up to the longest bar.
ECHELLES = {Unite.POURCENTAGE: Decimal(100), Unite.NOTE: Decimal(10)}


@dataclass(frozen=True)
class Trait:
    """What a bar shows before it is drawn; `motif` when there is no value."""

    nom: str
    valeur: Decimal | None
    motif: str = ""
    #: Of the campaign before: outlined, not filled.
    est_avant: bool = False


@dataclass(frozen=True)
class Barre:
    nom: str
    texte: str
    #: « 41.50% », empty without a value.
    largeur: str
    est_avant: bool


@dataclass(frozen=True)
class Panneau:
    """One indicator; `cible` is the place of its target on the scale, empty without one."""

    definition: Definition
    barres: list[Barre]
    cible: str
    texte_cible: str
    note: str = ""


def panneau(definition: Definition, traits: Iterable[Trait], note: str = "") -> Panneau:
    """The bars of one indicator and its target."""
    lus = list(traits)
    valeurs = [trait.valeur for trait in lus if trait.valeur is not None]
    repere = [definition.cible] if definition.cible is not None else []
    haut = ECHELLES.get(Unite(definition.unite)) or max([*valeurs, *repere], default=Decimal(0))
    return Panneau(
        definition,
        [
            Barre(
                trait.nom,
                trait.motif or ecrire_valeur(trait.valeur, definition.unite),
                _part(trait.valeur, haut),
                trait.est_avant,
            )
            for trait in lus
        ],
        _part(definition.cible, haut),
        "" if definition.cible is None else ecrire_valeur(definition.cible, definition.unite),
        note,
    )


def _part(valeur: Decimal | None, haut: Decimal) -> str:
    if valeur is None:
        return ""
    return f"{min(max(valeur / haut * 100, Decimal(0)), Decimal(100)):.2f}%" if haut else "0.00%"
