"""The figures of campaigns as anyone may read them. What would tell something of fewer than five persons was
kept silent when it was measured (`evaluation.selectors.calcul`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from evaluation.enums import Niveau, SourceIndicateur
from evaluation.models import Campagne, Mesure
from evaluation.selectors.petits_effectifs import MOTIF_TROP_PEU
from reseaux.perimetre import Perimetre


@dataclass(frozen=True)
class MesureLue:
    """One figure, with the names it had when it was measured."""

    pk: int
    campagne: int
    indicateur: int
    niveau: str
    territoire: str
    cle_territoire: str
    cio: int | None
    reseau: int | None
    etablissement: int | None
    valeur: Decimal | None
    numerateur: Decimal | None
    denominateur: Decimal | None
    personnes: int | None
    motif: str
    source: str
    origine: str
    relevee_le: dt.date

    @property
    def libelle_source(self) -> str:
        """The document it comes from, otherwise how it was obtained."""
        return self.origine or SourceIndicateur(self.source).label

    @property
    def est_tue(self) -> bool:
        """Kept silent: the rows behind it are not listed either."""
        return self.motif == MOTIF_TROP_PEU


CHAMPS = (
    "pk",
    "campagne",
    "indicateur",
    "niveau",
    "territoire",
    "cle_territoire",
    "cio",
    "reseau",
    "etablissement",
    "valeur",
    "numerateur",
    "denominateur",
    "personnes",
    "motif",
    "source",
    "origine",
    "relevee_le",
)


def lire_mesures(
    campagnes: Iterable[Campagne],
    *,
    niveaux: Collection[str] = tuple(Niveau),
    indicateur: int | None = None,
) -> list[MesureLue]:
    """Every figure of these campaigns at these levels, by territory; one query."""
    lues = Mesure.objects.filter(campagne__in=[c.pk for c in campagnes], niveau__in=niveaux)
    if indicateur is not None:
        lues = lues.filter(indicateur=indicateur)
    mesures = [MesureLue(*valeurs) for valeurs in lues.order_by("pk").values_list(*CHAMPS)]
    return sorted(mesures, key=lambda m: (Niveau(m.niveau).rang, m.territoire, m.cle_territoire, m.pk))


def lisibles(mesures: Sequence[MesureLue], perimetre: Perimetre) -> list[MesureLue]:
    """Those of the perimeter; a query more for whoever does not read the whole département."""
    if not perimetre.travaille_au_cio:
        return list(mesures)
    campagnes = {mesure.campagne for mesure in mesures}
    siennes = Mesure.objects.dans_perimetre(perimetre).filter(campagne__in=campagnes)
    cles = set(siennes.order_by("pk").values_list("pk", flat=True))
    return [mesure for mesure in mesures if mesure.pk in cles]
