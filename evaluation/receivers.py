"""What the evaluation tells the apps below."""

from __future__ import annotations

from evaluation.selectors.rapports import manque_du_bilan
from planning.selectors.cibles import declarer_exigence_du_bilan


def ecouter() -> None:
    """Connects the receivers, once, at start."""
    declarer_exigence_du_bilan(manque_du_bilan)
