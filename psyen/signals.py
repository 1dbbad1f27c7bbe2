"""What the apps above are asked; they listen in their `receivers.py`."""

from __future__ import annotations

from typing import Any

from django.dispatch import Signal

from comptes.models import Utilisateur

#: Sent with `sender=Utilisateur`, `utilisateur`, `limite` (lines shown of what grows, None for all); each
#: receiver answers a list of `psyen.selectors.mes_donnees.Rubrique`: all that its app holds of that person.
donnees_demandees = Signal()


def donnees_d_en_haut(utilisateur: Utilisateur, limite: int | None = None) -> list[Any]:
    """What the apps above hold of a person, in the order in which they were started."""
    reponses: list[tuple[Any, Any]] = donnees_demandees.send(
        sender=Utilisateur, utilisateur=utilisateur, limite=limite
    )
    return [rubrique for _, rubriques in reponses for rubrique in rubriques]
