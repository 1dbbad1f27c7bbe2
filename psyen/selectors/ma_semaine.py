"""« Ma semaine »: where a PsyEN works, how many half-days, under whose authority."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from psyen.enums import HEURES_PAR_DEMI_JOURNEE, EtatRepartition, Modalite
from psyen.models import Affectation, PsyEN, Service
from psyen.selectors.grille import ZERO
from psyen.selectors.periodes import Periode, fusionner, periodes
from reseaux.models import Reseau
from reseaux.perimetre import Perimetre


def en_heures(demi_journees: Decimal) -> str:
    """« 24 h 18 »: a half-day counts for 2.7 h, that is 162 minutes."""
    heures, minutes = divmod(int(demi_journees * HEURES_PAR_DEMI_JOURNEE * 60), 60)
    return f"{heures} h {minutes:02d}" if minutes else f"{heures} h"


@dataclass(frozen=True)
class Lieu:
    """One place of the week."""

    nom: str
    commune: str
    demi_journees: Decimal
    a_distance: bool
    est_cio: bool
    #: 0 for the CIO, then 1, 2, 3…: its shade and its pattern in the bar.
    rang: int

    @property
    def heures(self) -> str:
        """Timetabled hours a week (27 h / 10 a half-day)."""
        return en_heures(self.demi_journees)

    @property
    def largeur(self) -> int:
        """In half half-days, the step of everything."""
        return int(self.demi_journees * 2)


@dataclass(frozen=True)
class Semaine:
    """The service of one period."""

    periode: Periode
    service: Service
    lieux: list[Lieu]
    reseau: Reseau | None
    collegues: list[str]

    @property
    def total(self) -> Decimal:
        return sum((lieu.demi_journees for lieu in self.lieux), ZERO)

    @property
    def heures(self) -> str:
        return en_heures(self.total)

    @property
    def reste(self) -> Decimal:
        return self.service.capacite - self.total

    @property
    def largeur_du_reste(self) -> int:
        return int(self.reste * 2)


@dataclass(frozen=True)
class MaSemaine:
    psyen: PsyEN | None
    jour: dt.date
    semaine: Semaine | None
    a_venir: list[tuple[Periode, Service]]
    passees: list[tuple[Periode, Service]]


def lire_ma_semaine(perimetre: Perimetre, jour: dt.date) -> MaSemaine:
    """The page of a PsyEN on a given day; without a file yet, an empty one."""
    psyen = PsyEN.objects.dans_perimetre(perimetre).first()
    services = {
        s.repartition_id: s
        for s in Service.objects.dans_perimetre(perimetre)
        .select_related("reseau__tete", "repartition")
        .order_by("pk")
    }
    affectations = _affectations(perimetre)
    cios = {s.repartition.cio_id for s in services.values()}
    distinctes = fusionner(periodes(cios), lambda r: _contenu(services.get(r.pk), affectations))
    siennes = [
        (periode, services[periode.repartition.pk])
        for periode in sorted(distinctes, key=lambda p: (p.debut, p.repartition.pk))
        if periode.repartition.pk in services
    ]
    actuelle = next(((p, s) for p, s in siennes if p.contient(jour)), None)
    return MaSemaine(
        psyen=psyen,
        jour=jour,
        semaine=_semaine(*actuelle, affectations.get(actuelle[1].pk, [])) if actuelle else None,
        a_venir=[(p, s) for p, s in siennes if p.debut > jour],
        passees=[(p, s) for p, s in reversed(siennes) if p.fin < jour],
    )


def _affectations(perimetre: Perimetre) -> dict[int, list[Affectation]]:
    """One's own schools by service, the most half-days first."""
    groupes: dict[int, list[Affectation]] = {}
    lignes = Affectation.objects.dans_perimetre(perimetre).select_related("etablissement")
    for a in lignes.order_by("-demi_journees", "etablissement__nom", "pk"):
        groupes.setdefault(a.service_id, []).append(a)
    return groupes


def _contenu(service: Service | None, affectations: dict[int, list[Affectation]]) -> Any:
    """What tells one week from another."""
    if service is None:
        return None
    lignes = [(a.etablissement_id, a.demi_journees, a.modalite) for a in affectations.get(service.pk, [])]
    return service.demi_journees_cio, service.reseau_id, lignes


def _semaine(periode: Periode, service: Service, affectations: list[Affectation]) -> Semaine:
    cio = periode.repartition.cio
    lieux = [Lieu(str(cio), cio.commune, service.demi_journees_cio, False, True, 0)]
    lieux += [
        Lieu(
            nom=a.etablissement.nom,
            commune=a.etablissement.commune,
            demi_journees=a.demi_journees,
            a_distance=a.modalite == Modalite.DISTANCIEL,
            est_cio=False,
            rang=rang,
        )
        for rang, a in enumerate(affectations, start=1)
    ]
    reseaux = {a.reseau_id for a in affectations} | ({service.reseau_id} if service.reseau_id else set())
    return Semaine(periode, service, lieux, service.reseau, _collegues(service, reseaux))


def _collegues(service: Service, reseaux: set[int]) -> list[str]:
    """Names only of those who have a school in the same réseau: nobody reads a colleague's half-days."""
    collegues = (
        PsyEN.objects.filter(
            services__repartition=service.repartition_id,
            services__repartition__etat=EtatRepartition.ARRETEE,
            services__affectations__reseau__in=reseaux,
        )
        .exclude(pk=service.psyen_id)
        .distinct()
        .order_by("nom", "prenom", "pk")
    )
    return [str(psyen) for psyen in collegues]
