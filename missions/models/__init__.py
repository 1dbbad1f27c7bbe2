"""Missions and authorities: who does what, where, under whom."""

from missions.models.activite import ProgrammeActivites, ReleveActivite
from missions.models.confiee import (
    CommentaireMissions,
    LettreDeMission,
    MissionConfiee,
    PrioriteEtablissement,
)
from missions.models.dossier import ChampIntervention, Delegation, DossierTransversal
from missions.models.matrice import ActeurMatrice, CaseMatrice, LigneMatrice, Matrice
from missions.models.nomenclature import Mission, Public
from missions.models.poste import FicheDePoste
from missions.models.territoire import (
    ActionDeTerritoire,
    ActionExternalisable,
    BiblioLab,
    Convention,
    Partenaire,
)

__all__ = [
    "ActeurMatrice",
    "ActionDeTerritoire",
    "ActionExternalisable",
    "BiblioLab",
    "CaseMatrice",
    "ChampIntervention",
    "CommentaireMissions",
    "Convention",
    "Delegation",
    "DossierTransversal",
    "FicheDePoste",
    "LettreDeMission",
    "LigneMatrice",
    "Matrice",
    "Mission",
    "MissionConfiee",
    "Partenaire",
    "PrioriteEtablissement",
    "ProgrammeActivites",
    "Public",
    "ReleveActivite",
]
