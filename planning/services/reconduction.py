"""« Reconduire »: next year's plan, from what was shown and ticked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from planning.models import Action, PlanDeTravail, Responsabilite
from planning.permissions import est_pilote
from planning.selectors.attribution import SaisieResponsable
from planning.selectors.reconduction import ActionReconduite, lire_reconduction
from planning.services.actions import creer_action
from planning.services.dependances import remplacer_predecesseurs
from planning.services.jalons import creer_jalon
from planning.services.plans import creer_plan, regler_plan
from planning.services.verrous import verrouiller_plan
from reseaux.perimetre import Perimetre
from socle.journal import journaliser


@transaction.atomic
def reconduire_plan(
    *,
    perimetre: Perimetre,
    plan: PlanDeTravail,
    rentree: int,
    empreinte: str,
    actions: Collection[int],
    titre: str,
    periode: str,
) -> PlanDeTravail:
    """The new plan holds the actions ticked (their keys) as the preview showed them: owners, objectives,
    targets, milestones, dependencies between them; neither evidence nor comments. Refused when the preview is
    no longer what would be done.
    """
    plan = verrouiller_plan(plan)
    if not est_pilote(perimetre, plan.departement_id):
        raise PermissionDenied
    lue = lire_reconduction(plan, rentree)
    if lue.empreinte != empreinte:
        raise ValidationError(
            "Le plan a changé depuis l’aperçu : voici ce qui serait repris maintenant. Relisez, puis "
            "confirmez."
        )
    gardees = [action for action in lue.actions if action.avant.pk in actions]
    if not gardees:
        raise ValidationError("Cochez au moins une action à reprendre.")
    nouveau = creer_plan(
        perimetre=perimetre, departement=plan.departement, titre=titre, periode=periode, annee=lue.annee
    )
    _suivre(perimetre, nouveau, plan)
    creees = {gardee.avant.pk: _reprendre(perimetre, nouveau, gardee) for gardee in gardees}
    for gardee in gardees:
        attendues = [lien.predecesseur_id for lien in gardee.avant.attend.all()]
        remplacer_predecesseurs(creees[gardee.avant.pk], [creees[pk] for pk in attendues if pk in creees])
    journaliser(
        perimetre=perimetre,
        action="planning.plan.reconduit",
        objet=nouveau,
        apres={"source": str(plan), "actions": [gardee.avant.numero for gardee in gardees]},
        departement_id=plan.departement_id,
    )
    return nouveau


def _suivre(perimetre: Perimetre, nouveau: PlanDeTravail, plan: PlanDeTravail) -> None:
    """Where it comes from, and the same steps of reminders."""
    nouveau.derive_de = plan
    nouveau.save(update_fields=["derive_de"])
    regler_plan(
        perimetre=perimetre,
        plan=nouveau,
        titre=nouveau.titre,
        periode=nouveau.periode,
        annee=nouveau.annee,
        jours_avant=plan.jours_avant,
        jours_entre_relances=plan.jours_entre_relances,
        jours_avant_escalade=plan.jours_avant_escalade,
    )


def _reprendre(perimetre: Perimetre, nouveau: PlanDeTravail, gardee: ActionReconduite) -> Action:
    avant = gardee.avant
    action = creer_action(
        perimetre=perimetre,
        plan=nouveau,
        titre=gardee.titre,
        attribution=avant.attribution,
        calendrier=gardee.calendrier,
        responsables=[_saisie(r, lien=r.lien, est_garant=r.est_garant) for r in gardee.responsables],
        objectifs=[objectif for objectif in avant.objectifs.all() if not objectif.retire_le],
        cible=avant.cible,
        cible_nombre=avant.cible_nombre,
        source=avant.source,
        publique=avant.publique,
    )
    for repris in gardee.jalons:
        creer_jalon(
            perimetre=perimetre,
            action=action,
            intitule=repris.intitule,
            echeance=repris.echeance,
            responsable=_saisie(repris.jalon) if repris.jalon.a_un_responsable else None,
            cio=repris.jalon.cio,
        )
    return action


def _saisie(responsable: Responsabilite, **place: Any) -> SaisieResponsable:
    personne, groupe, role = responsable.cle_responsable
    return SaisieResponsable(utilisateur_id=personne, groupe_id=groupe, role=role, **place)
