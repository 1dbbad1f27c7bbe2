"""The evaluation of the experiment: criteria, indicators, campaigns, what is said of them, the survey."""

from evaluation.models.campagne import Analyse, Campagne, DefinitionFigee, Mesure, SaisieDemandee
from evaluation.models.critere import Critere, Indicateur
from evaluation.models.enquete import (
    Enquete,
    Invitation,
    Jeton,
    Question,
    Reponse,
    ResultatEnquete,
    Urne,
)

__all__ = [
    "Analyse",
    "Campagne",
    "Critere",
    "DefinitionFigee",
    "Enquete",
    "Indicateur",
    "Invitation",
    "Jeton",
    "Mesure",
    "Question",
    "Reponse",
    "ResultatEnquete",
    "SaisieDemandee",
    "Urne",
]
