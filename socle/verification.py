"""The one question that `socle` asks upwards: does this person still hold this habilitation?

No model is imported here: `reseaux.apps` gives its answer while the applications are being loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from socle.models import Perimetre

    Verification = Callable[[int, int | None], Perimetre | None]

_verifications: list[Verification] = []


def definir_verification(fonction: Verification) -> None:
    """Given by `reseaux` at start: (user, habilitation) -> the perimeter in force today, or None."""
    _verifications[:] = [fonction]


def perimetre_valide(utilisateur_id: int, habilitation_id: int | None) -> Perimetre | None:
    """The perimeter of a person as it stands **now**; without an answer nobody has any right."""
    return _verifications[0](utilisateur_id, habilitation_id) if _verifications else None
