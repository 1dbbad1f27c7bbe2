"""What the evaluation tells the apps below, and adds to their pages."""

from __future__ import annotations

from typing import Any

from comptes.models import Utilisateur
from evaluation.selectors.mes_donnees import donnees_de_l_evaluation
from evaluation.selectors.rapports import manque_du_bilan
from evaluation.services.effacement import effacer_de_l_evaluation
from planning.selectors.cibles import declarer_exigence_du_bilan
from psyen.models import PsyEN
from psyen.selectors.mes_donnees import Rubrique
from psyen.signals import donnees_demandees, personne_effacee
from socle.effacement import Effet


def ecouter() -> None:
    """Connects the receivers, once, at start."""
    declarer_exigence_du_bilan(manque_du_bilan)
    donnees_demandees.connect(_mes_donnees, sender=Utilisateur)
    personne_effacee.connect(_effacer, sender=Utilisateur)


def _mes_donnees(*, utilisateur: Utilisateur, limite: int | None, **_: Any) -> list[Rubrique]:
    return donnees_de_l_evaluation(utilisateur, limite)


def _effacer(*, psyen: PsyEN | None, **_: Any) -> list[Effet]:
    return effacer_de_l_evaluation(psyen=psyen)
