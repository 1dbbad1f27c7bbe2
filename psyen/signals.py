"""What the apps above are asked; they listen in their `receivers.py`."""

from __future__ import annotations

from typing import Any

from django.dispatch import Signal

from comptes.models import Utilisateur
from psyen.models import PsyEN
from socle.effacement import Effet

#: Sent with `sender=Utilisateur`, `utilisateur`, `limite` (lines shown of what grows, None for all); each
#: receiver answers a list of `psyen.selectors.mes_donnees.Rubrique`: all that its app holds of that person.
donnees_demandees = Signal()


#: Sent with `sender=Utilisateur`, `utilisateur`, `psyen` (either may be None): each receiver erases what its
#: app holds of that person and answers a list of `socle.effacement.Effet`.
personne_effacee = Signal()


def effets_d_en_haut(utilisateur: Utilisateur | None, psyen: PsyEN | None) -> list[Effet]:
    """What the apps above erased or kept."""
    reponses: list[tuple[Any, Any]] = personne_effacee.send(
        sender=Utilisateur, utilisateur=utilisateur, psyen=psyen
    )
    return [effet for _, effets in reponses for effet in effets]


def donnees_d_en_haut(utilisateur: Utilisateur, limite: int | None = None) -> list[Any]:
    """What the apps above hold of a person, in the order in which they were started."""
    reponses: list[tuple[Any, Any]] = donnees_demandees.send(
        sender=Utilisateur, utilisateur=utilisateur, limite=limite
    )
    return [rubrique for _, rubriques in reponses for rubrique in rubriques]
