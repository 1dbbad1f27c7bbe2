"""The row that a gesture is about, locked and judged: right, state, colleague's edit.

One order everywhere: the plan, then the action, then the milestone. Under its plan, a gesture sees nothing
closed nor rewired by another; those of one plan take turns, which its size allows. Keys never change:
`no_key` lets pass whoever only refers to these rows (a reminder, a meeting).
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError

from planning.models import Action, Jalon, PlanDeTravail
from planning.permissions import peut_conduire, peut_piloter, peut_tenir_jalon
from reseaux.perimetre import Perimetre


def verrouiller_plan(plan: PlanDeTravail) -> PlanDeTravail:
    return _plan(plan.pk)


def tenir_action(action: Action) -> Action:
    """The action as the database has it now, under its plan; the caller judges who may."""
    plan = _plan(action.plan_id)
    action = Action.objects.select_for_update(no_key=True).get(pk=action.pk)
    action.plan = plan
    return action


def tenir_jalon(jalon: Jalon) -> Jalon:
    """The milestone as the database has it now, under its action; the caller judges who may."""
    action = tenir_action(jalon.action)
    jalon = Jalon.objects.select_for_update(no_key=True).get(pk=jalon.pk)
    jalon.action = action
    return jalon


def verrouiller_action(
    action: Action, perimetre: Perimetre, *, en_pilote: bool = False, revision: int | None = None
) -> Action:
    """The action, for someone who leads it; `en_pilote` asks the right to write the plan itself."""
    action = tenir_action(action)
    if not (peut_piloter(perimetre, action.plan) if en_pilote else peut_conduire(perimetre, action)):
        raise PermissionDenied
    if revision is not None and revision != action.revision:
        raise ValidationError(
            "Quelqu’un a modifié cette action pendant que vous l’écriviez : comparez votre saisie à la page "
            "de l’action, puis enregistrez de nouveau."
        )
    return action


def verrouiller_jalon(jalon: Jalon, perimetre: Perimetre, *, en_conduite: bool = False) -> Jalon:
    """The milestone, for someone who holds it; `en_conduite` asks the right to lead its action."""
    jalon = tenir_jalon(jalon)
    if not (peut_conduire(perimetre, jalon.action) if en_conduite else peut_tenir_jalon(perimetre, jalon)):
        raise PermissionDenied
    if not jalon.action.est_ouverte:
        raise ValidationError("L’action de ce jalon est close : rouvrez-la d’abord.")
    return jalon


def enregistrer(action: Action) -> None:
    """Saves a locked action, whose revision moves on."""
    action.revision += 1
    action.full_clean(exclude=["plan", "objectifs", "predecesseurs"])
    action.save()


def _plan(pk: int) -> PlanDeTravail:
    lignes = PlanDeTravail.objects.select_for_update(of=("self",), no_key=True)
    return lignes.select_related("departement", "annee").get(pk=pk)
