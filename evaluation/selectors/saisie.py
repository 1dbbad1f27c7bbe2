"""The grid where figures are entered by hand: indicators in rows, the département and its CIO in columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from evaluation.enums import Niveau, SourceIndicateur
from evaluation.models import Campagne, Indicateur, Mesure
from evaluation.permissions import peut_saisir_mesure
from evaluation.selectors.definitions import indicateurs_suivis
from evaluation.selectors.manques import cios_du_departement
from reseaux.models import CIO
from reseaux.perimetre import Perimetre


class Case(NamedTuple):
    """A cell: an indicator, a CIO (0: the département)."""

    indicateur: int
    cio: int

    @property
    def nom(self) -> str:
        """In the page."""
        return f"m-{self.indicateur}-{self.cio}"

    @classmethod
    def lire(cls, nom: str) -> Case | None:
        lu = re.fullmatch(r"m-(\d{1,9})-(\d{1,9})", nom, re.ASCII)
        return cls(int(lu[1]), int(lu[2])) if lu else None


#: Cell → figure.
type_valeurs = Mapping[Case, Decimal]


@dataclass(frozen=True)
class GrilleSaisie:
    """What one person may enter, and what is entered already."""

    indicateurs: list[Indicateur]
    #: None for the column of the département.
    colonnes: list[CIO | None]
    cases: frozenset[Case]
    valeurs: type_valeurs
    #: Cells that another column does not add up to: kept to suggest a total.
    sommes: Mapping[int, Decimal]

    def titre(self, case: Case) -> str:
        """« I14 – Entretiens…, CIO de Blois »."""
        indicateur = next(i for i in self.indicateurs if i.pk == case.indicateur)
        cio = next((c for c in self.colonnes if c and c.pk == case.cio), None)
        return f"{indicateur}, {cio or 'département'}"


def lire_grille(campagne: Campagne, perimetre: Perimetre) -> GrilleSaisie:
    """Three queries; empty when the campaign or the perimeter leaves nothing to enter."""
    saisis = indicateurs_suivis(campagne).filter(source=SourceIndicateur.SAISI, retire_le=None)
    indicateurs = list(saisis.order_by("rang", "code", "pk"))
    places: list[CIO | None] = [None, *cios_du_departement(campagne.departement_id)]
    cases = frozenset(
        Case(indicateur.pk, cio.pk if cio else 0)
        for indicateur in indicateurs
        for cio in places
        if (cio is None or indicateur.niveau != Niveau.DEPARTEMENT)
        and peut_saisir_mesure(perimetre, campagne, indicateur, cio)
    )
    lus = {case.indicateur for case in cases}
    toutes = valeurs_saisies(campagne)
    return GrilleSaisie(
        [indicateur for indicateur in indicateurs if indicateur.pk in lus],
        [cio for cio in places if any(case.cio == (cio.pk if cio else 0) for case in cases)],
        cases,
        {case: valeur for case, valeur in toutes.items() if case in cases},
        _sommes(toutes),
    )


def valeurs_saisies(campagne: Campagne) -> dict[Case, Decimal]:
    """What the cells of the grid hold, whoever reads."""
    mesures = Mesure.objects.filter(
        campagne=campagne, niveau__in=(Niveau.DEPARTEMENT, Niveau.CIO), valeur__isnull=False
    )
    return {
        Case(indicateur, cio or 0): valeur
        for indicateur, cio, valeur in mesures.order_by("pk").values_list("indicateur", "cio", "valeur")
        if valeur is not None
    }


def _sommes(valeurs: type_valeurs) -> dict[int, Decimal]:
    """Indicator → sum of its CIO, told beside the département as a help."""
    sommes: dict[int, Decimal] = {}
    for case, valeur in valeurs.items():
        if case.cio:
            sommes[case.indicateur] = sommes.get(case.indicateur, Decimal(0)) + valeur
    return sommes
