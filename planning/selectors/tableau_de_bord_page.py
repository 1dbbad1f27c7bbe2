"""The dashboard of a plan, put together from its parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from planning.models import Objectif, PlanDeTravail
from planning.models.action import ActionQuerySet
from planning.permissions import peut_lire_suivi
from planning.selectors.avancement import (
    Compte,
    Jauges,
    Noeud,
    ParResponsable,
    Part,
    jauges_par_cio,
    par_objectif,
    par_responsable,
    par_situation,
)
from planning.selectors.calendrier_orientation import periodes_orientation
from planning.selectors.charge import Charge, lire_charge
from planning.selectors.frise import ECRAN, Echelle, Frise, dessiner_frise
from planning.selectors.tableau_de_bord import LigneAction, lire_lignes
from planning.selectors.tableau_de_bord_urgences import Urgences, lire_urgences
from reseaux.perimetre import Perimetre


@dataclass(frozen=True, slots=True)
class TableauDeBord:
    """What the page shows of the actions read, filtered or not."""

    lignes: list[LigneAction]
    compte: Compte
    parts: list[Part]
    #: None once the plan is closed: nothing is awaited any more.
    urgences: Urgences | None
    objectifs: list[Noeud]
    responsables: list[ParResponsable]
    jauges: list[Jauges]
    charge: Charge | None
    frise: Frise | None

    @property
    def objectifs_sans_action(self) -> int:
        return sum(axe.sans_action for axe in self.objectifs)


def lire_tableau(
    plan: PlanDeTravail,
    actions: ActionQuerySet,
    objectifs: Sequence[Objectif],
    perimetre: Perimetre,
    jour: dt.date,
) -> TableauDeBord:
    """From actions of that plan, already scoped and filtered, and the objectives of its département."""
    lignes = lire_lignes(actions, perimetre, jour, plan)
    suivi = peut_lire_suivi(perimetre)
    urgences = lire_urgences(lignes, plan.departement_id, jour, suivi=suivi) if plan.est_modifiable else None
    return TableauDeBord(
        lignes=lignes,
        compte=Compte.de(lignes),
        parts=par_situation(lignes),
        urgences=urgences,
        objectifs=par_objectif(objectifs, lignes),
        responsables=par_responsable(lignes),
        jauges=jauges_par_cio(lignes) if suivi else [],
        charge=lire_charge(lignes, jour),
        frise=frise_du_plan(plan, lignes, jour),
    )


def frise_du_plan(
    plan: PlanDeTravail, lignes: list[LigneAction], jour: dt.date, echelle: Echelle = ECRAN
) -> Frise | None:
    """With the orientation year of the département above the actions."""
    if not lignes:
        return None
    debut = min(ligne.action.debut for ligne in lignes)
    fin = max(ligne.action.fin for ligne in lignes)
    return dessiner_frise(lignes, jour, echelle, periodes_orientation(plan.departement_id, debut, fin))
