"""The meeting that a gesture is about, locked and judged; its line in the journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from planning.enums import EtatReunion
from planning.models import Reunion
from reseaux.perimetre import Perimetre
from socle.journal import journaliser


def verrouiller_reunion(
    reunion: Reunion, perimetre: Perimetre, droit: Callable[[Perimetre, Reunion], bool]
) -> Reunion:
    """The meeting as the database has it now, for someone who has that right on it."""
    lignes = Reunion.objects.select_for_update(of=("self",)).select_related(
        "departement", "cio", "action__plan", "initiateur", "convoquee_par"
    )
    reunion = lignes.get(pk=reunion.pk)
    if reunion.etat == EtatReunion.ANNULEE:
        raise ValidationError(f"« {reunion} » est annulée : rien n’y change plus.")
    if not droit(perimetre, reunion):
        raise PermissionDenied
    return reunion


def journaliser_reunion(
    perimetre: Perimetre,
    action: str,
    reunion: Reunion,
    avant: dict[str, Any] | None = None,
    apres: dict[str, Any] | None = None,
    *,
    motif: str = "",
) -> None:
    """Kept in the département of the meeting, whoever acts."""
    journaliser(
        perimetre=perimetre,
        action=f"planning.reunion.{action}",
        objet=reunion,
        avant=avant,
        apres=apres,
        motif=motif,
        departement_id=reunion.departement_id,
    )
