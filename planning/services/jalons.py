"""The milestones of an action, and the thread of comments."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from planning.enums import EtatJalon
from planning.models import Action, Commentaire, Jalon
from planning.permissions import peut_commenter
from planning.selectors.attribution import SaisieResponsable
from planning.services.actions import terminer_action
from planning.services.verrous import tenir_action, verrouiller_action, verrouiller_jalon
from reseaux.models import CIO
from reseaux.perimetre import Perimetre
from socle.journal import journaliser


@transaction.atomic
def creer_jalon(
    *,
    perimetre: Perimetre,
    action: Action,
    intitule: str,
    echeance: dt.date,
    responsable: SaisieResponsable | None = None,
    cio: CIO | None = None,
) -> Jalon:
    """A milestone of an open action; without an owner, those of the action answer."""
    action = verrouiller_action(action, perimetre)
    if not action.est_ouverte:
        raise ValidationError("L’action est close : rouvrez-la pour lui ajouter un jalon.")
    jalon = Jalon(action=action, echeance_fixee_le=timezone.localdate())
    _ecrire(jalon, intitule, echeance, responsable, cio)
    _journaliser(perimetre, "planning.jalon.cree", jalon, apres={"echeance": echeance})
    return jalon


@transaction.atomic
def modifier_jalon(
    *,
    perimetre: Perimetre,
    jalon: Jalon,
    intitule: str,
    echeance: dt.date,
    responsable: SaisieResponsable | None = None,
    cio: CIO | None = None,
) -> Jalon:
    """Rewrites a milestone still to be done; the final one follows its action."""
    jalon = _a_faire(verrouiller_jalon(jalon, perimetre, en_conduite=True))
    if jalon.est_final:
        raise ValidationError("Ce jalon est la fin de l’action : modifiez ou reportez l’action.")
    avant = {"intitule": jalon.intitule, "echeance": jalon.echeance}
    if jalon.echeance != echeance:
        jalon.echeance_fixee_le = timezone.localdate()
    _ecrire(jalon, intitule, echeance, responsable, cio)
    apres = {"intitule": jalon.intitule, "echeance": jalon.echeance}
    _journaliser(perimetre, "planning.jalon.modifie", jalon, avant=avant, apres=apres)
    return jalon


@transaction.atomic
def terminer_jalon(*, perimetre: Perimetre, jalon: Jalon) -> Jalon:
    """Done today; the final one ends the action itself, whose target must hold."""
    jalon = _a_faire(verrouiller_jalon(jalon, perimetre))
    if jalon.est_final:
        terminer_action(perimetre=perimetre, action=jalon.action)
        jalon.refresh_from_db()
        return jalon
    jalon.etat, jalon.fait_le = EtatJalon.FAIT, timezone.localdate()
    jalon.save(update_fields=["etat", "fait_le"])
    _journaliser(perimetre, "planning.jalon.fait", jalon)
    return jalon


@transaction.atomic
def reporter_jalon(*, perimetre: Perimetre, jalon: Jalon, echeance: dt.date, motif: str) -> Jalon:
    """A later due date, with the reason; the reminders begin again with it."""
    jalon = _a_faire(verrouiller_jalon(jalon, perimetre))
    if jalon.est_final:
        raise ValidationError("Ce jalon est la fin de l’action : reportez l’action, sa période le suivra.")
    if not motif.strip():
        raise ValidationError({"motif": "Dites pourquoi l’échéance est reportée."})
    if echeance <= jalon.echeance:
        raise ValidationError(
            {"echeance": f"La nouvelle échéance doit venir après le {jalon.echeance:%d/%m/%Y}."}
        )
    avant, jalon.echeance, jalon.echeance_fixee_le = jalon.echeance, echeance, timezone.localdate()
    jalon.save(update_fields=["echeance", "echeance_fixee_le"])
    _journaliser(
        perimetre,
        "planning.jalon.reporte",
        jalon,
        avant={"echeance": avant},
        apres={"echeance": echeance},
        motif=motif.strip(),
    )
    return jalon


@transaction.atomic
def abandonner_jalon(*, perimetre: Perimetre, jalon: Jalon, motif: str) -> Jalon:
    """Given up by whoever leads the action, with the reason."""
    jalon = _a_faire(verrouiller_jalon(jalon, perimetre, en_conduite=True))
    if jalon.est_final:
        raise ValidationError("Ce jalon est la fin de l’action : abandonnez l’action elle-même.")
    if not motif.strip():
        raise ValidationError({"motif": "Dites pourquoi le jalon est abandonné."})
    jalon.etat = EtatJalon.ABANDONNE
    jalon.save(update_fields=["etat"])
    _journaliser(perimetre, "planning.jalon.abandonne", jalon, motif=motif.strip())
    return jalon


@transaction.atomic
def rouvrir_jalon(*, perimetre: Perimetre, jalon: Jalon) -> Jalon:
    """Done or given up by mistake; the final one opens again with its action."""
    jalon = verrouiller_jalon(jalon, perimetre, en_conduite=True)
    if jalon.etat == EtatJalon.A_FAIRE:
        raise ValidationError("Le jalon est déjà à faire : actualisez la page.")
    jalon.etat, jalon.fait_le = EtatJalon.A_FAIRE, None
    jalon.save(update_fields=["etat", "fait_le"])
    _journaliser(perimetre, "planning.jalon.rouvert", jalon)
    return jalon


@transaction.atomic
def commenter(*, perimetre: Perimetre, action: Action, texte: str, jalon: Jalon | None = None) -> Commentaire:
    """A word on an action or on one of its milestones, signed with the hat worn."""
    action = tenir_action(action)
    if not peut_commenter(perimetre, action):
        raise PermissionDenied
    if jalon is not None and jalon.action_id != action.pk:
        raise ValidationError("Ce jalon n’est pas de cette action.")
    commentaire = Commentaire(
        action=action,
        jalon=jalon,
        auteur_id=perimetre.utilisateur_id,
        qualite=perimetre.libelle[:200],
        texte=texte.strip(),
    )
    commentaire.full_clean(exclude=["auteur"])
    commentaire.save()
    journaliser(
        perimetre=perimetre,
        action="planning.action.commentee",
        objet=action,
        departement_id=action.plan.departement_id,
    )
    return commentaire


def _a_faire(jalon: Jalon) -> Jalon:
    if jalon.etat != EtatJalon.A_FAIRE:
        raise ValidationError(f"Le jalon est déjà {jalon.get_etat_display().lower()} : actualisez la page.")
    return jalon


def _ecrire(
    jalon: Jalon, intitule: str, echeance: dt.date, responsable: SaisieResponsable | None, cio: CIO | None
) -> None:
    saisi = responsable or SaisieResponsable()
    jalon.intitule, jalon.echeance, jalon.cio = intitule.strip(), echeance, cio
    jalon.utilisateur_id, jalon.groupe_id = saisi.utilisateur_id, saisi.groupe_id
    jalon.role = saisi.role
    departement = jalon.action.plan.departement_id
    if cio is not None and cio.departement_id != departement:
        raise ValidationError({"cio": "Ce CIO n’est pas du département du plan."})
    jalon.full_clean(exclude=["action"])
    if jalon.groupe and jalon.groupe.departement_id != departement:
        raise ValidationError({"responsable": "Ce groupe n’est pas du département du plan."})
    jalon.save()


def _journaliser(perimetre: Perimetre, code: str, jalon: Jalon, **quoi: Any) -> None:
    journaliser(
        perimetre=perimetre,
        action=code,
        objet=jalon,
        departement_id=jalon.action.plan.departement_id,
        **quoi,
    )
