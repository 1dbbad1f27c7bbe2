"""The actions of a plan: written, done, postponed, abandoned; each keeps its final milestone in step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from planning.enums import SOURCES_DE_LA_CIBLE, EtatAction, EtatJalon, GenreCible, SourceCible
from planning.models import Action, Dependance, Jalon, Objectif, PlanDeTravail, ResponsableAction
from planning.permissions import peut_piloter
from planning.selectors.attribution import SaisieResponsable, lire_attribution
from planning.selectors.cibles import lire_cible
from planning.services.dependances import remplacer_predecesseurs
from planning.services.verrous import enregistrer, verrouiller_action, verrouiller_plan
from planning.validators import lire_periode
from reseaux.perimetre import Perimetre
from socle.journal import journaliser

#: What the journal keeps of an action.
CHAMPS_SUIVIS = ("titre", "attribution", "calendrier", "cible", "cible_nombre", "source", "publique")


@transaction.atomic
def creer_action(
    *,
    perimetre: Perimetre,
    plan: PlanDeTravail,
    titre: str,
    attribution: str,
    calendrier: str,
    responsables: Sequence[SaisieResponsable] | None = None,
    objectifs: Iterable[Objectif] = (),
    cible: str = GenreCible.AUCUNE,
    cible_nombre: int = 1,
    source: str = SourceCible.AUCUNE,
    publique: bool = False,
    predecesseurs: Iterable[Action] = (),
) -> Action:
    """A new line at the end of the plan; without `responsables`, they are read from the attribution."""
    plan = verrouiller_plan(plan)
    if not peut_piloter(perimetre, plan):
        raise PermissionDenied
    dernier = Action.objects.filter(plan=plan).aggregate(dernier=Max("numero"))["dernier"] or 0
    action = Action(plan=plan, numero=dernier + 1)
    _ecrire(
        action,
        calendrier=calendrier,
        titre=titre.strip(),
        attribution=attribution.strip(),
        cible=cible,
        cible_nombre=cible_nombre,
        source=source,
        publique=publique,
    )
    enregistrer(action)
    _inscrire_responsables(action, responsables)
    action.objectifs.set(_du_departement(objectifs, plan))
    remplacer_predecesseurs(action, predecesseurs)
    Jalon.objects.create(
        action=action,
        intitule=action.titre[:250],
        echeance=action.fin,
        echeance_fixee_le=timezone.localdate(),
        est_final=True,
    )
    _journaliser(perimetre, "planning.action.creee", action, apres=_suivi(action))
    return action


@transaction.atomic
def modifier_action(
    *,
    perimetre: Perimetre,
    action: Action,
    revision: int,
    titre: str,
    attribution: str,
    calendrier: str,
    responsables: Sequence[SaisieResponsable] | None = None,
    objectifs: Iterable[Objectif] = (),
    cible: str = GenreCible.AUCUNE,
    cible_nombre: int = 1,
    source: str = SourceCible.AUCUNE,
    publique: bool = False,
    predecesseurs: Iterable[Action] = (),
) -> Action:
    """Rewrites an open action; `revision` is the one that the writer had read."""
    action = verrouiller_action(action, perimetre, en_pilote=True, revision=revision)
    _exiger_ouverte(action)
    avant = _suivi(action)
    _ecrire(
        action,
        calendrier=calendrier,
        titre=titre.strip(),
        attribution=attribution.strip(),
        cible=cible,
        cible_nombre=cible_nombre,
        source=source,
        publique=publique,
    )
    enregistrer(action)
    action.responsables.all().delete()
    _inscrire_responsables(action, responsables)
    action.objectifs.set(_du_departement(objectifs, action.plan))
    remplacer_predecesseurs(action, predecesseurs)
    _accorder_jalon_final(action)
    _journaliser(perimetre, "planning.action.modifiee", action, avant=avant, apres=_suivi(action))
    return action


@transaction.atomic
def terminer_action(*, perimetre: Perimetre, action: Action, le: dt.date | None = None) -> Action:
    """Done on that day (today by default); refused while the target does not hold, saying what is missing."""
    action = verrouiller_action(action, perimetre)
    _exiger_ouverte(action)
    lecture = lire_cible(action)
    if not lecture.atteinte:
        raise ValidationError(
            [f"L’action n’est pas encore faite : {manque}." for manque in lecture.manques], code="cible"
        )
    action.etat, action.faite_le = EtatAction.FAITE, le or timezone.localdate()
    enregistrer(action)
    _accorder_jalon_final(action)
    _journaliser(perimetre, "planning.action.faite", action, apres={"faite_le": action.faite_le})
    return action


@transaction.atomic
def reporter_action(*, perimetre: Perimetre, action: Action, calendrier: str, motif: str) -> Action:
    """A new period, as written, and the reason; the reminders follow the new due date."""
    action = verrouiller_action(action, perimetre)
    _exiger_ouverte(action)
    avant = action.calendrier
    periode = lire_periode(calendrier)
    if not motif.strip():
        raise ValidationError({"motif": "Dites pourquoi l’action est reportée."})
    if periode.texte == avant:
        raise ValidationError({"calendrier": f"L’action est déjà prévue pour « {avant} »."})
    action.calendrier, action.debut, action.fin = periode.texte, periode.debut, periode.fin
    enregistrer(action)
    _accorder_jalon_final(action)
    _journaliser(
        perimetre,
        "planning.action.reportee",
        action,
        avant={"calendrier": avant},
        apres={"calendrier": action.calendrier},
        motif=motif.strip(),
    )
    return action


@transaction.atomic
def abandonner_action(*, perimetre: Perimetre, action: Action, motif: str) -> Action:
    """Given up by whoever drives the plan, with the reason; its reminders stop."""
    action = verrouiller_action(action, perimetre, en_pilote=True)
    _exiger_ouverte(action)
    if not motif.strip():
        raise ValidationError({"motif": "Dites pourquoi l’action est abandonnée."})
    action.etat, action.motif = EtatAction.ABANDONNEE, motif.strip()
    enregistrer(action)
    _accorder_jalon_final(action)
    _journaliser(perimetre, "planning.action.abandonnee", action, motif=action.motif)
    return action


@transaction.atomic
def rouvrir_action(*, perimetre: Perimetre, action: Action, motif: str) -> Action:
    """Done or abandoned by mistake: open again, with the reason."""
    action = verrouiller_action(action, perimetre, en_pilote=True)
    if action.est_ouverte:
        raise ValidationError("L’action est déjà ouverte : actualisez la page.")
    if not motif.strip():
        raise ValidationError({"motif": "Dites pourquoi l’action est rouverte."})
    action.etat, action.faite_le, action.motif = EtatAction.OUVERTE, None, ""
    enregistrer(action)
    _accorder_jalon_final(action)
    _journaliser(perimetre, "planning.action.rouverte", action, motif=motif.strip())
    return action


@transaction.atomic
def suspendre_rappels(*, perimetre: Perimetre, action: Action, jusqu_au: dt.date | None) -> Action:
    """No reminder about this action up to and including that day; None lets them leave again."""
    action = verrouiller_action(action, perimetre, en_pilote=True)
    _exiger_ouverte(action)
    if jusqu_au is not None and jusqu_au < timezone.localdate():
        raise ValidationError({"jusqu_au": "La suspension doit finir aujourd’hui ou plus tard."})
    avant, action.silence_jusqu_au = action.silence_jusqu_au, jusqu_au
    enregistrer(action)
    _journaliser(
        perimetre,
        "planning.action.rappels_suspendus",
        action,
        avant={"silence_jusqu_au": avant},
        apres={"silence_jusqu_au": jusqu_au},
    )
    return action


# --- Parts -------------------------------------------------------------------------------------------


def _exiger_ouverte(action: Action) -> None:
    if not action.est_ouverte:
        raise ValidationError(
            f"L’action est {action.get_etat_display().lower()} : rouvrez-la pour la modifier."
        )


def _ecrire(action: Action, *, calendrier: str, **champs: Any) -> None:
    """The period read from its text, the other fields as they come."""
    try:
        periode = lire_periode(calendrier)
    except ValidationError as erreur:
        raise ValidationError({"calendrier": erreur.messages}) from erreur
    action.calendrier, action.debut, action.fin = periode.texte, periode.debut, periode.fin
    for champ, valeur in champs.items():
        setattr(action, champ, valeur)
    if action.source and action.source not in SOURCES_DE_LA_CIBLE.get(GenreCible(action.cible), ()):
        raise ValidationError(
            {
                "source": f"« {action.get_source_display()} » ne se compte pas dans la cible « "
                f"{action.get_cible_display()} » : changez l’une ou l’autre."
            }
        )


def _inscrire_responsables(action: Action, saisis: Sequence[SaisieResponsable] | None) -> None:
    """In the order given; the first is accountable unless another is said to be."""
    if saisis is None:
        try:
            saisis = lire_attribution(action.attribution, action.plan.departement)
        except ValidationError as erreur:
            raise ValidationError({"attribution": erreur.messages}) from erreur
    if not saisis:
        raise ValidationError(
            {"attribution": "Dites qui répond de l’action : une personne, un rôle, un groupe."}
        )
    garant = next((rang for rang, saisi in enumerate(saisis) if saisi.est_garant), 0)
    for rang, saisi in enumerate(saisis):
        responsable = ResponsableAction(
            action=action,
            rang=rang + 1,
            lien=saisi.lien,
            est_garant=rang == garant,
            utilisateur_id=saisi.utilisateur_id,
            groupe_id=saisi.groupe_id,
            role=saisi.role,
        )
        responsable.full_clean(exclude=["action"])
        if responsable.groupe and responsable.groupe.departement_id != action.plan.departement_id:
            raise ValidationError({"attribution": "Ce groupe n’est pas du département du plan."})
        responsable.save()


def _du_departement(objectifs: Iterable[Objectif], plan: PlanDeTravail) -> list[Objectif]:
    choisis = list(objectifs)
    if any(objectif.departement_id != plan.departement_id for objectif in choisis):
        raise ValidationError({"objectifs": "Un objectif choisi n’est pas du département du plan."})
    return choisis


def _accorder_jalon_final(action: Action) -> None:
    """The final milestone says of the action what the action says of itself."""
    jalon = Jalon.objects.select_for_update(no_key=True).get(action=action, est_final=True)
    jalon.intitule = action.titre[:250]
    if jalon.echeance != action.fin:
        jalon.echeance, jalon.echeance_fixee_le = action.fin, timezone.localdate()
    jalon.etat = {
        EtatAction.OUVERTE: EtatJalon.A_FAIRE,
        EtatAction.FAITE: EtatJalon.FAIT,
        EtatAction.ABANDONNEE: EtatJalon.ABANDONNE,
    }[EtatAction(action.etat)]
    jalon.fait_le = action.faite_le
    jalon.save()


def _suivi(action: Action) -> dict[str, Any]:
    """The fields, the owners and what the action waits for."""
    attend = Dependance.objects.filter(action=action).order_by("predecesseur__numero")
    return {champ: getattr(action, champ) for champ in CHAMPS_SUIVIS} | {
        "objectifs": list(action.objectifs.order_by("code").values_list("code", flat=True)),
        "predecesseurs": list(attend.values_list("predecesseur__numero", flat=True)),
    }


def _journaliser(perimetre: Perimetre, code: str, action: Action, **quoi: Any) -> None:
    journaliser(
        perimetre=perimetre,
        action=code,
        objet=action,
        departement_id=action.plan.departement_id,
        **quoi,
    )
