"""The actions that a CIO opens to its territory: planned, held, called off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from missions.enums import EtatActionDeTerritoire, Volet
from missions.models import ActionDeTerritoire, Partenaire, Public
from missions.permissions import peut_ecrire_territoire
from missions.services.territoire_controles import (
    exiger_annee_modifiable,
    exiger_cio_ouvert,
    exiger_dans_l_annee,
    exiger_pas_a_venir,
    partenaires_du_departement,
    publics_de_l_academie,
)
from reseaux.models import CIO, AnneeScolaire
from reseaux.perimetre import Perimetre
from socle.journal import journaliser


@transaction.atomic
def creer_action_de_territoire(
    *,
    perimetre: Perimetre,
    cio: CIO,
    annee: AnneeScolaire,
    volet: str,
    titre: str,
    jour: dt.date,
    lieu: str = "",
    description: str = "",
    publics: Iterable[Public] = (),
    partenaires: Iterable[Partenaire] = (),
) -> ActionDeTerritoire:
    """Planned on a day of that school year."""
    if not peut_ecrire_territoire(perimetre, cio):
        raise PermissionDenied
    exiger_cio_ouvert(cio)
    action = ActionDeTerritoire(cio=cio, annee=annee)
    _ecrire(action, publics, partenaires, volet=volet, titre=titre, jour=jour, lieu=lieu, texte=description)
    _journaliser(perimetre, "creee", action, apres=_en_clair(action))
    return action


@transaction.atomic
def modifier_action_de_territoire(
    *,
    perimetre: Perimetre,
    action: ActionDeTerritoire,
    annee: AnneeScolaire,
    volet: str,
    titre: str,
    jour: dt.date,
    lieu: str = "",
    description: str = "",
    publics: Iterable[Public] = (),
    partenaires: Iterable[Partenaire] = (),
) -> ActionDeTerritoire:
    """Its CIO does not change: another CIO has its own action."""
    action = _verrouiller(perimetre, action)
    avant, action.annee = _en_clair(action), annee
    _ecrire(action, publics, partenaires, volet=volet, titre=titre, jour=jour, lieu=lieu, texte=description)
    apres = _en_clair(action)
    if apres != avant:
        _journaliser(perimetre, "modifiee", action, avant=avant, apres=apres)
    return action


@transaction.atomic
def realiser_action_de_territoire(
    *, perimetre: Perimetre, action: ActionDeTerritoire, jour: dt.date, participants: int | None = None
) -> ActionDeTerritoire:
    """Held on that day; `participants` counts who came, in all. Corrected the same way."""
    action = _verrouiller(perimetre, action)
    if action.etat == EtatActionDeTerritoire.ANNULEE:
        raise ValidationError("L’action est annulée : rétablissez-la avant de la dire réalisée.")
    exiger_dans_l_annee(jour, action.annee)
    exiger_pas_a_venir(jour, "jour", "Une action réalisée a déjà eu lieu")
    avant = _resultat(action)
    action.etat, action.jour, action.participants = EtatActionDeTerritoire.REALISEE, jour, participants
    action.full_clean()
    action.save()
    _journaliser(perimetre, "realisee", action, avant=avant, apres=_resultat(action))
    return action


@transaction.atomic
def annuler_action_de_territoire(*, perimetre: Perimetre, action: ActionDeTerritoire) -> None:
    """Called off; kept, so that the year tells what was planned."""
    action = _verrouiller(perimetre, action)
    if action.etat != EtatActionDeTerritoire.PREVUE:
        raise ValidationError(
            f"L’action est {action.get_etat_display().lower()} : seule une action prévue s’annule."
        )
    _changer_d_etat(perimetre, action, EtatActionDeTerritoire.ANNULEE, "annulee")


@transaction.atomic
def retablir_action_de_territoire(*, perimetre: Perimetre, action: ActionDeTerritoire) -> None:
    """Called off, or told as held, by mistake: planned again."""
    action = _verrouiller(perimetre, action)
    if action.etat == EtatActionDeTerritoire.PREVUE:
        raise ValidationError("L’action est déjà prévue : actualisez la page.")
    _changer_d_etat(perimetre, action, EtatActionDeTerritoire.PREVUE, "retablie")


def _verrouiller(perimetre: Perimetre, action: ActionDeTerritoire) -> ActionDeTerritoire:
    lignes = ActionDeTerritoire.objects.select_for_update(of=("self",))
    verrouillee = lignes.select_related("cio__departement", "annee").get(pk=action.pk)
    if not peut_ecrire_territoire(perimetre, verrouillee.cio):
        raise PermissionDenied
    exiger_annee_modifiable(verrouillee.annee)
    return verrouillee


def _ecrire(
    action: ActionDeTerritoire,
    publics: Iterable[Public],
    partenaires: Iterable[Partenaire],
    *,
    volet: str,
    titre: str,
    jour: dt.date,
    lieu: str,
    texte: str,
) -> None:
    exiger_annee_modifiable(action.annee)
    exiger_dans_l_annee(jour, action.annee)
    if action.etat == EtatActionDeTerritoire.REALISEE:
        exiger_pas_a_venir(jour, "jour", "L’action est dite réalisée")
    retenus = partenaires_du_departement(partenaires, action.cio.departement_id)
    vises = publics_de_l_academie(publics, action.cio)
    action.volet, action.titre, action.jour = volet, titre.strip(), jour
    action.lieu, action.description = lieu.strip(), texte.strip()
    action.full_clean()
    action.save()
    action.publics.set(vises)
    action.partenaires.set(retenus)


def _changer_d_etat(perimetre: Perimetre, action: ActionDeTerritoire, etat: str, verbe: str) -> None:
    avant = _resultat(action)
    action.etat, action.participants = etat, None
    action.save(update_fields=["etat", "participants"])
    _journaliser(perimetre, verbe, action, avant=avant, apres=_resultat(action))


def _resultat(action: ActionDeTerritoire) -> dict[str, Any]:
    return {
        "etat": EtatActionDeTerritoire(action.etat).label,
        "jour": action.jour,
        "participants": action.participants,
    }


def _en_clair(action: ActionDeTerritoire) -> dict[str, Any]:
    return {
        "titre": action.titre,
        "volet": Volet(action.volet).label,
        "annee": action.annee.code,
        "jour": action.jour,
        "lieu": action.lieu,
        "description": action.description,
        "publics": list(action.publics.order_by("code").values_list("libelle", flat=True)),
        "partenaires": list(action.partenaires.order_by("nom").values_list("nom", flat=True)),
    }


def _journaliser(perimetre: Perimetre, verbe: str, action: ActionDeTerritoire, **quoi: Any) -> None:
    journaliser(
        perimetre=perimetre,
        action=f"missions.territoire.{verbe}",
        objet=action,
        departement_id=action.cio.departement_id,
        **quoi,
    )
