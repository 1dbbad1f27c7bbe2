"""The evaluation of the experiment: criteria, indicators, campaigns, what is said of them."""

from evaluation.models.campagne import Analyse, Campagne, DefinitionFigee, Mesure, SaisieDemandee
from evaluation.models.critere import Critere, Indicateur

__all__ = ["Analyse", "Campagne", "Critere", "DefinitionFigee", "Indicateur", "Mesure", "SaisieDemandee"]
