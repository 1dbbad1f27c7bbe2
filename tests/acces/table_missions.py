"""Lines of the missions: nomenclature, matrix, delegations, territory, activity."""

from tests.acces.table import Acces
from tests.acces.table_activite import ACCES_ACTIVITE
from tests.acces.table_missions_confiees import ACCES_CONFIEES
from tests.acces.table_missions_lettres import ACCES_LETTRES
from tests.acces.table_missions_matrice import ACCES_DOSSIERS, ACCES_MATRICE
from tests.acces.table_territoire import ACCES_TERRITOIRE

ACCES_MISSIONS: list[Acces] = [
    *ACCES_ACTIVITE,
    *ACCES_TERRITOIRE,
    *ACCES_CONFIEES,
    *ACCES_LETTRES,
    *ACCES_MATRICE,
    *ACCES_DOSSIERS,
]
