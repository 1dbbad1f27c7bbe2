"""PsyEN, répartitions and arrêtés."""

from psyen.models.arrete import Arrete, CompteurArrete, ModeleArrete
from psyen.models.avis import AvisRepartition, CommentaireEtablissement
from psyen.models.psyen import PsyEN, Rattachement
from psyen.models.repartition import Affectation, Repartition, Service

__all__ = [
    "Affectation",
    "Arrete",
    "AvisRepartition",
    "CommentaireEtablissement",
    "CompteurArrete",
    "ModeleArrete",
    "PsyEN",
    "Rattachement",
    "Repartition",
    "Service",
]
