"""What is typed in the grid places × missions of a PsyEN: read strictly, shown again as it was typed.

One field per value: `d-<place>-<mission>` the share (« 0,75 » half-day or « 30 % » of the place),
`p-<place>-<mission>` the publics, `t-<place>-<mission>` the precisions. A field left out means « as saved ».
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.datastructures import MultiValueDict

from missions.models import Mission, MissionConfiee
from missions.selectors.missions import MissionsDuPsyen, Place
from missions.selectors.missions_parts import CENT, en_demi_journees
from missions.services.missions import SaisieMission
from psyen.selectors.controles import en_demi_journees as dire_demi_journees
from psyen.selectors.controles import nombre

LONGUEUR_MONTREE = 20
#: « 0,75 », « 30 % »: two decimals at most, more would be rounded by the database without a word.
PART = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))?\s*(%?)")
CLE = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True)
class Case:
    """A mission in a place, as typed or as saved; an empty text entrusts nothing."""

    texte: str = ""
    publics: frozenset[int] = frozenset()
    precisions: str = ""

    @classmethod
    def de(cls, ligne: MissionConfiee) -> Case:
        publics = frozenset(public.pk for public in ligne.publics.all())
        return cls(nombre(ligne.demi_journees), publics, ligne.precisions)


#: (place, mission) → what its case holds.
Cases = dict[tuple[str, int], Case]


@dataclass
class SaisieDuPsyen:
    """The grid as typed: what the service receives, or what cannot be read and where."""

    cases: Cases
    saisies: list[SaisieMission] = field(default_factory=list)
    retirees: frozenset[int] = frozenset()
    fautes: list[str] = field(default_factory=list)
    illisibles: set[tuple[str, int]] = field(default_factory=set)


def cases_enregistrees(missions: MissionsDuPsyen) -> Cases:
    return {
        (place.cle, ligne.mission_id): Case.de(ligne) for place in missions.places for ligne in place.lignes
    }


def lire_saisie(
    missions: MissionsDuPsyen, offertes: Sequence[Mission], donnees: MultiValueDict
) -> SaisieDuPsyen:
    """What was typed over what is saved; every fault at once."""
    enregistrees = cases_enregistrees(missions)
    saisie = SaisieDuPsyen(cases={}, retirees=_cles(donnees, "retirer"))
    for place in missions.places:
        siennes = [mission for mission in offertes if mission.lieu == place.lieu]
        for mission in siennes:
            cle = (place.cle, mission.pk)
            saisie.cases[cle] = _lire_case(cle, donnees, enregistrees.get(cle, Case()))
        _lire_place(place, siennes, saisie)
    return saisie


def _lire_case(cle: tuple[str, int], donnees: MultiValueDict, enregistree: Case) -> Case:
    suffixe = f"{cle[0]}-{cle[1]}"
    texte = donnees.get(f"d-{suffixe}")
    if texte is None:
        return enregistree
    precisions = str(donnees.get(f"t-{suffixe}", "")).replace("\r\n", "\n").strip()
    return Case(str(texte).strip(), _cles(donnees, f"p-{suffixe}"), precisions)


def _lire_place(place: Place, missions: Sequence[Mission], saisie: SaisieDuPsyen) -> None:
    """Half-days as they are, percentages of the place turned into half-days together."""
    parts: dict[int, Decimal] = {}
    pourcentages: dict[int, Decimal] = {}
    for mission in missions:
        texte = saisie.cases[place.cle, mission.pk].texte
        lu = PART.fullmatch(texte or "0")
        if lu is None:
            saisie.illisibles.add((place.cle, mission.pk))
            saisie.fautes.append(
                f"{mission.code}, {place} : « {texte[:LONGUEUR_MONTREE]} » ne se lit pas ; écrivez par "
                "exemple 0,75 ou 30 %."
            )
        elif valeur := Decimal(f"{lu[1]}.{lu[2] or 0}"):
            (pourcentages if lu[3] else parts)[mission.pk] = valeur
    saisie.fautes += _fautes_de_pourcentage(place, missions, pourcentages)
    parts |= en_demi_journees(pourcentages, place.demi_journees)
    etablissement = place.etablissement.pk if place.etablissement else None
    for pk, demi_journees in parts.items():
        case = saisie.cases[place.cle, pk]
        saisie.saisies.append(SaisieMission(pk, etablissement, demi_journees, case.publics, case.precisions))


def _fautes_de_pourcentage(
    place: Place, missions: Sequence[Mission], pourcentages: Mapping[int, Decimal]
) -> list[str]:
    """What would fill more than the place, or less than a quarter of half-day."""
    total = sum(pourcentages.values(), Decimal(0))
    if total > CENT:
        return [f"{place} : {nombre(total)} % confiés ; 100 % au plus."]
    parts = en_demi_journees(pourcentages, place.demi_journees)
    return [
        f"{mission.code}, {place} : {nombre(pourcentages[mission.pk])} % de "
        f"{dire_demi_journees(place.demi_journees)} font moins d’un quart de demi-journée ; augmentez la "
        "part ou laissez la case vide."
        for mission in missions
        if mission.pk in parts and not parts[mission.pk]
    ]


def _cles(donnees: MultiValueDict, nom: str) -> frozenset[int]:
    """0, nobody's key, for what is no number: the rules refuse it."""
    return frozenset(int(texte) if CLE.fullmatch(texte) else 0 for texte in donnees.getlist(nom))
