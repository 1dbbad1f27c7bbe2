"""Who may act on accounts."""

from comptes.enums import Role
from comptes.models import Utilisateur
from socle.models import Perimetre


def peut_gerer_comptes(perimetre: Perimetre) -> bool:
    """The ADMIN, and the application's own commands."""
    return perimetre.est_systeme or perimetre.role == Role.ADMIN


def peut_desactiver(perimetre: Perimetre, utilisateur: Utilisateur) -> bool:
    """The ADMIN, but never their own account: nobody could open it again."""
    return peut_gerer_comptes(perimetre) and perimetre.utilisateur_id != utilisateur.pk
