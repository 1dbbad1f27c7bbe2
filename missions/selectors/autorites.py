"""What is exercised under whom: sums of the missions entrusted, by territory, mission and family.

Only `a_compter` is summed, and of it what has a place in the weeks in force (`places`). Whoever reads his own
CIO or school reads every line; above, no sum ever covers a single PsyEN (`autorites_lignes.regrouper`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from comptes.enums import Role
from missions.enums import Cadre, Famille, Lieu
from missions.models import Mission
from missions.selectors.autorites_lecture import Cumul, Territoire, lire
from missions.selectors.autorites_lignes import Bloc, LigneTerritoire, lignes_entieres, regrouper
from psyen.selectors.ma_semaine import en_heures
from reseaux.models import CIO, AnneeScolaire
from reseaux.perimetre import Perimetre

ZERO = Decimal(0)
DETAIL = "Au-dessus du CIO, les missions se lisent par CIO et par réseau, jamais par établissement."
UN_SEUL = "Ces missions sont celles d’un seul PsyEN : elles ne se lisent qu’à son CIO."
REGROUPE = (
    "Les missions de ce CIO se lisent regroupées avec celles d’un autre, dans le tableau du département."
)


@dataclass(frozen=True)
class Somme:
    """Half-days a week, under one authority or both."""

    cio: Decimal = ZERO
    eple: Decimal = ZERO

    def __add__(self, autre: Somme) -> Somme:
        return Somme(self.cio + autre.cio, self.eple + autre.eple)

    @property
    def total(self) -> Decimal:
        return self.cio + self.eple

    @property
    def heures_cio(self) -> str:
        return en_heures(self.cio)

    @property
    def heures_eple(self) -> str:
        return en_heures(self.eple)

    @property
    def heures(self) -> str:
        return en_heures(self.total)


@dataclass(frozen=True)
class LigneAutorite:
    """A territory, or several put together, and what is exercised there."""

    nom: str
    somme: Somme
    #: Mission → half-days.
    par_mission: Mapping[int, Decimal]


@dataclass(frozen=True)
class LigneMission:
    """A mission of fiche 1, its aspects under it, with the authority of its place."""

    mission: Mission
    demi_journees: Decimal
    #: Per cent of the whole.
    part: Decimal
    est_aspect: bool

    @property
    def heures(self) -> str:
        return en_heures(self.demi_journees)


@dataclass(frozen=True)
class LigneFamille:
    """« cohérence des actions conduites en matière d'information, de conseil et d'accompagnement »."""

    nom: str
    cle: str
    somme: Somme
    part: Decimal


@dataclass(frozen=True)
class VueAutorites:
    territoire: Territoire
    annee: AnneeScolaire
    lignes: list[LigneAutorite]
    missions: list[LigneMission]
    familles: list[LigneFamille]
    #: Why nothing is shown, when nothing may be.
    motif: str
    #: Entrusted in a place that no week gives any more: in no sum.
    sans_place: Decimal

    @cached_property
    def somme(self) -> Somme:
        return sum((ligne.somme for ligne in self.lignes), Somme())


def vue_par_autorite(perimetre: Perimetre, annee: AnneeScolaire, territoire: Territoire) -> VueAutorites:
    """The lines of a territory and their totals; constant queries."""
    cumuls, sans_place = lire(perimetre, annee, territoire)
    detail = lit_en_detail(perimetre)
    blocs = (lignes_entieres if detail else regrouper)(_a_regrouper(cumuls))
    motif = "" if detail else _motif(perimetre, annee, territoire, bool(cumuls), bool(blocs))
    missions = {m.pk: m for m in Mission.objects.filter(cadre=Cadre.PSYEN).order_by("rang", "pk")}
    lignes = [] if motif else [_ligne(bloc, cumuls, missions) for bloc in blocs]
    totaux = _totaux(lignes)
    return VueAutorites(
        territoire,
        annee,
        lignes,
        _par_mission(totaux, missions),
        _par_famille(totaux, missions),
        motif,
        sans_place,
    )


def lit_en_detail(perimetre: Perimetre) -> bool:
    """The CIO and, for his school, the chef d'établissement read these missions one by one elsewhere."""
    return perimetre.est_systeme or perimetre.travaille_au_cio or perimetre.est(Role.CHEF_ETABLISSEMENT)


# --- Lines -------------------------------------------------------------------------------------------


def _a_regrouper(cumuls: Mapping[Hashable, Cumul]) -> list[LigneTerritoire]:
    return [
        LigneTerritoire(cle, c.ligne.nom, len(c.personnes), min(c.personnes), c.ligne.groupe)
        for cle, c in cumuls.items()
    ]


def _motif(
    perimetre: Perimetre, annee: AnneeScolaire, territoire: Territoire, des_missions: bool, des_lignes: bool
) -> str:
    """Why nothing of that territory may be shown above the CIO; empty when it may."""
    if territoire.reseau or territoire.etablissement:
        return DETAIL
    if des_missions and not des_lignes:
        return UN_SEUL
    if des_missions and territoire.cio and not _se_lit_seul(perimetre, annee, territoire.cio):
        return REGROUPE
    return ""


def _se_lit_seul(perimetre: Perimetre, annee: AnneeScolaire, cio: CIO) -> bool:
    """Whether the CIO has its own line in the table of its département."""
    cumuls, _ = lire(perimetre, annee, Territoire(departement=cio.departement))
    return any(bloc.cles == (cio.pk,) for bloc in regrouper(_a_regrouper(cumuls)))


# --- Sums --------------------------------------------------------------------------------------------


def _ligne(bloc: Bloc, cumuls: Mapping[Hashable, Cumul], missions: dict[int, Mission]) -> LigneAutorite:
    par_mission: dict[int, Decimal] = {}
    for cle in bloc.cles:
        for mission, somme in cumuls[cle].par_mission.items():
            par_mission[mission] = par_mission.get(mission, ZERO) + somme
    return LigneAutorite(bloc.nom, _somme(par_mission, missions), par_mission)


def _somme(par_mission: Mapping[int, Decimal], missions: dict[int, Mission]) -> Somme:
    par_lieu = dict.fromkeys(Lieu, ZERO)
    for mission, demi_journees in par_mission.items():
        par_lieu[Lieu(missions[mission].lieu)] += demi_journees
    return Somme(par_lieu[Lieu.CIO], par_lieu[Lieu.EPLE])


def _totaux(lignes: Iterable[LigneAutorite]) -> dict[int, Decimal]:
    totaux: dict[int, Decimal] = {}
    for ligne in lignes:
        for mission, demi_journees in ligne.par_mission.items():
            totaux[mission] = totaux.get(mission, ZERO) + demi_journees
    return totaux


def _par_mission(totaux: Mapping[int, Decimal], missions: dict[int, Mission]) -> list[LigneMission]:
    """The missions that are held, each axis followed by its aspects and holding their sum."""
    tout = sum(totaux.values(), ZERO)
    axes = dict(totaux)
    for mission, demi_journees in totaux.items():
        parent = missions[mission].parent_id
        if parent:
            axes[parent] = axes.get(parent, ZERO) + demi_journees
    return [
        LigneMission(m, axes[pk], _part(axes[pk], tout), m.parent_id is not None)
        for pk, m in missions.items()
        if pk in axes
    ]


def _par_famille(totaux: Mapping[int, Decimal], missions: dict[int, Mission]) -> list[LigneFamille]:
    tout = sum(totaux.values(), ZERO)
    familles = []
    for cle, nom in [*Famille.choices, ("", "Sans famille")]:
        siennes = {pk: somme for pk, somme in totaux.items() if missions[pk].famille == cle}
        if cle or siennes:
            somme = _somme(siennes, missions)
            familles.append(LigneFamille(nom, cle, somme, _part(somme.total, tout)))
    return familles


def _part(somme: Decimal, tout: Decimal) -> Decimal:
    return somme * 100 / tout if tout else ZERO
