"""Who may do what on the PsyEN file and the répartitions. Each docstring is the rule."""

from comptes.enums import Role
from psyen.enums import EtatRepartition
from psyen.models import PsyEN, Repartition
from reseaux.models import CIO, AnneeScolaire, Departement, Etablissement
from reseaux.perimetre import Perimetre

#: « L'IEN-IO donne un avis », his adjoint with him.
ROLES_AVIS = (Role.IEN_IO, Role.ADJOINT_IEN_IO)


def _est_du_cio(perimetre: Perimetre, cio: CIO) -> bool:
    """Of the CIO itself or, for an antenne, of the CIO it depends on."""
    return perimetre.travaille_au_cio and perimetre.cio_id in (cio.pk, cio.parent_id)


def peut_gerer_psyen(perimetre: Perimetre, cio: CIO) -> bool:
    """The DCIO and his secrétaire keep the file of the PsyEN of their CIO; the ADMIN that of the académie."""
    if perimetre.est_systeme:
        return True
    if perimetre.est(Role.ADMIN):
        return perimetre.academie_id == cio.departement.academie_id
    return _est_du_cio(perimetre, cio)


def peut_effacer_personne(perimetre: Perimetre) -> bool:
    """The operator of the service, by the command line, on the written decision of the authority."""
    return perimetre.est_systeme


def peut_creer_psyen(perimetre: Perimetre) -> bool:
    """Whoever keeps the file of some CIO: DCIO, secrétaire, ADMIN."""
    return perimetre.est_systeme or perimetre.travaille_au_cio or perimetre.est(Role.ADMIN)


def peut_preparer(perimetre: Perimetre, cio: CIO, annee: AnneeScolaire) -> bool:
    """The DCIO, and his secrétaire for him, open a draft for their CIO, save in a closed year."""
    return annee.est_modifiable and (perimetre.est_systeme or _est_du_cio(perimetre, cio))


def peut_modifier_repartition(perimetre: Perimetre, repartition: Repartition) -> bool:
    """Whoever may prepare writes the draft, and only a draft is written."""
    return repartition.est_modifiable and peut_preparer(perimetre, repartition.cio, repartition.annee)


def peut_reprendre(perimetre: Perimetre, repartition: Repartition) -> bool:
    """Whoever may prepare takes up again a répartition that the DASEN returned."""
    return repartition.etat == EtatRepartition.RENVOYEE and peut_preparer(
        perimetre, repartition.cio, repartition.annee
    )


def peut_proposer(perimetre: Perimetre, repartition: Repartition) -> bool:
    """« sur proposition du DCIO » (fiche 1): the DCIO alone proposes, and what he proposes is a draft."""
    return perimetre.est(Role.DCIO) and peut_modifier_repartition(perimetre, repartition)


def peut_retirer(perimetre: Perimetre, repartition: Repartition) -> bool:
    """The DCIO withdraws his CIO's proposal as long as the DASEN has not decided."""
    return (
        perimetre.est(Role.DCIO)
        and _est_du_cio(perimetre, repartition.cio)
        and repartition.etat == EtatRepartition.PROPOSEE
    )


def peut_decider(perimetre: Perimetre, repartition: Repartition) -> bool:
    """« arrêtés par l'Inspecteur d'académie » (fiche 1): the DASEN of the département decides on what is
    proposed, never on a proposal of his own.
    """
    return (
        perimetre.est(Role.DASEN)
        and perimetre.departement_id == repartition.cio.departement_id
        and repartition.etat == EtatRepartition.PROPOSEE
        and perimetre.utilisateur_id != repartition.proposee_par_id
    )


def peut_donner_avis(perimetre: Perimetre, repartition: Repartition) -> bool:
    """The IEN-IO or the adjoint of the département gives an opinion while the proposal waits."""
    return (
        perimetre.est(*ROLES_AVIS)
        and perimetre.departement_id == repartition.cio.departement_id
        and repartition.etat == EtatRepartition.PROPOSEE
    )


def peut_commenter(perimetre: Perimetre, repartition: Repartition, etablissement: Etablissement) -> bool:
    """The chef d'établissement comments on the lines of his own school while the proposal waits."""
    return (
        perimetre.est(Role.CHEF_ETABLISSEMENT)
        and perimetre.etablissement_id == etablissement.pk
        and repartition.etat == EtatRepartition.PROPOSEE
    )


def peut_configurer_arretes(perimetre: Perimetre, departement: Departement) -> bool:
    """Visas and signatory: the SG and the IEN-IO of the département, or the ADMIN of the académie."""
    if perimetre.est_systeme:
        return True
    if perimetre.est(Role.ADMIN):
        return perimetre.academie_id == departement.academie_id
    return perimetre.est(Role.SG, Role.IEN_IO) and perimetre.departement_id == departement.pk


def peut_lister_psyens(perimetre: Perimetre) -> bool:
    """The file of the PsyEN: the CIO that keeps it, whoever decides or gives an opinion, the ADMIN. A chef
    d'établissement has « Mon PsyEN », a PsyEN his own page, the Région reads nothing of the staff (R08).
    """
    return (
        perimetre.est_systeme
        or perimetre.travaille_au_cio
        or perimetre.lit_le_departement
        or perimetre.est(Role.ADMIN)
    )


def peut_lire_fiche(perimetre: Perimetre, psyen: PsyEN) -> bool:
    """Whoever reads the file, and the PsyEN himself."""
    return peut_lister_psyens(perimetre) or (
        perimetre.est(Role.PSYEN) and perimetre.utilisateur_id == psyen.utilisateur_id
    )


def peut_gerer_fiche(perimetre: Perimetre, psyen: PsyEN) -> bool:
    """The file of a PsyEN is kept by the CIO he is attached to, now or later."""
    rattachements = psyen.rattachements.non_termines().select_related("cio__departement").order_by("pk")
    return any(peut_gerer_psyen(perimetre, rattachement.cio) for rattachement in rattachements)


def peut_lire_indicateurs(perimetre: Perimetre) -> bool:
    """Figures of the réseaux: the CIO for itself, those who read the département, the ADMIN."""
    return perimetre.travaille_au_cio or perimetre.lit_le_departement or perimetre.est(Role.ADMIN)


def peut_lire_a_decider(perimetre: Perimetre) -> bool:
    """What waits for a decision: the DASEN who decides, the IEN-IO and the adjoint who give an opinion,
    the SG who reads.
    """
    return perimetre.lit_le_departement


def peut_lire_repartitions(perimetre: Perimetre) -> bool:
    """The list of répartitions: the CIO, the département, the ADMIN; the others read their own lines."""
    return peut_lire_arretes(perimetre)


def peut_arreter(perimetre: Perimetre) -> bool:
    """« arrêtés par l'Inspecteur d'académie »: nobody but a DASEN decides."""
    return perimetre.est(Role.DASEN)


def peut_lire_arretes(perimetre: Perimetre) -> bool:
    """Whole arrêtés: the CIO, the département, the ADMIN. A school or a PsyEN receives an extract."""
    return perimetre.travaille_au_cio or perimetre.lit_le_departement or perimetre.est(Role.ADMIN)


def peut_configurer_des_arretes(perimetre: Perimetre) -> bool:
    """Whoever sets the model of arrêté of some département."""
    return perimetre.est(Role.SG, Role.IEN_IO, Role.ADMIN)
