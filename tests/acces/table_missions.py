"""Lines of the missions: nomenclature, matrix, delegations, territory, activity."""

from tests.acces.table import Acces

ACCES_MISSIONS: list[Acces] = []
