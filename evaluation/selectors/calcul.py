"""The figures that the service gives by itself: one registered function per indicator.

A function receives a `Contexte` (a département, a school year, a day) and answers one `Resultat` per
territory, from the whole to the finest level of its indicator. Its docstring, in French, is the definition
that a reader sees, frozen with the campaign. What it counts is listed by `lignes`, for whoever wants to see
the rows behind a figure.

Whatever the function answers about persons passes through `petits_effectifs` before anyone reads it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from inspect import getdoc
from itertools import count
from typing import Any

from evaluation.enums import PERSONNES_AU_MOINS, Niveau
from evaluation.selectors.petits_effectifs import MOTIF_TROP_PEU, places_a_taire
from reseaux.models import AnneeScolaire, Departement
from reseaux.perimetre import Perimetre

#: What begins a paragraph of a definition.
PARAGRAPHE = re.compile(r"\s+(?=(?:Numérateur|Dénominateur|Exclus|Non calculable)\s:)")


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
    #: The whole sentence: « non calculable : … », « non publié : … ».
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
    #: What the reader must know of this list: what is not in it, and why.
    precision: str = ""


type_mesurer = Callable[[Contexte], Iterable[Resultat]]
#: (context, perimeter of the reader, territory looked at) -> rows inside the perimeter.
type_lignes = Callable[[Contexte, Perimetre, Resultat], LignesComptees]


@dataclass(frozen=True)
class Calcul:
    """A registered function and what it promises."""

    code: str
    nom: str
    fonction: type_mesurer
    lignes: type_lignes | None = None
    #: What the settings of the service add to the definition (weights, thresholds).
    reglages: Callable[[], str] | None = None

    def mesurer(self, contexte: Contexte) -> list[Resultat]:
        """One result per territory; what would tell something of one to four persons is kept silent."""
        return taire(list(self.fonction(contexte)))

    @property
    def methode(self) -> str:
        """The definition, in French, for the reader of the report: one paragraph a line."""
        definition = _en_paragraphes(self.fonction)
        return f"{definition}\n{self.reglages()}" if self.reglages else definition


@cache
def _en_paragraphes(fonction: type_mesurer) -> str:
    """Forty docstrings are read by each page of a campaign: folded once per process."""
    return PARAGRAPHE.sub("\n", " ".join((getdoc(fonction) or "").split()))


_CALCULS: dict[str, Calcul] = {}


def calcul(
    code: str,
    nom: str,
    *,
    lignes: type_lignes | None = None,
    reglages: Callable[[], str] | None = None,
) -> Callable[[type_mesurer], type_mesurer]:
    """Registers a function: `@calcul("couverture", "Part des EPLE où vient un PsyEN")`."""

    def enregistrer(fonction: type_mesurer) -> type_mesurer:
        _CALCULS[code] = Calcul(code, nom, fonction, lignes, reglages)
        return fonction

    return enregistrer


def taire(resultats: list[Resultat]) -> list[Resultat]:
    """The same, without the figures that would tell something of fewer than five persons; a figure about
    persons stops at the CIO: a person has one CIO, but may have several réseaux.
    """
    tailles: dict[Niveau, list[int]] = {niveau: [] for niveau in Niveau}
    for resultat in resultats:
        if resultat.personnes is not None:
            tailles[resultat.niveau].append(resultat.personnes)
    total = sum(tailles[Niveau.DEPARTEMENT]) if tailles[Niveau.DEPARTEMENT] else None
    cios = places_a_taire(total, tailles[Niveau.CIO])
    rangs = count()
    montres = []
    for resultat in resultats:
        if resultat.personnes is None:
            est_tu = False
        elif resultat.niveau == Niveau.DEPARTEMENT:
            est_tu = 0 < resultat.personnes < PERSONNES_AU_MOINS
        else:
            est_tu = resultat.niveau != Niveau.CIO or next(rangs) in cios
        montres.append(_tu(resultat) if est_tu else resultat)
    return montres


def _tu(resultat: Resultat) -> Resultat:
    return replace(
        resultat, valeur=None, numerateur=None, denominateur=None, personnes=None, motif=MOTIF_TROP_PEU
    )


def calcul_de(code: str) -> Calcul | None:
    """None for an indicator whose function is gone: its figure is then « non calculable »."""
    return _CALCULS.get(code)


def calculs_connus() -> list[Calcul]:
    """By name: what a definition may choose."""
    return sorted(_CALCULS.values(), key=lambda calcul: calcul.nom)
