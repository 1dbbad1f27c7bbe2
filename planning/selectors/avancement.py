"""Progress of a plan: by situation, by objective, by owner, by CIO."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from planning.enums import EtatAction, GenreCible, NiveauObjectif, SituationAction
from planning.models import Objectif
from planning.selectors.cibles import lire_cibles
from planning.selectors.tableau_de_bord import LigneAction, Responsable
from planning.selectors.tableau_de_bord_urgences import PROCHES


@dataclass(slots=True)
class Compte:
    """Done out of total; an abandoned action counts in neither."""

    total: int = 0
    faites: int = 0
    en_retard: int = 0

    @classmethod
    def de(cls, lignes: Iterable[LigneAction]) -> Compte:
        compte = cls()
        for ligne in lignes:
            if ligne.action.etat != EtatAction.ABANDONNEE:
                compte.total += 1
                compte.faites += ligne.action.etat == EtatAction.FAITE
                compte.en_retard += ligne.est_en_retard
        return compte

    @property
    def pourcentage(self) -> int:
        return round(100 * self.faites / self.total) if self.total else 0

    @property
    def part_en_retard(self) -> int:
        return round(100 * self.en_retard / self.total) if self.total else 0

    @property
    def texte(self) -> str:
        """« 2 sur 5 » ; an objective may have no action at all."""
        return f"{self.faites} sur {self.total}" if self.total else "aucune action"


@dataclass(slots=True)
class Part:
    """A segment of the bar of the whole plan, in hundredths."""

    situation: SituationAction
    nombre: int
    x: float
    largeur: float


@dataclass(slots=True)
class Noeud:
    """An axis, a sub-axis or an objective, and the actions linked to it or to what it holds."""

    objectif: Objectif
    compte: Compte = field(default_factory=Compte)
    enfants: list[Noeud] = field(default_factory=list)

    @property
    def sans_action(self) -> int:
        """Objectives without any action, among those it holds."""
        if self.objectif.niveau == NiveauObjectif.OBJECTIF:
            return int(not self.compte.total)
        return sum(enfant.sans_action for enfant in self.enfants)


@dataclass(slots=True)
class ParResponsable:
    """What an owner has in hand. Sorted by name: no ranking of persons (red lines)."""

    responsable: Responsable
    compte: Compte
    ouvertes: int
    proches: int


@dataclass(frozen=True, slots=True)
class JaugeCio:
    nom: str
    fait: int
    attendu: int
    pourcentage: int

    @property
    def est_atteinte(self) -> bool:
        return self.fait >= self.attendu


@dataclass(frozen=True, slots=True)
class Jauges:
    """« au moins une […] autour de chaque CIO » (R11): one gauge per CIO for one action."""

    ligne: LigneAction
    cios: list[JaugeCio]

    @property
    def atteints(self) -> int:
        return sum(jauge.est_atteinte for jauge in self.cios)

    @property
    def est_atteinte(self) -> bool:
        return self.atteints == len(self.cios)


def par_situation(lignes: Sequence[LigneAction]) -> list[Part]:
    """The bar of the plan, from what is done to what was given up."""
    nombres = Counter(ligne.situation for ligne in lignes)
    ordre = (
        SituationAction.FAITE,
        SituationAction.EN_COURS,
        SituationAction.EN_RETARD,
        SituationAction.A_VENIR,
        SituationAction.ABANDONNEE,
    )
    parts, x = [], 0.0
    for situation in ordre:
        if nombres[situation]:
            largeur = 100 * nombres[situation] / len(lignes)
            parts.append(Part(situation, nombres[situation], round(x, 2), round(largeur, 2)))
            x += largeur
    return parts


def par_objectif(objectifs: Sequence[Objectif], lignes: Sequence[LigneAction]) -> list[Noeud]:
    """The tree of the département; an action linked to two objectives of an axis counts once for the axis.

    A retired objective is shown as long as an action of the plan is linked to it.
    """
    lies: dict[int, list[LigneAction]] = {}
    for ligne in lignes:
        for pk in ligne.objectifs:
            lies.setdefault(pk, []).append(ligne)
    enfants: dict[int | None, list[Objectif]] = {}
    for objectif in objectifs:
        if objectif.retire_le is None or objectif.pk in lies:
            enfants.setdefault(objectif.parent_id, []).append(objectif)
    return [_noeud(axe, enfants, lies)[0] for axe in enfants.get(None, [])]


def _noeud(
    objectif: Objectif, enfants: dict[int | None, list[Objectif]], lies: dict[int, list[LigneAction]]
) -> tuple[Noeud, dict[int, LigneAction]]:
    siennes = {ligne.pk: ligne for ligne in lies.get(objectif.pk, [])}
    noeuds = []
    for enfant in enfants.get(objectif.pk, []):
        noeud, les_siennes = _noeud(enfant, enfants, lies)
        noeuds.append(noeud)
        siennes |= les_siennes
    return Noeud(objectif, Compte.de(siennes.values()), noeuds), siennes


def par_responsable(lignes: Sequence[LigneAction]) -> list[ParResponsable]:
    """By name of role, group or person; an action with two owners counts for both."""
    connus: dict[str, Responsable] = {}
    tenues: dict[str, list[LigneAction]] = {}
    for ligne in lignes:
        for responsable in ligne.responsables:
            connus[responsable.cle] = responsable
            tenues.setdefault(responsable.cle, []).append(ligne)
    return [
        ParResponsable(
            connus[cle],
            Compte.de(siennes),
            sum(ligne.est_ouverte for ligne in siennes),
            sum(ligne.est_ouverte and 0 <= ligne.jours <= PROCHES for ligne in siennes),
        )
        for cle, siennes in sorted(tenues.items(), key=lambda paire: (connus[paire[0]].libelle, paire[0]))
    ]


def jauges_par_cio(lignes: Sequence[LigneAction]) -> list[Jauges]:
    """One group of gauges for each action counted by CIO, abandoned ones aside; what is lacking first."""
    comptees = [
        ligne
        for ligne in lignes
        if ligne.action.cible == GenreCible.PAR_CIO and ligne.action.etat != EtatAction.ABANDONNEE
    ]
    cibles = lire_cibles([ligne.action for ligne in comptees]) if comptees else {}
    jauges = [
        Jauges(
            ligne,
            [
                _jauge(cio.nom, fait, ligne.action.cible_nombre)
                for cio, fait in cibles[ligne.pk].par_cio.items()
            ],
        )
        for ligne in comptees
    ]
    return sorted(jauges, key=lambda j: (j.est_atteinte, j.ligne.action.numero))


def _jauge(nom: str, fait: int, attendu: int) -> JaugeCio:
    return JaugeCio(nom, fait, attendu, min(100, round(100 * fait / attendu)))
