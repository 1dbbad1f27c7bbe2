"""Territory, schools, réseaux and habilitations."""

from reseaux.models.cio import CIO
from reseaux.models.etablissement import Effectif, Etablissement
from reseaux.models.groupe import Groupe, MembreGroupe
from reseaux.models.habilitation import TERRITOIRE_DU_ROLE, Habilitation
from reseaux.models.reseau import MembreReseau, Reseau
from reseaux.models.territoire import Academie, AnneeScolaire, Bassin, Departement

__all__ = [
    "CIO",
    "TERRITOIRE_DU_ROLE",
    "Academie",
    "AnneeScolaire",
    "Bassin",
    "Departement",
    "Effectif",
    "Etablissement",
    "Groupe",
    "Habilitation",
    "MembreGroupe",
    "MembreReseau",
    "Reseau",
]
