"""Lines of the evaluation: criteria and definitions, campaigns, survey, report."""

from tests.acces.table import Acces
from tests.acces.table_enquetes import ACCES_ENQUETES
from tests.acces.table_evaluation_cadre import ACCES_CADRE
from tests.acces.table_evaluation_campagnes import ACCES_CAMPAGNES
from tests.acces.table_rapports import ACCES_RAPPORTS

ACCES_EVALUATION: list[Acces] = [*ACCES_CADRE, *ACCES_CAMPAGNES, *ACCES_ENQUETES, *ACCES_RAPPORTS]
