"""What the missions add to the pages of the apps below."""

from __future__ import annotations

from typing import Any

from comptes.models import Utilisateur
from missions.selectors.mes_donnees import donnees_des_missions
from missions.services.effacement import effacer_des_missions
from psyen.models import PsyEN
from psyen.selectors.mes_donnees import Rubrique
from psyen.signals import donnees_demandees, personne_effacee
from socle.effacement import Effet


def ecouter() -> None:
    """Connects the receivers, once, at start."""
    donnees_demandees.connect(_mes_donnees, sender=Utilisateur)
    personne_effacee.connect(_effacer, sender=Utilisateur)


def _mes_donnees(*, utilisateur: Utilisateur, **_: Any) -> list[Rubrique]:
    return donnees_des_missions(utilisateur)


def _effacer(*, utilisateur: Utilisateur | None, psyen: PsyEN | None, **_: Any) -> list[Effet]:
    return effacer_des_missions(utilisateur=utilisateur, psyen=psyen)
