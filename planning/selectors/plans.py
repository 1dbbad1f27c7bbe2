"""The plans of a département: those under way, then history."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from planning.enums import EtatAction
from planning.models import Action, PlanDeTravail
from reseaux.models import Departement
from reseaux.perimetre import Perimetre


@dataclass(frozen=True)
class PlanChiffre:
    """A plan with the number of its actions that one reads, done and late."""

    plan: PlanDeTravail
    actions: int
    faites: int
    en_retard: int


def plans_chiffres(perimetre: Perimetre, departement: Departement) -> list[PlanChiffre]:
    """Open ones first, then the latest; two queries whatever their number."""
    plans = PlanDeTravail.objects.dans_perimetre(perimetre).filter(departement=departement)
    comptes = {ligne["plan"]: ligne for ligne in _comptes(perimetre, departement)}
    lus = [
        PlanChiffre(plan, *(comptes.get(plan.pk, {}).get(cle, 0) for cle in ("toutes", "faites", "tardives")))
        for plan in plans.select_related("annee", "derive_de").order_by("-debut", "-pk")
    ]
    return sorted(lus, key=lambda lu: not lu.plan.est_modifiable)


def _comptes(perimetre: Perimetre, departement: Departement):
    actions = Action.objects.dans_perimetre(perimetre).filter(plan__departement=departement)
    retard = Q(etat=EtatAction.OUVERTE, fin__lt=timezone.localdate())
    return (
        actions.values("plan")
        .annotate(
            toutes=Count("pk"),
            faites=Count("pk", filter=Q(etat=EtatAction.FAITE)),
            tardives=Count("pk", filter=retard),
        )
        .order_by("plan")
    )
