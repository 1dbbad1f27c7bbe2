"""The evaluation of the experiment: criteria, indicators, campaigns, what is said of them, survey, report."""

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
from evaluation.models.rapport import ExportProgramme, LivraisonExport, Rapport, SectionRapport

__all__ = [
    "Analyse",
    "Campagne",
    "Critere",
    "DefinitionFigee",
    "Enquete",
    "ExportProgramme",
    "Indicateur",
    "Invitation",
    "Jeton",
    "LivraisonExport",
    "Mesure",
    "Question",
    "Rapport",
    "Reponse",
    "ResultatEnquete",
    "SaisieDemandee",
    "SectionRapport",
    "Urne",
]
