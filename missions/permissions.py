"""Who may do what on the missions. Each docstring is the rule."""

from __future__ import annotations

from comptes.enums import Role
from missions.models import (
    Convention,
    Delegation,
    DossierTransversal,
    FicheDePoste,
    Matrice,
    MissionConfiee,
    ProgrammeActivites,
)
from psyen.models import PsyEN
from reseaux.models import CIO, AnneeScolaire, Departement, Etablissement
from reseaux.perimetre import Perimetre

PILOTES = (Role.IEN_IO, Role.ADJOINT_IEN_IO)


def _pilote(perimetre: Perimetre, departement_id: int) -> bool:
    return perimetre.est_systeme or (perimetre.est(*PILOTES) and perimetre.departement_id == departement_id)


def _du_cio(perimetre: Perimetre, cio: CIO) -> bool:
    """Those who work at that CIO; for an antenne, at the CIO it depends on."""
    return perimetre.est_systeme or (
        perimetre.travaille_au_cio and perimetre.cio_id in (cio.pk, cio.parent_id)
    )


def _est_dcio(perimetre: Perimetre, cio: CIO) -> bool:
    return perimetre.est_systeme or (perimetre.est(Role.DCIO) and _du_cio(perimetre, cio))


# --- Nomenclature ------------------------------------------------------------------------------------


def peut_lire_nomenclature(perimetre: Perimetre) -> bool:
    """« Leurs missions sont définies par l'éducation nationale » (fiche 1): everyone reads them."""
    return True


def peut_modifier_nomenclature(perimetre: Perimetre) -> bool:
    """The IEN-IO and the ADMIN keep the missions and the publics of the académie."""
    return perimetre.est_systeme or perimetre.est(Role.IEN_IO, Role.ADMIN)


# --- Missions entrusted ------------------------------------------------------------------------------


def peut_lire_missions(perimetre: Perimetre) -> bool:
    """The page of the missions of a CIO: the CIO itself; above, figures only (`peut_lire_autorites`)."""
    return perimetre.est_systeme or perimetre.travaille_au_cio


def peut_confier(perimetre: Perimetre, cio: CIO, annee: AnneeScolaire) -> bool:
    """The DCIO entrusts missions to the PsyEN of the CIO, his secrétaire prepares; never in a closed year."""
    return annee.est_modifiable and _du_cio(perimetre, cio)


def peut_emettre_lettre(perimetre: Perimetre, cio: CIO, annee: AnneeScolaire) -> bool:
    """The letter is signed by the DCIO, under whose hierarchical authority the PsyEN works."""
    return annee.est_modifiable and _est_dcio(perimetre, cio)


def peut_lire_mes_missions(perimetre: Perimetre) -> bool:
    """« Mes missions »: whoever is a PsyEN."""
    return perimetre.est(Role.PSYEN)


def peut_lire_missions_de_son_ecole(perimetre: Perimetre) -> bool:
    """Who comes to the school and for what: its chef d'établissement."""
    return perimetre.est(Role.CHEF_ETABLISSEMENT)


def peut_preparer_lettres(perimetre: Perimetre, cio: CIO, annee: AnneeScolaire) -> bool:
    """Drafts and copies of the letters of a CIO: the DCIO and his secrétaire, any year."""
    return _du_cio(perimetre, cio)


def peut_lire_lettres(perimetre: Perimetre) -> bool:
    """The CIO those that it gives, the PsyEN his own; nobody above."""
    return perimetre.est_systeme or perimetre.travaille_au_cio or perimetre.est(Role.PSYEN)


def peut_lire_fiche_ecole(perimetre: Perimetre) -> bool:
    """Who comes to a school, for what: its chef d'établissement, and the CIO for its own PsyEN."""
    return perimetre.est_systeme or perimetre.travaille_au_cio or perimetre.est(Role.CHEF_ETABLISSEMENT)


def peut_lire_ses_missions(perimetre: Perimetre, psyen: PsyEN) -> bool:
    """A PsyEN reads all of his own missions."""
    return perimetre.est(Role.PSYEN) and perimetre.utilisateur_id == psyen.utilisateur_id


def peut_commenter_missions(perimetre: Perimetre, confiee_a: PsyEN, cio: CIO) -> bool:
    """The PsyEN says what he thinks of his missions, the CIO answers."""
    return peut_lire_ses_missions(perimetre, confiee_a) or _du_cio(perimetre, cio)


def peut_dire_priorite(perimetre: Perimetre, etablissement: Etablissement, annee: AnneeScolaire) -> bool:
    """The chef d'établissement says the priority of his own school."""
    return (
        annee.est_modifiable
        and perimetre.est(Role.CHEF_ETABLISSEMENT)
        and perimetre.etablissement_id == etablissement.pk
    )


def peut_lire_mission_confiee(perimetre: Perimetre, confiee: MissionConfiee) -> bool:
    """The PsyEN, his CIO and, for his school, the chef d'établissement (red lines)."""
    return MissionConfiee.objects.dans_perimetre(perimetre).filter(pk=confiee.pk).exists()


def peut_lire_autorites(perimetre: Perimetre) -> bool:
    """What is exercised under whom, in sums: the CIO, the département, the ADMIN, the chef d'établissement
    for his school. Never the Région; the PsyEN has his own missions.
    """
    return not perimetre.est(Role.CHARGE_MISSION_REGION, Role.PSYEN)


# --- Qui fait quoi -----------------------------------------------------------------------------------


def peut_lire_matrice(perimetre: Perimetre) -> bool:
    """Everyone knows who does what."""
    return True


def peut_preparer_matrice(perimetre: Perimetre, departement: Departement) -> bool:
    """« SG + Direction orientation » (action 3): the SG, the IEN-IO and the adjoint write the draft."""
    if _pilote(perimetre, departement.pk):
        return True
    return perimetre.est(Role.SG) and perimetre.departement_id == departement.pk


def peut_modifier_matrice(perimetre: Perimetre, matrice: Matrice) -> bool:
    """A draft only; a validated matrix is history."""
    return matrice.est_modifiable and peut_preparer_matrice(perimetre, matrice.departement)


def peut_valider_matrice_sg(perimetre: Perimetre, matrice: Matrice) -> bool:
    """The SG of the département, on a draft."""
    return (
        matrice.est_modifiable
        and perimetre.est(Role.SG)
        and perimetre.departement_id == matrice.departement_id
    )


def peut_valider_matrice_direction(perimetre: Perimetre, matrice: Matrice) -> bool:
    """For the direction orientation: the IEN-IO of the département, on a draft."""
    return (
        matrice.est_modifiable
        and perimetre.est(Role.IEN_IO)
        and perimetre.departement_id == matrice.departement_id
    )


# --- Dossiers and delegations ------------------------------------------------------------------------


def peut_lire_dossiers(perimetre: Perimetre) -> bool:
    """Everyone but the Région: the register names people."""
    return not perimetre.est(Role.CHARGE_MISSION_REGION)


def peut_gerer_dossiers(perimetre: Perimetre, departement: Departement) -> bool:
    """The list of the dossiers and the fields of the direction: the IEN-IO of the département."""
    return perimetre.est_systeme or (
        perimetre.est(Role.IEN_IO) and perimetre.departement_id == departement.pk
    )


def peut_deleguer(perimetre: Perimetre, dossier: DossierTransversal) -> bool:
    """« sur délégation de l'IEN-IO »: the IEN-IO alone delegates, and withdraws."""
    return peut_gerer_dossiers(perimetre, dossier.departement)


def peut_piloter_dossier(perimetre: Perimetre, dossier: DossierTransversal) -> bool:
    """The IEN-IO, or whoever wears the habilitation to which it is delegated today (R16)."""
    if peut_gerer_dossiers(perimetre, dossier.departement):
        return True
    deleguee = Delegation.objects.en_vigueur().filter(dossier=dossier, delegataire=perimetre.habilitation_id)
    return perimetre.habilitation_id is not None and deleguee.exists()


# --- Fiches de poste ---------------------------------------------------------------------------------


def peut_lire_fiches(perimetre: Perimetre) -> bool:
    """The secrétaire her own, the DCIO those of his CIO, the département all of its own."""
    return perimetre.est_systeme or perimetre.travaille_au_cio or perimetre.lit_le_departement


def peut_ecrire_fiche(perimetre: Perimetre, cio: CIO) -> bool:
    """« Actualiser les fiches de poste des secrétaires de CIO : DCIO » (action 7)."""
    return _est_dcio(perimetre, cio)


def peut_preparer_fiches(perimetre: Perimetre) -> bool:
    """A DCIO, for the secrétaires of his CIO."""
    return perimetre.est_systeme or perimetre.est(Role.DCIO)


def peut_voir_fiches_dues(perimetre: Perimetre) -> bool:
    """Who is still due one: the DCIO for his CIO, the IEN-IO, the adjoint and the SG for the département."""
    return perimetre.est_systeme or perimetre.est(Role.DCIO, Role.SG, *PILOTES)


def peut_modifier_fiche(perimetre: Perimetre, fiche: FicheDePoste) -> bool:
    """As long as it is not validated: then a new version replaces it."""
    return fiche.validee_le is None and peut_ecrire_fiche(perimetre, fiche.cio)


# --- Territory ---------------------------------------------------------------------------------------


def peut_lire_territoire(perimetre: Perimetre) -> bool:
    """Actions, Biblio-Lab, partners and conventions name no staff: everyone, the Région included."""
    return True


def peut_ecrire_territoire(perimetre: Perimetre, cio: CIO) -> bool:
    """The CIO writes what it offers to its territory; the IEN-IO and the adjoint may for any of theirs."""
    return _du_cio(perimetre, cio) or _pilote(perimetre, cio.departement_id)


def peut_ouvrir_au_territoire(perimetre: Perimetre) -> bool:
    """Whoever may write for one CIO at least."""
    return perimetre.est_systeme or perimetre.travaille_au_cio or perimetre.est(*PILOTES)


def peut_suivre_biblio_labs(perimetre: Perimetre) -> bool:
    """Whoever may write for one school at least."""
    return perimetre.est_systeme or perimetre.est(*PILOTES, Role.CHEF_ETABLISSEMENT)


def peut_ecrire_biblio_lab(perimetre: Perimetre, etablissement: Etablissement) -> bool:
    """« Pilotage IEN-IO ou adjointe IEN-IO » (action 11), and the chef d'établissement for his school."""
    if _pilote(perimetre, etablissement.departement_id):
        return True
    return perimetre.est(Role.CHEF_ETABLISSEMENT) and perimetre.etablissement_id == etablissement.pk


def peut_ecrire_partenaires(perimetre: Perimetre, departement: Departement) -> bool:
    """« livre une information territorialisée, mobilise un réseau de professionnels »: the chargé de mission
    Région too, with the CIO and whoever drives the experiment.
    """
    if _pilote(perimetre, departement.pk):
        return True
    return perimetre.departement_id == departement.pk and (
        perimetre.travaille_au_cio or perimetre.est(Role.CHARGE_MISSION_REGION)
    )


def peut_inscrire_partenaires(perimetre: Perimetre) -> bool:
    """Whoever may write the directory of his own département."""
    return peut_ouvrir_au_territoire(perimetre) or perimetre.est(Role.CHARGE_MISSION_REGION)


def peut_enregistrer_conventions(perimetre: Perimetre) -> bool:
    """Whoever may write the conventions of his own département."""
    return perimetre.est_systeme or perimetre.est(*PILOTES, Role.SG)


def peut_ecrire_conventions(perimetre: Perimetre, departement: Departement) -> bool:
    """« une convention entre l'autorité académique et la région »: the IEN-IO, the adjoint, the SG."""
    if _pilote(perimetre, departement.pk):
        return True
    return perimetre.est(Role.SG) and perimetre.departement_id == departement.pk


def peut_modifier_convention(perimetre: Perimetre, convention: Convention) -> bool:
    return peut_ecrire_conventions(perimetre, convention.departement)


# --- Programme and activity --------------------------------------------------------------------------


def peut_lire_programmes(perimetre: Perimetre) -> bool:
    """Everyone of the département but the Région: half-days and the work plan are the staff's (R08)."""
    return not perimetre.est(Role.CHARGE_MISSION_REGION)


def peut_preparer_programmes(perimetre: Perimetre) -> bool:
    """Whoever writes the programme of one CIO at least."""
    return perimetre.est_systeme or perimetre.travaille_au_cio


def peut_ecrire_programme(perimetre: Perimetre, cio: CIO, annee: AnneeScolaire) -> bool:
    """« responsables du programme d'activités du CIO » (fiche 1): the DCIO; his secrétaire prepares."""
    return annee.est_modifiable and _du_cio(perimetre, cio)


def peut_publier_programme(perimetre: Perimetre, programme: ProgrammeActivites) -> bool:
    """The DCIO alone publishes."""
    return programme.annee.est_modifiable and _est_dcio(perimetre, programme.cio)


def peut_saisir_activite(perimetre: Perimetre, cio: CIO) -> bool:
    """The CIO counts: DCIO and secrétaire."""
    return _du_cio(perimetre, cio)


def peut_compter_activite(perimetre: Perimetre) -> bool:
    """Whoever counts for one CIO at least."""
    return perimetre.est_systeme or perimetre.travaille_au_cio


def peut_lire_activite(perimetre: Perimetre) -> bool:
    """In detail the CIO and, for his school, the chef d'établissement; above, sums where small numbers are
    masked. Neither the Région nor the PsyEN, who read what is published.
    """
    return not perimetre.est(Role.CHARGE_MISSION_REGION, Role.PSYEN)
