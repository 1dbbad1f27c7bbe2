"""Figures of the réseaux and of their schools: PsyEN, pupils, half-days, hours per 100 pupils.

Aggregates of places, never of persons. A stagiaire gives no autonomous coverage: he is counted apart.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from psyen.models import Affectation, Repartition
from psyen.selectors.grille import ZERO, heures_pour_cent_eleves
from reseaux.models import AnneeScolaire, Etablissement, MembreReseau, Reseau
from reseaux.perimetre import Perimetre
from reseaux.selectors.indicateurs import EffectifConnu, effectifs_connus


@dataclass(frozen=True, slots=True)
class IndicateurEtablissement:
    """One school of a réseau."""

    etablissement: Etablissement
    effectif: EffectifConnu | None
    #: Weekly half-days that count in the coverage.
    demi_journees: Decimal

    @property
    def heures_pour_cent(self) -> Decimal | None:
        return heures_pour_cent_eleves(self.demi_journees, self.effectif.nombre if self.effectif else None)

    @property
    def est_sans_personne(self) -> bool:
        """Nobody comes, or a stagiaire alone."""
        return not self.demi_journees


@dataclass(frozen=True, slots=True)
class IndicateurReseau:
    """One réseau in one répartition."""

    reseau: Reseau
    repartition: Repartition
    #: PsyEN with at least one school of the réseau, stagiaires apart (as in the grid and its warnings).
    nombre_psyen: int
    nombre_stagiaires: int
    etablissements: tuple[IndicateurEtablissement, ...]

    @property
    def eleves(self) -> int:
        return sum(e.effectif.nombre for e in self.etablissements if e.effectif)

    @property
    def demi_journees(self) -> Decimal:
        return sum((e.demi_journees for e in self.etablissements), ZERO)

    @property
    def heures_pour_cent(self) -> Decimal | None:
        """Over the schools whose pupils are known: the others would make the rest look better served."""
        connus = [e for e in self.etablissements if e.effectif]
        return heures_pour_cent_eleves(sum((e.demi_journees for e in connus), ZERO), self.eleves)

    @property
    def sans_effectif(self) -> int:
        """Schools left out of the ratio."""
        return sum(1 for e in self.etablissements if not e.effectif)

    @property
    def sans_personne(self) -> list[IndicateurEtablissement]:
        return [e for e in self.etablissements if e.est_sans_personne]

    @property
    def ecart(self) -> float:
        """To the target of about two PsyEN, once the tolerance is taken off: 0 on target."""
        ecart = self.nombre_psyen - settings.CIBLE_PSYEN_PAR_RESEAU
        return 0.0 if abs(ecart) <= settings.TOLERANCE_PSYEN_PAR_RESEAU else ecart


def indicateurs_des_reseaux(*, repartition: Repartition) -> list[IndicateurReseau]:
    """The réseaux of one répartition."""
    return indicateurs_des_repartitions(repartitions=[repartition])


def indicateurs_des_repartitions(*, repartitions: Sequence[Repartition]) -> list[IndicateurReseau]:
    """Réseaux, members and affectations in three queries, pupils in one per school year."""
    cles = {(r.cio_id, r.annee_id): r for r in repartitions}
    reseaux = [
        reseau
        for reseau in Reseau.objects.filter(
            cio__in={cio for cio, _ in cles}, annee__in={annee for _, annee in cles}
        )
        .select_related("cio", "annee", "tete")
        .order_by("cio__nom", "nom", "pk")
        if (reseau.cio_id, reseau.annee_id) in cles
    ]
    membres = defaultdict(list)
    for membre in (
        MembreReseau.objects.filter(reseau__in=reseaux)
        .select_related("etablissement")
        .order_by("etablissement__nom", "etablissement")
    ):
        membres[membre.reseau_id].append(membre.etablissement)
    effectifs = _effectifs(reseaux, membres)
    presences = _presences(repartitions)
    return [
        _indicateur(r, cles[r.cio_id, r.annee_id], membres[r.pk], effectifs[r.annee_id], presences)
        for r in reseaux
    ]


def repartitions_en_vigueur(*, perimetre: Perimetre, jour: dt.date) -> list[Repartition]:
    """The version in force on that day in each CIO that one reads."""
    visibles = Repartition.objects.dans_perimetre(perimetre)
    return list(
        visibles.filter(pk__in=Repartition.objects.pks_en_vigueur(jour))
        .select_related("cio", "annee")
        .order_by("cio__nom", "pk")
    )


#: (répartition, school) → (service, counts in the coverage, half-days) of each PsyEN present.
Presences = dict[tuple[int, int], list[tuple[int, bool, Decimal]]]


def _presences(repartitions: Iterable[Repartition]) -> Presences:
    presences: Presences = defaultdict(list)
    lignes = (
        Affectation.objects.filter(service__repartition__in=list(repartitions))
        .values_list(
            "service__repartition_id",
            "etablissement_id",
            "service_id",
            "service__compte_dans_couverture",
            "demi_journees",
        )
        .order_by("pk")
    )
    for repartition, etablissement, service, compte, demi_journees in lignes:
        presences[repartition, etablissement].append((service, compte, demi_journees))
    return presences


def _effectifs(
    reseaux: Iterable[Reseau], membres: dict[int, list[Etablissement]]
) -> dict[int, dict[int, EffectifConnu]]:
    par_annee: dict[AnneeScolaire, set[int]] = defaultdict(set)
    for reseau in reseaux:
        par_annee[reseau.annee] |= {etablissement.pk for etablissement in membres[reseau.pk]}
    return {annee.pk: effectifs_connus(etablissements=pks, annee=annee) for annee, pks in par_annee.items()}


def _indicateur(
    reseau: Reseau,
    repartition: Repartition,
    etablissements: list[Etablissement],
    effectifs: dict[int, EffectifConnu],
    presences: Presences,
) -> IndicateurReseau:
    presents = {e.pk: presences.get((repartition.pk, e.pk), []) for e in etablissements}
    services = {(service, compte) for liste in presents.values() for service, compte, _ in liste}
    return IndicateurReseau(
        reseau=reseau,
        repartition=repartition,
        nombre_psyen=sum(1 for _, compte in services if compte),
        nombre_stagiaires=sum(1 for _, compte in services if not compte),
        etablissements=tuple(
            IndicateurEtablissement(
                etablissement=e,
                effectif=effectifs.get(e.pk),
                demi_journees=sum((dj for _, compte, dj in presents[e.pk] if compte), ZERO),
            )
            for e in sorted(etablissements, key=lambda e: (e.pk != reseau.tete_id, not e.est_lycee))
        ),
    )
