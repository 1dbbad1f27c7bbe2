"""The tree of objectives with, under each, the actions that serve it and where they stand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils import timezone

from planning.enums import EtatPlan, SituationAction
from planning.models import Action, Objectif
from reseaux.models import Departement
from reseaux.perimetre import Perimetre


@dataclass(frozen=True)
class ActionLiee:
    action: Action
    situation: SituationAction


@dataclass
class Noeud:
    """An axis, a sub-axis or an objective, what hangs under it, the actions linked to it."""

    objectif: Objectif
    enfants: list[Noeud] = field(default_factory=list)
    actions: list[ActionLiee] = field(default_factory=list)


def arbre(perimetre: Perimetre, departement: Departement) -> list[Noeud]:
    """The axes of a département in their order; three queries whatever the size."""
    visibles = Objectif.objects.dans_perimetre(perimetre).actuels().filter(departement=departement)
    liees = _actions_liees(perimetre, departement)
    noeuds = [Noeud(o, actions=liees.get(o.pk, [])) for o in visibles.order_by("rang", "pk")]
    par_parent: dict[int | None, list[Noeud]] = defaultdict(list)
    for noeud in noeuds:
        par_parent[noeud.objectif.parent_id].append(noeud)
    for noeud in noeuds:
        noeud.enfants = par_parent.get(noeud.objectif.pk, [])
    return par_parent.get(None, [])


def objectifs_retires(perimetre: Perimetre, departement: Departement) -> list[Objectif]:
    """Used once, out of the tree since."""
    visibles = Objectif.objects.dans_perimetre(perimetre).filter(departement=departement)
    return list(visibles.exclude(retire_le=None).order_by("-retire_le", "pk"))


def _actions_liees(perimetre: Perimetre, departement: Departement) -> dict[int, list[ActionLiee]]:
    """Those of the open plans, in their order, by objective."""
    liens = Action.objectifs.through.objects.filter(objectif__departement=departement)
    objectifs: dict[int, list[int]] = defaultdict(list)
    for objectif, servante in liens.order_by("pk").values_list("objectif_id", "action_id"):
        objectifs[servante].append(objectif)
    ouvertes = Action.objects.dans_perimetre(perimetre).filter(
        plan__departement=departement, plan__etat=EtatPlan.OUVERT
    )
    par_objectif: dict[int, list[ActionLiee]] = defaultdict(list)
    jour = timezone.localdate()
    for action in ouvertes.order_by("plan__debut", "plan", "numero"):
        for objectif in objectifs[action.pk]:
            par_objectif[objectif].append(ActionLiee(action, action.situation_au(jour)))
    return par_objectif
