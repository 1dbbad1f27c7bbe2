"""The grid places × missions as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from missions.enums import Lieu
from missions.forms.missions import Case, Cases, cases_enregistrees
from missions.models import Mission, Public
from missions.selectors.missions import MissionsDuPsyen, Place
from missions.services.missions import empreinte_des_missions
from psyen.selectors.controles import nombre


@dataclass(frozen=True)
class CaseEcran:
    place: Place
    mission: Mission
    case: Case
    #: What is saved, when a colleague wrote it in between.
    autrement: str
    est_fausse: bool

    @property
    def suffixe(self) -> str:
        """Of the names and identifiers of its fields."""
        return f"{self.place.cle}-{self.mission.pk}"


@dataclass(frozen=True)
class TableauEcran:
    """The missions of a place of exercise (CIO, schools) by the places of the week."""

    lieu: Lieu
    places: list[Place]
    rangees: list[tuple[Mission, list[CaseEcran]]]

    @property
    def autorite(self) -> str:
        return self.lieu.autorite

    def par_place(self) -> list[tuple[Place, list[CaseEcran]]]:
        """The same cases, place by place: publics and precisions."""
        return [(place, [cases[rang] for _, cases in self.rangees]) for rang, place in enumerate(self.places)]

    def totaux(self) -> list[tuple[Place, str, str]]:
        """(place, entrusted as saved, half-days of the place); static/js/missions.js counts as one types."""
        return [(place, nombre(place.somme), nombre(place.demi_journees)) for place in self.places]


@dataclass
class EcranMissions:
    """`cases`: what was typed, or taken up from elsewhere; as saved without it."""

    missions: MissionsDuPsyen
    offertes: Sequence[Mission]
    publics: Sequence[Public]
    cases: Cases | None = None
    illisibles: set[tuple[str, int]] = field(default_factory=set)
    retirees: frozenset[int] = frozenset()
    en_conflit: bool = False
    #: The print with which the page was opened, kept through every refusal but a conflict.
    empreinte_lue: str | None = None

    @property
    def empreinte(self) -> str:
        if self.empreinte_lue is None or self.en_conflit:
            return empreinte_des_missions(self.missions)
        return self.empreinte_lue

    @cached_property
    def tableaux(self) -> list[TableauEcran]:
        return [tableau for lieu in Lieu if (tableau := self._tableau(lieu)).places]

    def _tableau(self, lieu: Lieu) -> TableauEcran:
        enregistrees = cases_enregistrees(self.missions)
        places = [place for place in self.missions.places if place.lieu == lieu]
        rangees = [
            (mission, [self._case(place, mission, enregistrees) for place in places])
            for mission in self.offertes
            if mission.lieu == lieu
        ]
        return TableauEcran(lieu, places, rangees)

    def _case(self, place: Place, mission: Mission, enregistrees: Cases) -> CaseEcran:
        cle = (place.cle, mission.pk)
        enregistree = enregistrees.get(cle, Case())
        case = enregistree if self.cases is None else self.cases.get(cle, Case())
        differe = self.en_conflit and case.texte != enregistree.texte
        autrement = (enregistree.texte or "rien") if differe else ""
        return CaseEcran(place, mission, case, autrement, cle in self.illisibles)
