"""The figures that the service gives by itself: one registered function per indicator.

A function receives a `Contexte` (a département, a school year, a day) and answers one `Resultat` per
territory, from the whole to the finest level of its indicator. Its docstring, in French, is the definition
that a reader sees, frozen with the campaign. What it counts is listed by `lignes`, for whoever wants to see
the rows behind a figure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from inspect import getdoc
from typing import Any

from evaluation.enums import Niveau
from reseaux.models import AnneeScolaire, Departement
from reseaux.perimetre import Perimetre


@dataclass(frozen=True)
class Contexte:
    """What is measured, and on which day; `lectures` keeps what several functions read, for one campaign."""

    departement: Departement
    annee: AnneeScolaire
    jour: dt.date
    lectures: dict[str, Any] = field(default_factory=dict, compare=False)

    def lire(self, cle: str, lecture: Callable[[], Any]) -> Any:
        """Reads once for all the functions of the same campaign."""
        if cle not in self.lectures:
            self.lectures[cle] = lecture()
        return self.lectures[cle]


@dataclass(frozen=True, slots=True)
class Resultat:
    """The figure of a territory, or why there is none (« non calculable : … », never 0 nor an error)."""

    niveau: Niveau
    territoire: str
    valeur: Decimal | None = None
    numerateur: Decimal | None = None
    denominateur: Decimal | None = None
    #: How many persons the figure covers, when it is about persons.
    personnes: int | None = None
    motif: str = ""
    cio: int | None = None
    reseau: int | None = None
    etablissement: int | None = None


@dataclass(frozen=True)
class LignesComptees:
    """The rows behind a figure, as a table; `adresses` gives the page of each row, when it has one."""

    colonnes: Sequence[str]
    lignes: Sequence[Sequence[Any]]
    adresses: Sequence[str] = ()


type_mesurer = Callable[[Contexte], Iterable[Resultat]]
#: (context, perimeter of the reader, territory looked at) -> rows inside the perimeter.
type_lignes = Callable[[Contexte, Perimetre, Resultat], LignesComptees]


@dataclass(frozen=True)
class Calcul:
    """A registered function and what it promises."""

    code: str
    nom: str
    mesurer: type_mesurer
    lignes: type_lignes | None = None

    @property
    def methode(self) -> str:
        """The definition, in French, for the reader of the report."""
        return getdoc(self.mesurer) or ""


_CALCULS: dict[str, Calcul] = {}


def calcul(
    code: str, nom: str, *, lignes: type_lignes | None = None
) -> Callable[[type_mesurer], type_mesurer]:
    """Registers a function: `@calcul("couverture", "Part des EPLE où vient un PsyEN")`."""

    def enregistrer(fonction: type_mesurer) -> type_mesurer:
        _CALCULS[code] = Calcul(code, nom, fonction, lignes)
        return fonction

    return enregistrer


def calcul_de(code: str) -> Calcul | None:
    """None for an indicator whose function is gone: its figure is then « non calculable »."""
    return _CALCULS.get(code)


def calculs_connus() -> list[Calcul]:
    """By name: what a definition may choose."""
    return sorted(_CALCULS.values(), key=lambda calcul: calcul.nom)
