"""What the figures of a campaign mean: the definitions of today while it is open, its own once frozen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.db.models import Q, QuerySet

from evaluation.enums import SOURCES_CALCULEES, EtatCritere, Niveau, Sens, SourceIndicateur, Unite
from evaluation.models import Campagne, DefinitionFigee, Indicateur, Mesure
from evaluation.selectors.calcul import calcul_de

SANS_RESPONSABLE = ""


@dataclass(frozen=True)
class Definition:
    """An indicator as one campaign reads it, live or frozen alike."""

    indicateur: int
    code: str
    libelle: str
    numerateur: str
    denominateur: str
    unite: str
    sens: str
    niveau: str
    periode: str
    source: str
    methode: str
    cible: Decimal | None
    responsable: str
    mise_en_garde: str
    critere: str
    objectif: str
    rang: int

    def __str__(self) -> str:
        return f"{self.code} – {self.libelle}"

    @property
    def est_calcule(self) -> bool:
        return self.source in SOURCES_CALCULEES

    @property
    def libelle_unite(self) -> str:
        return Unite(self.unite).label

    @property
    def libelle_sens(self) -> str:
        return Sens(self.sens).label

    @property
    def libelle_source(self) -> str:
        return SourceIndicateur(self.source).label

    @property
    def libelle_niveau(self) -> str:
        return Niveau(self.niveau).label

    def dit_la_meme_chose(self, autre: Definition) -> bool:
        """Whether two figures may be subtracted: same quotient, same unit."""
        return all(
            getattr(self, champ) == getattr(autre, champ) for champ in ("numerateur", "denominateur", "unite")
        )


#: Fields that a live indicator and its frozen copy both have.
COMMUNS = (
    "code",
    "libelle",
    "numerateur",
    "denominateur",
    "unite",
    "sens",
    "niveau",
    "periode",
    "source",
    "cible",
    "mise_en_garde",
)


#: What a live definition reads besides its own fields.
LUS_AILLEURS = (
    "calcul",
    "role",
    "retire_le",
    "critere__libelle",
    "critere__rang",
    "critere__objectif__rang",
    "critere__objectif__code",
    "critere__objectif__libelle",
    "utilisateur__prenom",
    "utilisateur__nom",
    "groupe__nom",
)


def indicateurs_suivis(campagne: Campagne) -> QuerySet[Indicateur]:
    """Those of an open campaign: not retired, of a criterion that the group did not set aside; and whatever
    was already measured in it, so that no figure is lost.
    """
    mesures = Mesure.objects.filter(campagne=campagne)
    retenus = Q(retire_le=None) & (Q(critere=None) | ~Q(critere__etat=EtatCritere.ECARTE))
    return Indicateur.objects.filter(
        retenus | Q(pk__in=mesures.values("indicateur")), departement=campagne.departement_id
    )


def definitions_de(
    campagnes: Iterable[Campagne], vivants: Mapping[int, list[Indicateur]] = MappingProxyType({})
) -> dict[int, list[Definition]]:
    """Campaign → its definitions, in the order of objectives and criteria. One query for all those that are
    frozen, one for each open whose indicators (`vivants`) the caller has not read.
    """
    lues: dict[int, list[Definition]] = defaultdict(list)
    figees = []
    for campagne in campagnes:
        if campagne.est_ouverte:
            connus = vivants.get(campagne.pk)
            lues[campagne.pk] = _vivantes(indicateurs_de(campagne) if connus is None else connus)
        else:
            figees.append(campagne.pk)
    if figees:
        rangees = DefinitionFigee.objects.filter(campagne__in=figees).order_by("rang", "code", "pk")
        for figee in rangees:
            lues[figee.campagne_id].append(_figee(figee))
    return lues


def definitions(campagne: Campagne) -> list[Definition]:
    """Those of one campaign."""
    return definitions_de([campagne])[campagne.pk]


def indicateurs_de(campagne: Campagne) -> list[Indicateur]:
    """Those of an open campaign, in the order of objectives and criteria; one query. A criterion without
    objective, an indicator without criterion come last.
    """
    lus = indicateurs_suivis(campagne).select_related("critere__objectif", "utilisateur", "groupe")
    return sorted(lus.only(*COMMUNS, *LUS_AILLEURS).order_by("rang", "code", "pk"), key=_place)


def _place(indicateur: Indicateur) -> tuple[Any, ...]:
    """Before its own rank, on which they come sorted already."""
    critere = indicateur.critere
    if critere is None:
        return (2,)
    if critere.objectif is None:
        return (1, critere.rang, critere.libelle)
    return (0, critere.objectif.rang, critere.objectif.code, critere.rang, critere.libelle)


def _vivantes(indicateurs: Iterable[Indicateur]) -> list[Definition]:
    """What they mean today."""
    return [_vivante(indicateur, rang) for rang, indicateur in enumerate(indicateurs, 1)]


def _vivante(indicateur: Indicateur, rang: int) -> Definition:
    critere = indicateur.critere
    objectif = critere.objectif if critere else None
    calcul = calcul_de(indicateur.calcul) if indicateur.calcul else None
    return Definition(
        indicateur=indicateur.pk,
        methode=calcul.methode if calcul else "",
        responsable=indicateur.libelle_responsable if any(indicateur.cle_responsable) else SANS_RESPONSABLE,
        critere=critere.libelle if critere else "",
        objectif=str(objectif) if objectif else "",
        rang=rang,
        **{champ: getattr(indicateur, champ) for champ in COMMUNS},
    )


def _figee(figee: DefinitionFigee) -> Definition:
    propres = ("methode", "responsable", "critere", "objectif", "rang")
    return Definition(
        indicateur=figee.indicateur_id, **{champ: getattr(figee, champ) for champ in (*COMMUNS, *propres)}
    )
