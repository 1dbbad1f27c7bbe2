"""The groups of a département with, behind each member, who that is today."""

from __future__ import annotations

from dataclasses import dataclass

from comptes.enums import Role
from planning.models import Responsabilite
from planning.selectors.responsables import Titulaires
from reseaux.models import Departement, Groupe, MembreGroupe
from reseaux.perimetre import Perimetre

#: Held by dozens: their number is enough, and nobody reads the staff of another CIO this way.
ROLES_NOMBREUX = frozenset({Role.PSYEN, Role.CHEF_ETABLISSEMENT})


@dataclass(frozen=True)
class Membre:
    membre: MembreGroupe
    #: Names of today, or a count for the roles held by many; empty when nobody is in post.
    aujourd_hui: str
    est_parti: bool


@dataclass(frozen=True)
class Equipe:
    groupe: Groupe
    membres: list[Membre]


def equipes(perimetre: Perimetre, departement: Departement) -> list[Equipe]:
    """The équipe de direction first; members present or to come, then those who left."""
    groupes = Groupe.objects.dans_perimetre(perimetre).filter(departement=departement)
    membres = MembreGroupe.objects.filter(groupe__in=groupes).select_related("utilisateur")
    titulaires = Titulaires.des_departements([departement.pk])
    par_groupe: dict[int, list[Membre]] = {}
    for membre in membres.order_by("date_debut", "pk"):
        est_parti = membre.date_fin is not None and membre.date_fin < titulaires.jour
        cle = (membre.utilisateur_id, None, membre.role)
        lu = Membre(membre, "" if est_parti else en_poste(titulaires, cle, departement.pk), est_parti)
        par_groupe.setdefault(membre.groupe_id, []).append(lu)
    return [
        Equipe(groupe, sorted(par_groupe.get(groupe.pk, []), key=lambda lu: lu.est_parti))
        for groupe in groupes.order_by("genre", "nom", "pk")
    ]


def en_poste(
    titulaires: Titulaires, cle: tuple[int | None, int | None, str], departement: int, cio: int | None = None
) -> str:
    """« Claire MARTIN, Paul DURAND », « 12 personnes »; empty when nobody in post stands behind."""
    personnes = titulaires.resoudre(cle, departement, cio)
    if cle[2] in ROLES_NOMBREUX and personnes:
        return f"{len(personnes)} personne{'s' if len(personnes) > 1 else ''}"
    nombreuses = _derriere_un_role_nombreux(titulaires, cle[1], departement) if cle[1] else set()
    nommees = [personne for personne in personnes if personne.pk not in nombreuses]
    textes = [str(personne) for personne in nommees]
    if reste := len(personnes) - len(nommees):
        textes.append(f"{reste} autre{'s' if reste > 1 else ''}" if textes else f"{reste} personnes")
    return ", ".join(textes)


def responsable_en_poste(
    titulaires: Titulaires, responsable: Responsabilite, departement: int, cio: int | None = None
) -> str:
    """The same for the owner of an action or of a milestone."""
    return en_poste(titulaires, responsable.cle_responsable, departement, cio)


def _derriere_un_role_nombreux(titulaires: Titulaires, groupe: int, departement: int) -> set[int]:
    return {
        personne.pk
        for membre, role in titulaires.groupes.get(groupe, [])
        if membre is None and role in ROLES_NOMBREUX
        for personne in titulaires.resoudre((None, None, role), departement)
    }
