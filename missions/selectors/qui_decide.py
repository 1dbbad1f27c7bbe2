"""« Qui décide ? »: a few words, one line of answer with the names of today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from comptes.enums import Role
from missions.models import ActeurMatrice, Delegation
from missions.selectors.delegations import delegations_en_vigueur, qualite
from missions.selectors.matrice import LigneLue, TableauMatrice
from missions.selectors.titulaires import titulaires
from reseaux.perimetre import Perimetre
from socle.texte import normaliser_recherche

#: Words of the question itself, and those that every activity holds.
MOTS_VIDES = frozenset(
    normaliser_recherche(
        "qui décide décident que quoi de du des d la le les l un une en et a au aux pour sur dans par ou"
    ).split()
)


@dataclass(frozen=True)
class Reponse:
    """« Réaffectation… → décide : IEN-IO, par délégation : Nicolas MALLET (adjoint…), jusqu’au … »."""

    ligne: LigneLue
    decideur: str
    #: Who holds the role today; empty for a role held by dozens, or when nobody does.
    noms: list[str]
    delegation: Delegation | None = None

    @property
    def delegataire(self) -> str:
        """« Nicolas MALLET (adjoint à l’IEN-IO) »."""
        if self.delegation is None:
            return ""
        habilitation = self.delegation.delegataire
        return f"{habilitation.utilisateur} ({qualite(habilitation)})"


def chercher(tableau: TableauMatrice, question: str) -> list[LigneLue]:
    """The activities that hold every word of the question; accents do not count."""
    mots = [mot for mot in normaliser_recherche(question).split() if mot not in MOTS_VIDES]
    if not mots:
        return []
    return [ligne for ligne in tableau.lignes if all(mot in _texte(ligne, tableau) for mot in mots)]


def repondre(
    tableau: TableauMatrice, question: str, perimetre: Perimetre, jour: dt.date | None = None
) -> list[Reponse]:
    """Two queries at most, whatever is found. The Région reads roles, never who holds them (R08)."""
    lignes = chercher(tableau, question)
    if not lignes:
        return []
    jour = jour or timezone.localdate()
    sans_noms = perimetre.est(Role.CHARGE_MISSION_REGION)
    noms = {} if sans_noms else titulaires(tableau.matrice.departement_id, jour)
    dossiers = {ligne.dossier for ligne in lignes if ligne.dossier}
    delegations = {} if sans_noms else delegations_en_vigueur(dossiers, jour)
    acteurs = {acteur.pk: acteur for acteur in tableau.acteurs}
    return [_reponse(ligne, acteurs[ligne.decide], noms, delegations) for ligne in lignes]


def _reponse(
    ligne: LigneLue,
    acteur: ActeurMatrice,
    noms: Mapping[str, list[str]],
    delegations: Mapping[int, Delegation],
) -> Reponse:
    """A delegation changes who decides only where the actor is the one who delegates."""
    delegation = delegations.get(ligne.dossier or 0)
    if delegation and delegation.delegant.role != acteur.role:
        delegation = None
    return Reponse(ligne, acteur.libelle, noms.get(acteur.role, []), delegation)


def _texte(ligne: LigneLue, tableau: TableauMatrice) -> str:
    dossier = tableau.dossiers.get(ligne.dossier or 0, "")
    return f"{ligne.recherche} {normaliser_recherche(dossier)}" if dossier else ligne.recherche
