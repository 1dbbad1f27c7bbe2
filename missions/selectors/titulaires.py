"""Who holds each role of the département on a day: habilitations in force, in one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.utils import timezone

from comptes.enums import Role
from reseaux.models import Habilitation

#: Roles held by dozens are never named here, nor those that are not of the direction.
ROLES_NOMMES = (Role.DASEN, Role.SG, Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.DCIO, Role.CHARGE_MISSION_REGION)


def habilitations_du_departement(departement_id: int, jour: dt.date | None = None) -> QuerySet[Habilitation]:
    """In force that day, in the département or in one of its CIO; of people who may still sign in."""
    du_departement = Q(departement=departement_id) | Q(cio__departement=departement_id)
    habilitations = Habilitation.objects.en_vigueur(jour).filter(du_departement, utilisateur__is_active=True)
    return habilitations.select_related("utilisateur", "departement", "cio").defer("departement__contour")


def titulaires(departement_id: int, jour: dt.date | None = None) -> Mapping[str, list[str]]:
    """Role → « Claire MARTIN », « Paul DURAND (CIO de Blois) », by family name."""
    noms: dict[str, list[str]] = {}
    habilitations = habilitations_du_departement(departement_id, jour or timezone.localdate())
    nommees = habilitations.filter(role__in=ROLES_NOMMES)
    for habilitation in nommees.order_by("utilisateur__nom", "utilisateur__prenom", "pk"):
        lieu = f" ({habilitation.cio})" if habilitation.cio else ""
        noms.setdefault(habilitation.role, []).append(f"{habilitation.utilisateur}{lieu}")
    return noms
