"""Who may do what on the territory. Each docstring is the rule."""

from collections.abc import Iterable

from django.conf import settings

from comptes.enums import Role
from reseaux.models import CIO, AnneeScolaire, Etablissement, Habilitation, Reseau
from reseaux.perimetre import ROLES_DEPARTEMENT, Perimetre


def exige_second_facteur(habilitations: Iterable[Habilitation]) -> bool:
    """Whoever reads a whole département (DASEN, SG, IEN-IO and the adjoint, who does what the IEN-IO does)
    or opens the accesses (ADMIN): a single habilitation in force is enough, worn or not.
    """
    roles = ROLES_DEPARTEMENT | {Role.ADMIN}
    return settings.SECOND_FACTEUR_EXIGE and any(h.role in roles for h in habilitations)


def peut_administrer(perimetre: Perimetre) -> bool:
    """The ADMIN alone imports reference data and manages accounts, habilitations and school years."""
    return perimetre.est_systeme or perimetre.est(Role.ADMIN)


def peut_revoquer(perimetre: Perimetre, habilitation: Habilitation) -> bool:
    """The ADMIN revokes what is held on the territories of his académie."""
    return (
        peut_administrer(perimetre)
        and Habilitation.objects.dans_perimetre(perimetre).filter(pk=habilitation.pk).exists()
    )


def peut_lire_perimetre(perimetre: Perimetre) -> bool:
    """The whole perimeter of a CIO and its map: everyone but the chef d'établissement, who reads the
    réseau of his school.
    """
    return not perimetre.est(Role.CHEF_ETABLISSEMENT)


def peut_lire_tout_l_historique(perimetre: Perimetre, objet: CIO | Etablissement | Reseau) -> bool:
    """What every app wrote on an object: the chef of that school, the agents of its CIO and, as they read it
    in the journal, the direction and the ADMIN.
    """
    if perimetre.est_systeme or perimetre.lit_le_departement or perimetre.est(Role.ADMIN):
        return True
    if perimetre.est(Role.CHEF_ETABLISSEMENT):
        return isinstance(objet, Etablissement) and perimetre.etablissement_id == objet.pk
    cio = objet if isinstance(objet, CIO) else objet.cio
    return perimetre.travaille_au_cio and cio is not None and perimetre.cio_id in (cio.pk, cio.parent_id)


def peut_modifier_reseaux(perimetre: Perimetre, cio: CIO, annee: AnneeScolaire) -> bool:
    """The DCIO draws the réseaux of his CIO, his secrétaire prepares them; the IEN-IO and the adjoint
    may too in their département. Never in a closed year.
    """
    if not annee.est_modifiable:
        return False
    if perimetre.est_systeme:
        return True
    if perimetre.travaille_au_cio:
        return perimetre.cio_id in (cio.pk, cio.parent_id)
    return perimetre.est(Role.IEN_IO, Role.ADJOINT_IEN_IO) and perimetre.departement_id == cio.departement_id


def peut_gerer_groupes(perimetre: Perimetre, departement_id: int) -> bool:
    """The IEN-IO and the adjoint gather the équipe de direction and the groups of their département."""
    if perimetre.est_systeme:
        return True
    return perimetre.est(Role.IEN_IO, Role.ADJOINT_IEN_IO) and perimetre.departement_id == departement_id


def peut_modifier_cio(perimetre: Perimetre, cio: CIO) -> bool:
    """Contact data of a CIO: its DCIO, its secrétaire, the ADMIN of the académie."""
    if perimetre.travaille_au_cio:
        return perimetre.cio_id in (cio.pk, cio.parent_id)
    return peut_administrer_cio(perimetre, cio)


def peut_administrer_cio(perimetre: Perimetre, cio: CIO) -> bool:
    """The record of a CIO, its closing and its opening: the ADMIN of its académie."""
    return perimetre.est_systeme or (
        perimetre.est(Role.ADMIN) and perimetre.academie_id == cio.departement.academie_id
    )


def peut_sectoriser(perimetre: Perimetre, etablissement: Etablissement) -> bool:
    """The CIO de secteur of a school is set by the IEN-IO or the adjoint of its département, or the ADMIN
    of its académie.
    """
    if perimetre.est_systeme:
        return True
    if perimetre.est(Role.ADMIN):
        return perimetre.academie_id == etablissement.departement.academie_id
    return (
        perimetre.est(Role.IEN_IO, Role.ADJOINT_IEN_IO)
        and perimetre.departement_id == etablissement.departement_id
    )


def peut_sectoriser_territoire(perimetre: Perimetre) -> bool:
    """Whoever sets the CIO de secteur of the schools: the IEN-IO, the adjoint, the ADMIN."""
    return perimetre.est_systeme or perimetre.est(Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.ADMIN)
