"""What is entrusted to each PsyEN, place by place, beside the week that the répartition in force gives him.

Pages, letters and checks start from here, so that they can never disagree. Nothing here looks at the
perimeter: callers pass the CIO, the PsyEN or the school that they may read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import QuerySet

from missions.enums import Lieu
from missions.models import MissionConfiee
from psyen.models import Affectation, PsyEN, Repartition, Service
from psyen.selectors.controles import en_demi_journees, nombre
from psyen.selectors.presences import jour_de_reference
from reseaux.models import CIO, AnneeScolaire, Etablissement

ZERO = Decimal(0)


@dataclass
class Place:
    """A place of the week, the CIO (no school) or an EPLE d'exercice, and what is entrusted there."""

    cio: CIO
    etablissement: Etablissement | None
    #: Half-days of the week in that place, arrêtées.
    demi_journees: Decimal
    lignes: list[MissionConfiee] = field(default_factory=list)

    @property
    def lieu(self) -> Lieu:
        return Lieu.EPLE if self.etablissement else Lieu.CIO

    @property
    def autorite(self) -> str:
        """« Dans le CIO… » · « Au sein des EPLE… »: it follows from the place."""
        return self.lieu.autorite

    @property
    def cle(self) -> str:
        """Identifier of the place in a page: « cio », or the key of the school."""
        return str(self.etablissement.pk) if self.etablissement else "cio"

    @property
    def somme(self) -> Decimal:
        return sum((ligne.demi_journees for ligne in self.lignes), ZERO)

    @property
    def reste(self) -> Decimal:
        """Half-days without a mission yet; negative once a modificatif took some away."""
        return self.demi_journees - self.somme

    @property
    def compte(self) -> str:
        """« 1,75 sur 2 demi-journées »."""
        return f"{nombre(self.somme)} sur {en_demi_journees(self.demi_journees)}"

    @property
    def deborde(self) -> bool:
        return self.somme > self.demi_journees

    def __str__(self) -> str:
        return str(self.etablissement or self.cio)


@dataclass
class MissionsDuPsyen:
    """The week of a PsyEN in a CIO and what fills it. Without a service, everything is `sans_place`."""

    psyen: PsyEN
    cio: CIO
    service: Service | None
    places: list[Place]
    #: Entrusted in a place that the répartition in force no longer gives him: flagged, never deleted.
    sans_place: list[MissionConfiee]

    @property
    def lignes(self) -> list[MissionConfiee]:
        return [ligne for place in self.places for ligne in place.lignes]

    @property
    def demi_journees(self) -> Decimal:
        return sum((place.demi_journees for place in self.places), ZERO)

    @property
    def somme(self) -> Decimal:
        return sum((place.somme for place in self.places), ZERO)

    @property
    def reste(self) -> Decimal:
        return self.demi_journees - self.somme

    @property
    def compte(self) -> str:
        """« 8,5 sur 10 demi-journées », all places together."""
        return f"{nombre(self.somme)} sur {en_demi_journees(self.demi_journees)}"

    @property
    def debordements(self) -> list[Place]:
        """Places whose missions no longer fit."""
        return [place for place in self.places if place.deborde]

    @property
    def est_a_revoir(self) -> bool:
        return bool(self.sans_place or self.debordements)


def depassement(place: Place, somme: Decimal) -> str:
    """« 2,25 demi-journées confiées pour 2 au collège X »: the one sentence, page and services alike."""
    confiees = f"{nombre(somme)} demi-journée{'s' if somme >= 2 else ''} confiée{'s' if somme >= 2 else ''}"
    return f"{place} : {confiees} pour {nombre(place.demi_journees)}."


def missions_des_cios(cios: Collection[CIO | int], annee: AnneeScolaire) -> list[MissionsDuPsyen]:
    """Every PsyEN of these CIO, by name: those of the répartitions in force (today, or the nearest day of the
    year) and those who still hold a mission. Four queries whatever the size.
    """
    services = services_en_vigueur(jour_de_reference(annee)).filter(repartition__cio__in=cios)
    return _assembler(services, MissionConfiee.objects.filter(cio__in=cios, annee=annee))


def missions_du_psyen(psyen: PsyEN, annee: AnneeScolaire) -> list[MissionsDuPsyen]:
    """The same for one PsyEN: one CIO, unless he changed during the year."""
    services = services_en_vigueur(jour_de_reference(annee)).filter(psyen=psyen)
    return _assembler(services, MissionConfiee.objects.filter(psyen=psyen, annee=annee))


def missions_du_psyen_au_cio(psyen: PsyEN, cio: CIO, annee: AnneeScolaire) -> MissionsDuPsyen | None:
    """The same in one CIO; None when he neither works nor holds a mission there."""
    return next((m for m in missions_du_psyen(psyen, annee) if m.cio.pk == cio.pk), None)


def missions_de_l_ecole(etablissement: Etablissement, annee: AnneeScolaire) -> list[tuple[PsyEN, Place]]:
    """Who comes to a school, how long, for which missions; nothing of anywhere else. Three queries."""
    venues = (
        Affectation.objects.en_vigueur(jour_de_reference(annee))
        .filter(etablissement=etablissement)
        .select_related("service__psyen", "service__repartition__cio", "etablissement")
        .order_by("service__psyen__nom", "service__psyen__prenom", "pk")
    )
    places = {
        venue.service.psyen_id: (
            venue.service.psyen,
            Place(venue.service.repartition.cio, venue.etablissement, venue.demi_journees),
        )
        for venue in venues
    }
    for ligne in _lire(MissionConfiee.objects.filter(etablissement=etablissement, annee=annee)):
        if ligne.psyen_id in places:
            places[ligne.psyen_id][1].lignes.append(ligne)
    return list(places.values())


def missions_sans_place(cios: Collection[CIO | int], annee: AnneeScolaire) -> list[MissionsDuPsyen]:
    """The PsyEN whose missions a modificatif left without a place, or too many for it: what the CIO has to
    look at again.
    """
    return [missions for missions in missions_des_cios(cios, annee) if missions.est_a_revoir]


def services_en_vigueur(jour: dt.date) -> QuerySet[Service]:
    """The weeks of the répartitions in force on that day."""
    return Service.objects.filter(repartition__in=Repartition.objects.pks_en_vigueur(jour))


def _assembler(services: QuerySet[Service], confiees: QuerySet[MissionConfiee]) -> list[MissionsDuPsyen]:
    lus = list(services.select_related("psyen", "repartition__cio__departement").order_by("pk"))
    trouvees = {
        (service.psyen_id, service.repartition.cio_id): MissionsDuPsyen(
            service.psyen, service.repartition.cio, service, _au_cio(service), []
        )
        for service in lus
    }
    par_service = {service.pk: trouvees[service.psyen_id, service.repartition.cio_id] for service in lus}
    affectations = Affectation.objects.filter(service__in=lus).select_related("etablissement")
    for a in affectations.order_by("-demi_journees", "etablissement__nom", "pk"):
        missions = par_service[a.service_id]
        missions.places.append(Place(missions.cio, a.etablissement, a.demi_journees))
    for ligne in _lire(confiees):
        cle = (ligne.psyen_id, ligne.cio_id)
        missions = trouvees.setdefault(cle, MissionsDuPsyen(ligne.psyen, ligne.cio, None, [], []))
        _placer(missions, ligne)
    return sorted(trouvees.values(), key=lambda m: (m.psyen.nom, m.psyen.prenom, m.psyen.pk, m.cio.pk))


def _au_cio(service: Service) -> list[Place]:
    """The CIO, when the week has some of it there."""
    if not service.demi_journees_cio:
        return []
    return [Place(service.repartition.cio, None, service.demi_journees_cio)]


def _placer(missions: MissionsDuPsyen, ligne: MissionConfiee) -> None:
    places = (place for place in missions.places if _pk(place.etablissement) == ligne.etablissement_id)
    place = next(places, None)
    (place.lignes if place else missions.sans_place).append(ligne)


def _pk(etablissement: Etablissement | None) -> int | None:
    return etablissement.pk if etablissement else None


def _lire(confiees: QuerySet[MissionConfiee]) -> QuerySet[MissionConfiee]:
    return (
        confiees.select_related("psyen", "cio__departement", "mission", "etablissement")
        .prefetch_related("publics")
        .order_by("mission__rang", "mission", "pk")
    )
