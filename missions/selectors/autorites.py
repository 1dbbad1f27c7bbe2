"""What is exercised under whom: sums of the missions entrusted, by territory, mission and family.

Only `a_compter` is summed. Whoever reads his own CIO or school reads every line; above, no sum ever covers a
single PsyEN (`autorites_lignes.regrouper`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, FilteredRelation, Min, Q, QuerySet, Sum, Value, When

from comptes.enums import Role
from missions.enums import Cadre, Famille, Lieu
from missions.models import Mission, MissionConfiee
from missions.selectors.autorites_lignes import Bloc, LigneTerritoire, lignes_entieres, regrouper
from psyen.selectors.ma_semaine import en_heures
from psyen.templatetags.repartition import intitule_reseau
from reseaux.models import CIO, AnneeScolaire, Departement, Etablissement, Reseau
from reseaux.perimetre import Perimetre

ZERO = Decimal(0)
AU_CIO, HORS_RESEAU = "Au CIO", "Hors réseau"
#: Size of a line → key, name, and what tells two keys apart or in which group they stand.
CHAMPS = {
    "cio": ("cio", "cio__nom", "cio__departement"),
    "reseau": ("membre__reseau", "membre__reseau__nom", "au_cio"),
    "etablissement": ("etablissement", "etablissement__nom", "etablissement__commune"),
}
DETAIL = "Au-dessus du CIO, les missions se lisent par CIO et par réseau, jamais par établissement."
UN_SEUL = "Ces missions sont celles d’un seul PsyEN : elles ne se lisent qu’à son CIO."
REGROUPE = (
    "Les missions de ce CIO se lisent regroupées avec celles d’un autre, dans le tableau du département."
)


@dataclass(frozen=True)
class Territoire:
    """What is looked at: the narrowest of these that is set; nothing set is all that one may sum."""

    departement: Departement | None = None
    cio: CIO | None = None
    reseau: Reseau | None = None
    etablissement: Etablissement | None = None

    @property
    def maille(self) -> str:
        """What a line of the table is."""
        if self.reseau or self.etablissement:
            return "etablissement"
        return "reseau" if self.cio else "cio"

    def __str__(self) -> str:
        choisi = self.etablissement or self.cio or self.departement
        return intitule_reseau(self.reseau.nom) if self.reseau else str(choisi or "Académie")


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

    @property
    def somme(self) -> Somme:
        return sum((ligne.somme for ligne in self.lignes), Somme())


def vue_par_autorite(perimetre: Perimetre, annee: AnneeScolaire, territoire: Territoire) -> VueAutorites:
    """The lines of a territory and their totals; constant queries."""
    confiees = _confiees(perimetre, annee, territoire)
    champs = CHAMPS[territoire.maille]
    territoires = _territoires(confiees, champs)
    detail = lit_en_detail(perimetre)
    blocs = lignes_entieres(territoires) if detail else regrouper(territoires)
    motif = "" if detail else _motif(perimetre, annee, territoire, bool(territoires), bool(blocs))
    if motif:
        blocs = []
    sommes = _sommes(confiees, champs) if blocs else {}
    missions = {m.pk: m for m in Mission.objects.filter(cadre=Cadre.PSYEN).order_by("rang", "pk")}
    lignes = [_ligne(bloc, sommes, missions) for bloc in blocs]
    return VueAutorites(
        territoire, annee, lignes, _par_mission(lignes, missions), _par_famille(lignes, missions), motif
    )


def lit_en_detail(perimetre: Perimetre) -> bool:
    """The CIO and, for his school, the chef d'établissement read these missions one by one elsewhere."""
    return perimetre.est_systeme or perimetre.travaille_au_cio or perimetre.est(Role.CHEF_ETABLISSEMENT)


# --- Reading -----------------------------------------------------------------------------------------


def _confiees(perimetre: Perimetre, annee: AnneeScolaire, territoire: Territoire) -> QuerySet[MissionConfiee]:
    """What may be summed there; a réseau is that of the school, in that year."""
    du_reseau = Q(etablissement__appartenances__annee=annee)
    # Any: the stubs do not know a relation added by `annotate`.
    confiees: Any = (
        MissionConfiee.objects.a_compter(perimetre)
        .filter(annee=annee)
        .annotate(membre=FilteredRelation("etablissement__appartenances", condition=du_reseau))
        .annotate(au_cio=Case(When(etablissement=None, then=Value(1)), default=Value(0)))
    )
    if territoire.etablissement:
        return confiees.filter(etablissement=territoire.etablissement)
    if territoire.reseau:
        return confiees.filter(membre__reseau=territoire.reseau)
    if territoire.cio:
        return confiees.filter(cio=territoire.cio)
    return confiees.filter(cio__departement=territoire.departement) if territoire.departement else confiees


def _territoires(confiees: QuerySet[MissionConfiee], champs: tuple[str, ...]) -> list[LigneTerritoire]:
    """The territories, the CIO's own place first, and how many PsyEN each covers."""
    lues = (
        confiees.order_by()
        .values_list(*champs)
        .annotate(personnes=Count("psyen", distinct=True), une=Min("psyen"))
    )
    lignes = [
        LigneTerritoire(
            (cle, groupe), _nom(champs, nom, groupe), personnes, une, groupe=_groupe(champs, groupe)
        )
        for cle, nom, groupe, personnes, une in lues
    ]
    return sorted(lignes, key=lambda ligne: (ligne.nom != AU_CIO, ligne.nom, str(ligne.cle)))


def _sommes(
    confiees: QuerySet[MissionConfiee], champs: tuple[str, ...]
) -> dict[Hashable, dict[int, Decimal]]:
    """Territory → mission → half-days."""
    cle, _, groupe = champs
    sommes: dict[Hashable, dict[int, Decimal]] = {}
    lues = confiees.order_by().values_list(cle, groupe, "mission").annotate(somme=Sum("demi_journees"))
    for valeur, du_groupe, mission, somme in lues:
        sommes.setdefault((valeur, du_groupe), {})[mission] = somme
    return sommes


def _nom(champs: tuple[str, ...], nom: str | None, groupe: int | str) -> str:
    if champs == CHAMPS["reseau"]:
        return AU_CIO if groupe else intitule_reseau(nom) if nom else HORS_RESEAU
    return f"{nom} ({groupe})" if champs == CHAMPS["etablissement"] else nom or ""


def _groupe(champs: tuple[str, ...], groupe: int | str) -> int | str | None:
    """CIO are put together inside their département only."""
    return groupe if champs == CHAMPS["cio"] else None


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
    departement = Territoire(departement=cio.departement)
    blocs = regrouper(_territoires(_confiees(perimetre, annee, departement), CHAMPS["cio"]))
    return any(bloc.cles == ((cio.pk, cio.departement_id),) for bloc in blocs)


# --- Sums --------------------------------------------------------------------------------------------


def _ligne(
    bloc: Bloc, sommes: dict[Hashable, dict[int, Decimal]], missions: dict[int, Mission]
) -> LigneAutorite:
    par_mission: dict[int, Decimal] = {}
    for cle in bloc.cles:
        for mission, somme in sommes[cle].items():
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


def _par_mission(lignes: Sequence[LigneAutorite], missions: dict[int, Mission]) -> list[LigneMission]:
    """The missions that are held, each axis followed by its aspects and holding their sum."""
    totaux = _totaux(lignes)
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


def _par_famille(lignes: Sequence[LigneAutorite], missions: dict[int, Mission]) -> list[LigneFamille]:
    totaux = _totaux(lignes)
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
