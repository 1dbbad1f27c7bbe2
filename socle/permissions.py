"""Who may see or do what on the technical screens."""

from django.conf import settings
from django.db.models import Model

from socle.enums import EtatCourriel
from socle.models import ROLE_ADMIN, ROLES_LECTEURS_DU_JOURNAL, Courriel, Perimetre
from socle.porteurs import porteur_de


def peut_voir_courriels(perimetre: Perimetre) -> bool:
    """ADMIN; everyone in demonstration, where mail is shown instead of sent."""
    return perimetre.role == ROLE_ADMIN or settings.DEMONSTRATION


def peut_renvoyer_courriel(perimetre: Perimetre, courriel: Courriel) -> bool:
    """ADMIN, for a mail which failed or of which nobody knows whether it left."""
    return perimetre.role == ROLE_ADMIN and courriel.etat in (EtatCourriel.ECHEC, EtatCourriel.INCERTAIN)


def peut_voir_journal(perimetre: Perimetre) -> bool:
    """ADMIN for everything, IEN-IO and SG for their département (`EntreeJournal.dans_perimetre`)."""
    return perimetre.role == ROLE_ADMIN or perimetre.role in ROLES_LECTEURS_DU_JOURNAL


def peut_lire_documents(perimetre: Perimetre, objet: Model) -> bool:
    """Whoever the app of the object says (`socle.porteurs.declarer_porteur`); nobody otherwise."""
    porteur = porteur_de(objet)
    return porteur is not None and porteur.lire(perimetre, objet)


def peut_deposer_documents(perimetre: Perimetre, objet: Model) -> bool:
    """To deposit, to replace and to withdraw: the same right, that the app of the object gives."""
    porteur = porteur_de(objet)
    return porteur is not None and porteur.ecrire(perimetre, objet)
