"""Missing figures asked for through the milestones of the work plan, whose reminders then do their work."""

from __future__ import annotations

from collections import defaultdict

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from evaluation.models import Campagne, SaisieDemandee
from evaluation.permissions import peut_demander_saisies
from evaluation.selectors.manques import (
    Attente,
    Manque,
    action_d_evaluation,
    attentes,
    est_donne,
    jalons_des_demandes,
    manques,
    places_donnees,
)
from evaluation.services.verrous import verrouiller_campagne
from planning.models import Action, Jalon
from planning.permissions import peut_conduire, peut_tenir_jalon
from planning.selectors.attribution import SaisieResponsable
from planning.services.jalons import abandonner_jalon, creer_jalon, modifier_jalon, terminer_jalon
from reseaux.perimetre import Perimetre
from socle.journal import journaliser

SANS_ACTION = (
    "Aucun plan de travail en cours n’a d’action ouverte qui vise la réunion bilan (« Procéder à "
    "l’évaluation de l’expérimentation… ») : ajoutez-la au plan, les rappels partiront d’elle."
)


@transaction.atomic
def demander_saisies(*, perimetre: Perimetre, campagne: Campagne) -> list[Jalon]:
    """One milestone per owner and CIO for what is missing and not asked for yet, due as the campaign says."""
    campagne = verrouiller_campagne(campagne, perimetre, peut_demander_saisies)
    echeance = campagne.echeance
    if echeance is None or echeance < timezone.localdate():
        raise ValidationError(
            "Donnez d’abord à la campagne une échéance à venir pour ses saisies : « Régler la campagne »."
        )
    manquants = manques(campagne)
    demandes = jalons_des_demandes(campagne)
    restants = [manque for manque in manquants if manque.place not in demandes]
    if not restants:
        raise ValidationError(
            "Tout ce qui manque est déjà demandé." if manquants else "Aucune saisie ne manque."
        )
    action = action_d_evaluation(campagne.departement_id)
    if action is None:
        raise ValidationError(SANS_ACTION)
    if not peut_conduire(perimetre, action):
        raise PermissionDenied
    jalons = [_demander(perimetre, campagne, action, attente) for attente in attentes(campagne, restants)]
    _journaliser(perimetre, campagne, restants)
    return jalons


def _demander(perimetre: Perimetre, campagne: Campagne, action: Action, attente: Attente) -> Jalon:
    personne, groupe, role = attente.cle_responsable
    assert campagne.echeance is not None  # noqa: S101 - checked by the caller
    jalon = creer_jalon(
        perimetre=perimetre,
        action=action,
        intitule=_intitule(campagne, attente),
        echeance=campagne.echeance,
        responsable=SaisieResponsable(personne, groupe, role),
        cio=attente.cio,
    )
    SaisieDemandee.objects.bulk_create(
        SaisieDemandee(campagne=campagne, indicateur=indicateur, cio=attente.cio, jalon=jalon)
        for indicateur in attente.indicateurs
    )
    return jalon


def _intitule(campagne: Campagne, attente: Attente) -> str:
    """« Évaluation T1 : donner I14, I15 (CIO de Blois) »."""
    codes = ", ".join(indicateur.code for indicateur in attente.indicateurs)
    ou = f" ({attente.cio})" if attente.cio else ""
    return f"Évaluation {campagne.code} : donner {codes}"[: 250 - len(ou)] + ou


def _journaliser(perimetre: Perimetre, campagne: Campagne, restants: list[Manque]) -> None:
    journaliser(
        perimetre=perimetre,
        action="evaluation.campagne.relancee",
        objet=campagne,
        apres={"manquantes": len(restants)},
        departement_id=campagne.departement_id,
    )


def solder_demandes(*, perimetre: Perimetre, campagne: Campagne) -> None:
    """The milestones whose figures are all there are done: by whoever gave the last one when he answers for
    it, otherwise by the application.
    """
    places = places_donnees(campagne)
    for jalon, demandes in _ouvertes(campagne).items():
        if all(est_donne(demande.indicateur, demande.cio_id, places) for demande in demandes):
            auteur = perimetre if peut_tenir_jalon(perimetre, jalon) else Perimetre.systeme()
            terminer_jalon(perimetre=auteur, jalon=jalon)


def reporter_demandes(*, perimetre: Perimetre, campagne: Campagne) -> None:
    """What is asked for is due when the campaign now says; its reminders begin again."""
    assert campagne.echeance is not None  # noqa: S101 - checked by the caller
    for jalon in _ouvertes(campagne):
        modifier_jalon(
            perimetre=_conducteur(perimetre, jalon),
            jalon=jalon,
            intitule=jalon.intitule,
            echeance=campagne.echeance,
            responsable=SaisieResponsable(*jalon.cle_responsable),
            cio=jalon.cio,
        )


def abandonner_demandes(*, perimetre: Perimetre, campagne: Campagne) -> None:
    """A frozen campaign waits for nothing more."""
    for jalon in _ouvertes(campagne):
        abandonner_jalon(
            perimetre=_conducteur(perimetre, jalon), jalon=jalon, motif=f"Campagne {campagne.code} figée."
        )


def _conducteur(perimetre: Perimetre, jalon: Jalon) -> Perimetre:
    """Whoever acts when he leads the action; the SG, who leads the campaign only, acts by the application."""
    return perimetre if peut_conduire(perimetre, jalon.action) else Perimetre.systeme()


def _ouvertes(campagne: Campagne) -> dict[Jalon, list[SaisieDemandee]]:
    """Milestone still to be done → the figures it asks for."""
    par_jalon: dict[Jalon, list[SaisieDemandee]] = defaultdict(list)
    demandes = SaisieDemandee.objects.filter(campagne=campagne, jalon__in=Jalon.objects.a_faire())
    lues = demandes.select_related("indicateur", "jalon__action__plan", "jalon__cio")
    for demande in lues.order_by("jalon__pk", "pk"):
        par_jalon[demande.jalon].append(demande)
    return par_jalon
