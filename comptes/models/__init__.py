"""Who signs in, by what proof, and the sessions that are open."""

from comptes.models.identite import IdentiteExterne
from comptes.models.second_facteur import CodeDeSecours, SecondFacteur
from comptes.models.session import Session
from comptes.models.utilisateur import Utilisateur

__all__ = ["CodeDeSecours", "IdentiteExterne", "SecondFacteur", "Session", "Utilisateur"]
