"""What the missions add to the pages of the apps below."""

from __future__ import annotations

from typing import Any

from comptes.models import Utilisateur
from missions.selectors.mes_donnees import donnees_des_missions
from psyen.selectors.mes_donnees import Rubrique
from psyen.signals import donnees_demandees


def ecouter() -> None:
    """Connects the receivers, once, at start."""
    donnees_demandees.connect(_mes_donnees, sender=Utilisateur)


def _mes_donnees(*, utilisateur: Utilisateur, **_: Any) -> list[Rubrique]:
    return donnees_des_missions(utilisateur)
