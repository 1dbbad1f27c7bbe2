"""The tree of the missions by frame and place, and the publics."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from missions.enums import Cadre, Lieu
from missions.models import Mission, Public
from reseaux.models import Academie
from reseaux.perimetre import Perimetre


@dataclass
class Noeud:
    mission: Mission
    enfants: list[Noeud] = field(default_factory=list)


@dataclass(frozen=True)
class Partie:
    """The missions of a frame in a place: they share their authority."""

    cadre: Cadre
    lieu: Lieu | None
    noeuds: list[Noeud]

    @property
    def titre(self) -> str:
        return f"{self.cadre.label}, {self.lieu.en_phrase}" if self.lieu else self.cadre.label

    @property
    def cle(self) -> str:
        return f"{self.cadre}-{self.lieu or 'sans-lieu'}"

    @property
    def autorite(self) -> str:
        return self.lieu.autorite if self.lieu else ""


#: In the order of fiche 1: the PsyEN at the CIO, then in schools, then those around them.
PARTIES: tuple[tuple[Cadre, Lieu | None], ...] = (
    (Cadre.PSYEN, Lieu.CIO),
    (Cadre.PSYEN, Lieu.EPLE),
    *((cadre, lieu) for cadre in (Cadre.DCIO, Cadre.DIRECTION, Cadre.REGION) for lieu in (None, *Lieu)),
)


def arbre(perimetre: Perimetre, academie: Academie) -> list[Partie]:
    """What is in force, part by part; the empty ones are left out. One query."""
    visibles = Mission.objects.dans_perimetre(perimetre).en_vigueur().filter(academie=academie)
    noeuds = {mission.pk: Noeud(mission) for mission in visibles.order_by("rang", "pk")}
    racines: dict[tuple[str, str], list[Noeud]] = defaultdict(list)
    for noeud in noeuds.values():
        mission = noeud.mission
        parent = noeuds.get(mission.parent_id) if mission.parent_id else None
        (parent.enfants if parent else racines[mission.cadre, mission.lieu]).append(noeud)
    toutes = (Partie(cadre, lieu, racines.get((cadre, lieu or ""), [])) for cadre, lieu in PARTIES)
    return [partie for partie in toutes if partie.noeuds]


def missions_hors_vigueur(perimetre: Perimetre, academie: Academie) -> list[Mission]:
    """Retired, or to come."""
    visibles = Mission.objects.dans_perimetre(perimetre).filter(academie=academie)
    actuelles = Mission.objects.en_vigueur().values("pk")
    return list(visibles.exclude(pk__in=actuelles).order_by("rang", "pk"))


def publics(perimetre: Perimetre, academie: Academie) -> tuple[list[Public], list[Public]]:
    """(in force, retired or to come), in the order in which they were added."""
    visibles = Public.objects.dans_perimetre(perimetre).filter(academie=academie)
    actuels = set(Public.objects.en_vigueur().filter(academie=academie).values_list("pk", flat=True))
    tous = list(visibles.order_by("pk"))
    return [p for p in tous if p.pk in actuels], [p for p in tous if p.pk not in actuels]
