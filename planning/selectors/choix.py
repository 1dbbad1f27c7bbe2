"""What the forms of the work plan propose."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from comptes.enums import Role
from comptes.models import Utilisateur
from planning.models import Responsabilite
from planning.selectors.attribution import SaisieResponsable
from reseaux.models import Departement, Groupe, Habilitation

#: Those who may answer for an action of the département; the Région reads no staff data.
ROLES = [(f"r-{role}", role.label) for role in Role if role not in (Role.ADMIN, Role.CHARGE_MISSION_REGION)]


def personnes_en_poste(departement: Departement) -> QuerySet[Utilisateur]:
    """Whoever holds an habilitation in force in the département, by name."""
    habilitees = Habilitation.objects.en_vigueur().filter(
        Q(departement=departement)
        | Q(cio__departement=departement)
        | Q(etablissement__departement=departement),
        utilisateur=OuterRef("pk"),
    )
    return Utilisateur.objects.filter(Exists(habilitees), is_active=True).order_by("nom", "prenom", "pk")


def choix_responsables(departement: Departement) -> list[tuple[str, list[tuple[str, str]]]]:
    """« r-dcio », « g-4 », « u-12 » and what each is called, by kind."""
    groupes = Groupe.objects.filter(departement=departement).order_by("genre", "nom", "pk")
    personnes = personnes_en_poste(departement)
    return [
        ("Fonctions", ROLES),
        ("Groupes", [(f"g-{groupe.pk}", groupe.nom) for groupe in groupes]),
        ("Personnes", [(f"u-{personne.pk}", str(personne)) for personne in personnes]),
    ]


def cle_responsable(responsable: Responsabilite) -> str:
    """The key of an owner in that list; empty for a milestone without one."""
    personne, groupe, role = responsable.cle_responsable
    if role:
        return f"r-{role}"
    if groupe:
        return f"g-{groupe}"
    return f"u-{personne}" if personne else ""


def responsable_de(cle: str) -> SaisieResponsable | None:
    """The owner behind a key of that list; None for an empty one."""
    if not cle:
        return None
    genre, valeur = cle.split("-", 1)
    if genre == "r":
        return SaisieResponsable(role=valeur)
    if genre == "g":
        return SaisieResponsable(groupe_id=int(valeur))
    return SaisieResponsable(utilisateur_id=int(valeur))
