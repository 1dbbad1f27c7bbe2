"""What the pages of the territory tell of their past."""

from comptes.enums import Role
from reseaux.models import CIO, Etablissement, Reseau
from reseaux.perimetre import Perimetre
from reseaux.permissions import peut_lire_tout_l_historique
from socle.journal import historique
from socle.models import EntreeJournalQuerySet


def historique_lu(objet: CIO | Etablissement | Reseau, perimetre: Perimetre) -> EntreeJournalQuerySet | None:
    """Acts on the territory itself, for whoever opens the page; those of the apps above (the words of a chef,
    the counts of a CIO) as the permission says. It names people: None for the Région (R08).
    """
    if perimetre.est(Role.CHARGE_MISSION_REGION):
        return None
    entrees = historique(objet)
    if peut_lire_tout_l_historique(perimetre, objet):
        return entrees
    return entrees.filter(action__startswith="reseaux.")
