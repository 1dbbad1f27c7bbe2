"""The register of the dossiers: who pilots each today, and under which delegations it was held."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from comptes.enums import Role
from missions.models import Delegation, DossierTransversal
from missions.selectors.delegations import (
    PREAVIS,
    avec_les_personnes,
    delegations_en_vigueur,
    qualite,
    situation,
)
from missions.selectors.matrice import activites_du_dossier
from missions.selectors.titulaires import titulaires
from reseaux.models import Departement


@dataclass(frozen=True)
class DelegationLue:
    delegation: Delegation
    situation: str
    est_en_vigueur: bool
    #: Within the thirty days before its end.
    finit_bientot: bool

    @property
    def delegataire(self) -> str:
        """« Nicolas MALLET (adjoint à l’IEN-IO) »."""
        habilitation = self.delegation.delegataire
        return f"{habilitation.utilisateur} ({qualite(habilitation)})"


@dataclass(frozen=True)
class DossierLu:
    """Without a delegation in force, the IEN-IO pilots: `ien_io` names who that is today."""

    dossier: DossierTransversal
    en_vigueur: DelegationLue | None
    ien_io: str


@dataclass(frozen=True)
class Registre:
    ouverts: list[DossierLu]
    retires: list[DossierTransversal]


@dataclass(frozen=True)
class FicheDossier:
    lu: DossierLu
    delegations: list[DelegationLue]
    #: Activities of the matrix in force that refer to it.
    activites: list[str]


def lire_registre(departement: Departement, jour: dt.date | None = None) -> Registre:
    """Three queries, however many dossiers."""
    jour = jour or timezone.localdate()
    dossiers = list(DossierTransversal.objects.filter(departement=departement).order_by("libelle", "pk"))
    ouverts = [dossier for dossier in dossiers if dossier.retire_le is None]
    en_vigueur = delegations_en_vigueur([dossier.pk for dossier in ouverts], jour)
    ien_io = _ien_io(departement.pk, jour)
    lus = []
    for dossier in ouverts:
        delegation = en_vigueur.get(dossier.pk)
        lus.append(DossierLu(dossier, _lire(delegation, True, jour) if delegation else None, ien_io))
    return Registre(lus, [dossier for dossier in dossiers if dossier.retire_le is not None])


def lire_fiche(dossier: DossierTransversal, jour: dt.date | None = None) -> FicheDossier:
    jour = jour or timezone.localdate()
    delegations = lire_delegations(dossier, jour)
    en_vigueur = next((lue for lue in delegations if lue.est_en_vigueur), None)
    lu = DossierLu(dossier, en_vigueur, _ien_io(dossier.departement_id, jour))
    return FicheDossier(lu, delegations, activites_du_dossier(dossier))


def lire_delegations(dossier: DossierTransversal, jour: dt.date | None = None) -> list[DelegationLue]:
    """All of them, the latest first."""
    jour = jour or timezone.localdate()
    toutes = Delegation.objects.filter(dossier=dossier)
    en_vigueur = set(toutes.en_vigueur(jour).values_list("pk", flat=True))
    return [_lire(d, d.pk in en_vigueur, jour) for d in avec_les_personnes(toutes).order_by("-debut", "-pk")]


def _lire(delegation: Delegation, est_en_vigueur: bool, jour: dt.date) -> DelegationLue:
    return DelegationLue(
        delegation,
        situation(delegation, est_en_vigueur, jour),
        est_en_vigueur,
        est_en_vigueur and delegation.fin <= jour + PREAVIS,
    )


def _ien_io(departement_id: int, jour: dt.date) -> str:
    return ", ".join(titulaires(departement_id, jour).get(Role.IEN_IO, []))
