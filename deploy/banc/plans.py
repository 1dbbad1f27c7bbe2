"""The work plans of a département over six years: forty actions each, with all that hangs on an action."""

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format

from comptes.enums import Role
from planning.enums import EtatAction, EtatPlan, GenreCible
from planning.models import Action, Dependance, Jalon, Objectif, PlanDeTravail, ResponsableAction
from planning.services.plans import charger_objectifs
from reseaux.models import Habilitation
from reseaux.perimetre import Perimetre

ANNEES, ACTIONS_PAR_PLAN = 6, 40
ROLES = (Role.DCIO, Role.SG, Role.IEN_IO, Role.ADJOINT_IEN_IO)


def preparer_plans():
    """For the département of the first IEN-IO, whose dashboard is measured; committed for the server."""
    ien = Perimetre.de(Habilitation.objects.pour_perimetre().filter(role=Role.IEN_IO).order_by("pk")[0])
    departement = ien.habilitation.departement
    if not Objectif.objects.filter(departement=departement).exists():
        charger_objectifs(perimetre=ien, departement=departement)
    return remplir_plans(departement)


def remplir_plans(departement):
    """Present and past, once."""
    plans = [_plan(departement, recul) for recul in range(ANNEES)]
    deja = PlanDeTravail.objects.filter(departement=departement, titre=plans[0].titre)
    if deja.exists():  # measured again on the same base
        return {"plans": 0, "actions": 0}
    PlanDeTravail.objects.bulk_create(plans)
    for recul, plan in enumerate(plans):
        _remplir(plan, recul)
    return {"plans": len(plans), "actions": Action.objects.filter(plan__in=plans).count()}


def _plan(departement, recul):
    """The present one is open; the others are history."""
    debut = _jour(-100, recul)
    etat = {"etat": EtatPlan.CLOS, "clos_le": timezone.localdate()} if recul else {}
    titre = f"Plan du banc {debut.year}-{debut.year + 1}"
    fin = debut + dt.timedelta(days=365)
    return PlanDeTravail(departement=departement, titre=titre, periode=titre, debut=debut, fin=fin, **etat)


def _jour(jours, recul):
    return timezone.localdate() + dt.timedelta(days=jours - 365 * recul)


def _remplir(plan, recul):
    actions = Action.objects.bulk_create(_action(plan, rang, recul) for rang in range(ACTIONS_PAR_PLAN))
    ResponsableAction.objects.bulk_create(
        ResponsableAction(action=action, rang=1, est_garant=True, role=ROLES[rang % len(ROLES)])
        for rang, action in enumerate(actions)
    )
    Jalon.objects.bulk_create(
        Jalon(
            action=action,
            intitule=f"Jalon de l’action {action.numero}" if intermediaire else action.titre,
            echeance=action.debut if intermediaire else action.fin,
            echeance_fixee_le=action.debut,
            est_final=not intermediaire,
        )
        for action in actions
        for intermediaire in (True, False)
    )
    Dependance.objects.bulk_create(
        Dependance(action=apres, predecesseur=avant)
        for avant, apres in zip(actions[::3], actions[1::3], strict=False)
    )
    objectifs = list(Objectif.objects.filter(departement=plan.departement, niveau="objectif").order_by("pk"))
    lien = Action.objectifs.through
    lien.objects.bulk_create(
        lien(action_id=action.pk, objectif_id=objectifs[rang % len(objectifs)].pk)
        for rang, action in enumerate(actions)
    )


def _action(plan, rang, recul):
    """A third done; every tenth is counted by CIO."""
    debut, fin = _jour(6 * rang - 100, recul), _jour(6 * rang - 70, recul)
    faite = {"etat": EtatAction.FAITE, "faite_le": fin} if recul or rang < ACTIONS_PAR_PLAN // 3 else {}
    return Action(
        plan=plan,
        numero=rang + 1,
        titre=f"Action {rang + 1} du plan, dont l’intitulé tient une ligne et demie comme ceux de la source",
        attribution=ROLES[rang % len(ROLES)].label,
        calendrier=date_format(debut, "F Y"),
        debut=debut,
        fin=fin,
        cible=GenreCible.PAR_CIO if rang % 10 == 0 else GenreCible.AUCUNE,
        **faite,
    )
