"""The draft that a gesture is about: locked, judged, and what every change of it brings about."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from missions.models import Matrice
from missions.permissions import peut_preparer_matrice
from reseaux.perimetre import Perimetre
from socle.journal import journaliser

DEPASSEE = (
    "Quelqu’un a modifié le projet depuis que vous l’avez ouvert : relisez ce qui a changé, puis enregistrez "
    "de nouveau."
)
FIGEE = "Cette version est validée : elle ne change plus. Préparez une nouvelle version à partir d’elle."


def verrouiller_projet(matrice: Matrice, perimetre: Perimetre, *, revision: int | None = None) -> Matrice:
    """The draft as the database has it now; `revision` is that of the page that was read."""
    verrouillee = (
        Matrice.objects.select_for_update(of=("self",)).select_related("departement").get(pk=matrice.pk)
    )
    if not peut_preparer_matrice(perimetre, verrouillee.departement):
        raise PermissionDenied
    if not verrouillee.est_modifiable:
        raise ValidationError(FIGEE)
    if revision is not None and revision != verrouillee.revision:
        raise ValidationError(DEPASSEE, code="depassee")
    return verrouillee


def toucher(perimetre: Perimetre, matrice: Matrice, action: str, **quoi: Any) -> None:
    """A change of the draft: its revision moves on, validations already given fall, the journal says it."""
    donnees = dict(quoi.pop("apres", None) or {})
    if tombees := validations_donnees(matrice):
        donnees["validations_effacees"] = tombees
    matrice.validee_sg_par = matrice.validee_sg_le = None
    matrice.validee_direction_par = matrice.validee_direction_le = None
    matrice.validee_direction_qualite = ""
    matrice.revision += 1
    matrice.save()
    journaliser(
        perimetre=perimetre,
        action=action,
        objet=matrice,
        apres=donnees or None,
        departement_id=matrice.departement_id,
        **quoi,
    )


def validations_donnees(matrice: Matrice) -> list[str]:
    """« SG », « direction »: those that the draft bears."""
    donnees = []
    if matrice.validee_sg_le:
        donnees.append("secrétaire général")
    if matrice.validee_direction_le:
        donnees.append("direction de l’orientation")
    return donnees
