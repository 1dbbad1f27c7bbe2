"""The choice of who answers: a role, a group, a person, in one list."""

from __future__ import annotations

from typing import Any

from django import forms

from comptes.enums import Role
from planning.models import Responsabilite
from planning.selectors.attribution import SaisieResponsable
from planning.selectors.choix import personnes_en_poste
from reseaux.models import Departement, Groupe

#: Those who may answer for an action of the département; the Région reads no staff data.
ROLES = [(f"r-{role}", role.label) for role in Role if role not in (Role.ADMIN, Role.CHARGE_MISSION_REGION)]


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


class ResponsableField(forms.ChoiceField):
    """Gives a `SaisieResponsable`, or None when left empty."""

    def __init__(self, *, vide: str = "Aucun", **kwargs: Any) -> None:
        self.vide = vide
        super().__init__(required=False, **kwargs)

    def proposer(self, choix: list[Any], *, present: Responsabilite | None = None) -> None:
        """With the present owner even if he has left: he is replaced knowingly."""
        cle = cle_responsable(present) if present else ""
        connus = {valeur for _, groupe in choix for valeur, _ in groupe}
        ancien = [("Mandat échu", [(cle, present.libelle_responsable)])] if present and cle else []
        self.choices = [("", self.vide), *choix, *(ancien if cle not in connus else [])]

    def clean(self, value: Any) -> Any:
        cle = super().clean(value)
        if not cle:
            return None
        genre, valeur = cle.split("-", 1)
        if genre == "r":
            return SaisieResponsable(role=valeur)
        if genre == "g":
            return SaisieResponsable(groupe_id=int(valeur))
        return SaisieResponsable(utilisateur_id=int(valeur))
