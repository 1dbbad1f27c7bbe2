"""The row that a gesture is about, locked and judged: right, state, colleague's edit."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError

from planning.models import Action, Jalon, PlanDeTravail
from planning.permissions import peut_conduire, peut_piloter, peut_tenir_jalon
from reseaux.perimetre import Perimetre


def verrouiller_plan(plan: PlanDeTravail) -> PlanDeTravail:
    return (
        PlanDeTravail.objects.select_for_update(of=("self",))
        .select_related("departement", "annee")
        .get(pk=plan.pk)
    )


def verrouiller_action(
    action: Action, perimetre: Perimetre, *, en_pilote: bool = False, revision: int | None = None
) -> Action:
    """The action as the database has it now; `en_pilote` asks the right to write the plan itself."""
    lignes = Action.objects.select_for_update(of=("self",)).select_related("plan__departement", "plan__annee")
    action = lignes.get(pk=action.pk)
    if not (peut_piloter(perimetre, action.plan) if en_pilote else peut_conduire(perimetre, action)):
        raise PermissionDenied
    if revision is not None and revision != action.revision:
        raise ValidationError(
            "Quelqu’un a modifié cette action pendant que vous l’écriviez : comparez votre saisie à la page "
            "de l’action, puis enregistrez de nouveau."
        )
    return action


def verrouiller_jalon(jalon: Jalon, perimetre: Perimetre, *, en_conduite: bool = False) -> Jalon:
    """The milestone as the database has it now; `en_conduite` asks the right to lead its action."""
    lignes = Jalon.objects.select_for_update(of=("self",)).select_related("action__plan__departement")
    jalon = lignes.get(pk=jalon.pk)
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
