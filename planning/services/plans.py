"""The plan of a département: opened from the model of the experiment or from nothing, set, closed."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from comptes.enums import Role
from planning.enums import EtatPlan
from planning.models import Action, Objectif, PlanDeTravail
from planning.permissions import est_pilote, peut_modifier_objectifs, peut_piloter, peut_rouvrir_plan
from planning.selectors.experimentation import experimentation
from planning.services.actions import creer_action
from planning.services.verrous import verrouiller_plan
from planning.validators import decaler_annees, decaler_texte, lire_periode
from reseaux.enums import GenreGroupe
from reseaux.models import AnneeScolaire, Departement, Groupe
from reseaux.perimetre import Perimetre
from reseaux.services.groupes import creer_groupe
from socle.journal import journaliser

#: « Équipe de direction (orientation) »: IEN-IO, adjoint, DCIO by default (conception §2).
EQUIPE_PAR_DEFAUT = (Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.DCIO)


@transaction.atomic
def creer_plan(
    *,
    perimetre: Perimetre,
    departement: Departement,
    titre: str,
    periode: str,
    annee: AnneeScolaire | None = None,
    avec_modele: bool = False,
) -> PlanDeTravail:
    """A plan whose period is read from its text; `avec_modele` brings the thirteen actions of the experiment,
    their years shifted to the one prepared, with the objectives and the équipe de direction they name.
    """
    if not est_pilote(perimetre, departement.pk):
        raise PermissionDenied
    bornes = lire_periode(periode)
    plan = PlanDeTravail(
        departement=departement,
        titre=titre.strip(),
        periode=bornes.texte,
        debut=bornes.debut,
        fin=bornes.fin,
        annee=annee,
    )
    plan.full_clean()
    plan.save()
    journaliser(
        perimetre=perimetre,
        action="planning.plan.cree",
        objet=plan,
        apres={"titre": plan.titre, "periode": plan.periode, "annee": annee.code if annee else None},
        departement_id=departement.pk,
    )
    if avec_modele:
        charger_objectifs(perimetre=perimetre, departement=departement)
        _assurer_equipe(perimetre, departement)
        _charger_actions(perimetre, plan)
    return plan


@transaction.atomic
def charger_objectifs(*, perimetre: Perimetre, departement: Departement) -> int:
    """The two axes, five sub-axes and thirteen objectives, unless the département already has its own tree;
    returns how many nodes were written.
    """
    if not peut_modifier_objectifs(perimetre, departement):
        raise PermissionDenied
    if Objectif.objects.filter(departement=departement).exists():
        return 0
    parents: dict[str, Objectif] = {}
    for rang, noeud in enumerate(experimentation()["objectifs"], 1):
        parents[noeud["code"]] = Objectif.objects.create(
            departement=departement,
            parent=parents.get(noeud["parent"]),
            niveau=noeud["niveau"],
            code=noeud["code"],
            libelle=noeud["libelle"],
            rang=rang,
        )
    journaliser(
        perimetre=perimetre,
        action="planning.objectifs.charges",
        objet=departement,
        departement_id=departement.pk,
    )
    return len(parents)


def _assurer_equipe(perimetre: Perimetre, departement: Departement) -> None:
    equipe = Groupe.objects.filter(departement=departement, genre=GenreGroupe.EQUIPE_DIRECTION)
    if not equipe.exists():
        creer_groupe(
            perimetre=perimetre,
            departement=departement,
            nom="Équipe de direction orientation",
            genre=GenreGroupe.EQUIPE_DIRECTION,
            roles=EQUIPE_PAR_DEFAUT,
        )


def _charger_actions(perimetre: Perimetre, plan: PlanDeTravail) -> None:
    modele = experimentation()
    ecart = (plan.annee.debut.year if plan.annee else plan.debut.year) - modele["annee"]
    objectifs = {o.code: o for o in Objectif.objects.filter(departement=plan.departement_id)}
    creees: list[Action] = []
    for ligne in modele["actions"]:
        creees.append(
            creer_action(
                perimetre=perimetre,
                plan=plan,
                titre=decaler_annees(ligne["titre"], ecart),
                attribution=ligne["attribution"],
                calendrier=decaler_texte(ligne["calendrier"], ecart),
                objectifs=[objectifs[code] for code in ligne["objectifs"] if code in objectifs],
                cible=ligne["cible"],
                source=ligne.get("source", ""),
                publique=ligne["publique"],
                predecesseurs=[creees[rang - 1] for rang in ligne["attend"]],
            )
        )


@transaction.atomic
def regler_plan(
    *,
    perimetre: Perimetre,
    plan: PlanDeTravail,
    titre: str,
    periode: str,
    annee: AnneeScolaire | None,
    jours_avant: list[int],
    jours_entre_relances: int,
    jours_avant_escalade: int,
) -> PlanDeTravail:
    """Title, period, and the steps of the reminders: days before the due date (0 to 365), days between two
    reminders when late, days late before the IEN-IO is told.
    """
    plan = verrouiller_plan(plan)
    if not peut_piloter(perimetre, plan):
        raise PermissionDenied
    if any(not 0 <= jours <= 365 for jours in jours_avant):
        raise ValidationError({"jours_avant": "Chaque rappel part de 0 à 365 jours avant l’échéance."})
    avant = _reglages(plan)
    bornes = lire_periode(periode)
    plan.titre, plan.annee = titre.strip(), annee
    plan.periode, plan.debut, plan.fin = bornes.texte, bornes.debut, bornes.fin
    plan.jours_avant = sorted(set(jours_avant), reverse=True)
    plan.jours_entre_relances, plan.jours_avant_escalade = jours_entre_relances, jours_avant_escalade
    plan.full_clean()
    plan.save()
    apres = _reglages(plan)
    if avant != apres:
        journaliser(
            perimetre=perimetre,
            action="planning.plan.regle",
            objet=plan,
            avant=avant,
            apres=apres,
            departement_id=plan.departement_id,
        )
    return plan


def _reglages(plan: PlanDeTravail) -> dict[str, object]:
    return {
        "titre": plan.titre,
        "periode": plan.periode,
        "annee": plan.annee.code if plan.annee else None,
        "jours_avant": plan.jours_avant,
        "jours_entre_relances": plan.jours_entre_relances,
        "jours_avant_escalade": plan.jours_avant_escalade,
    }


@transaction.atomic
def clore_plan(*, perimetre: Perimetre, plan: PlanDeTravail) -> None:
    """The plan becomes history: nothing in it changes, no reminder leaves any more."""
    plan = verrouiller_plan(plan)
    if not peut_piloter(perimetre, plan):
        raise PermissionDenied
    plan.etat, plan.clos_le = EtatPlan.CLOS, timezone.localdate()
    plan.save(update_fields=["etat", "clos_le"])
    journaliser(
        perimetre=perimetre, action="planning.plan.clos", objet=plan, departement_id=plan.departement_id
    )


@transaction.atomic
def rouvrir_plan(*, perimetre: Perimetre, plan: PlanDeTravail) -> None:
    """A plan closed too early is opened again, and its reminders with it."""
    plan = verrouiller_plan(plan)
    if not peut_rouvrir_plan(perimetre, plan):
        raise PermissionDenied
    plan.etat, plan.clos_le = EtatPlan.OUVERT, None
    plan.save(update_fields=["etat", "clos_le"])
    journaliser(
        perimetre=perimetre, action="planning.plan.rouvert", objet=plan, departement_id=plan.departement_id
    )
