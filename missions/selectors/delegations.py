"""The delegations of the IEN-IO: in force, to come, ended; under which one somebody acts today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from comptes.enums import Role
from missions.models import Delegation, DossierTransversal
from missions.permissions import peut_gerer_dossiers
from missions.selectors.titulaires import habilitations_du_departement
from reseaux.models import Departement, Habilitation
from reseaux.perimetre import Perimetre
from socle.templatetags.cio import en_toutes_lettres

#: To whom the IEN-IO may delegate: the équipe de direction, the SG; another IEN-IO of the département.
DELEGATAIRES = (Role.ADJOINT_IEN_IO, Role.DCIO, Role.IEN_IO, Role.SG)
#: The two parties are told that many days before the end.
PREAVIS = dt.timedelta(days=30)


def delegataires(departement: Departement, sauf: int | None = None) -> QuerySet[Habilitation]:
    """Habilitations to which a dossier may be delegated; never those of the person `sauf`."""
    possibles = habilitations_du_departement(departement.pk).filter(role__in=DELEGATAIRES)
    if sauf is not None:
        possibles = possibles.exclude(utilisateur=sauf)
    return possibles.order_by("utilisateur__nom", "utilisateur__prenom", "pk")


def avec_les_personnes(delegations: QuerySet[Delegation]) -> QuerySet[Delegation]:
    """With both persons, what each is, and the dossier."""
    return delegations.select_related(
        "dossier__departement",
        "delegant__utilisateur",
        "delegant__departement",
        "delegataire__utilisateur",
        "delegataire__departement",
        "delegataire__cio",
    )


def delegations_en_vigueur(dossiers: Iterable[int], jour: dt.date | None = None) -> dict[int, Delegation]:
    """Dossier → its delegation of the day: two never overlap."""
    en_vigueur = Delegation.objects.en_vigueur(jour).filter(dossier__in=list(dossiers))
    return {d.dossier_id: d for d in avec_les_personnes(en_vigueur).order_by("pk")}


def situation(delegation: Delegation, en_vigueur: bool, jour: dt.date) -> str:
    """What the register says of it."""
    if delegation.retiree_le:
        return "Retirée"
    if delegation.fin < jour:
        return "Échue"
    if delegation.debut > jour:
        return "À venir"
    return "En vigueur" if en_vigueur else "Sans effet"


def qualite(habilitation: Habilitation) -> str:
    """« adjoint à l’IEN-IO », « DCIO, CIO de Blois »: what the person is, as said after the name."""
    role = habilitation.get_role_display()
    if habilitation.cio:
        return f"{role}, {habilitation.cio}"
    return role if role.isupper() or role.startswith("IEN") else role[0].lower() + role[1:]


def delegation_portee(perimetre: Perimetre, dossier: DossierTransversal) -> Delegation | None:
    """The delegation that makes the worn habilitation a pilot of the dossier today, if one does."""
    if perimetre.habilitation_id is None or peut_gerer_dossiers(perimetre, dossier.departement):
        return None
    portees = Delegation.objects.en_vigueur().filter(dossier=dossier, delegataire=perimetre.habilitation_id)
    return portees.order_by("pk").first()


def mention_delegation(perimetre: Perimetre, dossier: DossierTransversal) -> str:
    """« par délégation de l’IEN-IO, du 1er septembre 2026 au 31 août 2027 »; empty for anyone else."""
    delegation = delegation_portee(perimetre, dossier)
    return mention(delegation) if delegation else ""


def mention(delegation: Delegation) -> str:
    """The words under which whoever holds the delegation signs."""
    du, au = en_toutes_lettres(delegation.debut), en_toutes_lettres(delegation.fin)
    return f"par délégation de l’IEN-IO, du {du} au {au}"


def qui_finissent(jour: dt.date | None = None) -> QuerySet[Delegation]:
    """In force, ending within thirty days: a day missed is caught up the next one."""
    jour = jour or timezone.localdate()
    proches = Delegation.objects.en_vigueur(jour).filter(fin__lte=jour + PREAVIS)
    return avec_les_personnes(proches).order_by("fin", "pk")
