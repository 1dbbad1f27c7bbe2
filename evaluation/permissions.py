"""Who may do what on the evaluation. Each docstring is the rule."""

from __future__ import annotations

from comptes.enums import Role
from evaluation.enums import EtatCritere, EtatEnquete, Niveau, SourceIndicateur
from evaluation.models import Campagne, Critere, Enquete, Indicateur, Rapport
from evaluation.models.enquete import LISENT, PREPARENT
from reseaux.enums import GenreGroupe
from reseaux.models import CIO, Departement, Groupe, MembreGroupe
from reseaux.perimetre import Perimetre

PILOTES = (Role.IEN_IO, Role.ADJOINT_IEN_IO)
#: « SG + IEN-IO + Adj IEN IO » (action 10).
EVALUATEURS = (*PILOTES, Role.SG)


def _evalue(perimetre: Perimetre, departement_id: int) -> bool:
    return perimetre.est_systeme or (
        perimetre.est(*EVALUATEURS) and perimetre.departement_id == departement_id
    )


def _pilote(perimetre: Perimetre, departement_id: int) -> bool:
    return perimetre.est_systeme or (perimetre.est(*PILOTES) and perimetre.departement_id == departement_id)


def _du_cio(perimetre: Perimetre, cio: CIO) -> bool:
    """Those who work at that CIO; for an antenne, at the CIO it depends on."""
    return perimetre.travaille_au_cio and perimetre.cio_id in (cio.pk, cio.parent_id)


# --- Criteria and indicators --------------------------------------------------------------------------


def peut_lire_cadre(perimetre: Perimetre) -> bool:
    """Criteria and definitions: all the staff, PsyEN included; the chef d'établissement and the Région read
    what is published.
    """
    return not perimetre.est(Role.CHEF_ETABLISSEMENT, Role.CHARGE_MISSION_REGION)


def est_du_groupe_de_travail(perimetre: Perimetre, departement_id: int) -> bool:
    """Member today of a working group of the département, in person or by the role worn."""
    groupes = Groupe.objects.filter(departement=departement_id, genre=GenreGroupe.GROUPE_TRAVAIL)
    membres = MembreGroupe.objects.en_vigueur().filter(groupe__in=groupes)
    if perimetre.departement_id != departement_id or perimetre.utilisateur_id is None:
        return False
    en_personne = membres.filter(utilisateur=perimetre.utilisateur_id)
    return (en_personne | membres.filter(role=perimetre.role)).exists()


def peut_proposer_critere(perimetre: Perimetre, departement: Departement) -> bool:
    """Whoever evaluates, each DCIO, and the members of a working group of the département, PsyEN included."""
    if _evalue(perimetre, departement.pk):
        return True
    if perimetre.departement_id != departement.pk or not peut_lire_cadre(perimetre):
        return False
    return perimetre.est(Role.DCIO) or est_du_groupe_de_travail(perimetre, departement.pk)


def peut_modifier_critere(perimetre: Perimetre, critere: Critere) -> bool:
    """While it is proposed: whoever may propose; validated, it is first put back to the group."""
    return critere.etat == EtatCritere.PROPOSE and peut_proposer_critere(perimetre, critere.departement)


def peut_statuer_critere(perimetre: Perimetre, critere: Critere) -> bool:
    """« SG + IEN-IO + Adj IEN IO » write down what the group validated or set aside, and put it back."""
    return _evalue(perimetre, critere.departement_id)


def peut_modifier_indicateurs(perimetre: Perimetre, departement: Departement) -> bool:
    """The IEN-IO, the adjoint and the SG keep the definitions of their département."""
    return _evalue(perimetre, departement.pk)


def peut_tenir_indicateurs(perimetre: Perimetre) -> bool:
    """Whoever keeps the definitions of some département."""
    return perimetre.est_systeme or perimetre.est(*EVALUATEURS)


# --- Campaigns ----------------------------------------------------------------------------------------


def peut_lire_campagnes(perimetre: Perimetre) -> bool:
    """The département, its CIO, the ADMIN; the PsyEN, the chef d'établissement and the Région read what is
    published.
    """
    return (
        perimetre.est_systeme
        or perimetre.est(Role.ADMIN, Role.DASEN, *EVALUATEURS)
        or (perimetre.travaille_au_cio)
    )


def peut_comparer(perimetre: Perimetre) -> bool:
    """CIO side by side, départements side by side: who decides or evaluates; a DCIO reads his own CIO."""
    return perimetre.est_systeme or perimetre.est(Role.ADMIN, Role.DASEN, *EVALUATEURS)


def peut_ouvrir_campagnes(perimetre: Perimetre) -> bool:
    """Whoever evaluates in some département."""
    return perimetre.est_systeme or perimetre.est(*EVALUATEURS)


def peut_ouvrir_campagne(perimetre: Perimetre, departement: Departement) -> bool:
    """The IEN-IO, the adjoint, the SG of the département."""
    return _evalue(perimetre, departement.pk)


def peut_mener_campagne(perimetre: Perimetre, campagne: Campagne) -> bool:
    """Computes, asks for what is missing, imports; a frozen campaign is history."""
    return campagne.est_ouverte and _evalue(perimetre, campagne.departement_id)


def peut_demander_saisies(perimetre: Perimetre, campagne: Campagne) -> bool:
    """Whoever writes the work plan, where the request becomes milestones: the IEN-IO, the adjoint."""
    return campagne.est_ouverte and _pilote(perimetre, campagne.departement_id)


def peut_figer_campagne(perimetre: Perimetre, campagne: Campagne) -> bool:
    """The IEN-IO or the adjoint, who drive the experiment."""
    return campagne.est_ouverte and _pilote(perimetre, campagne.departement_id)


def peut_joindre_documents(perimetre: Perimetre, campagne: Campagne) -> bool:
    """« Suivi des résultats de l'évaluation académique… » (evaluation, 2): whoever evaluates joins what
    others published, before the campaign is frozen and after.
    """
    return _evalue(perimetre, campagne.departement_id)


def peut_saisir_mesure(
    perimetre: Perimetre, campagne: Campagne, indicateur: Indicateur, cio: CIO | None
) -> bool:
    """A figure entered by hand in an open campaign: whoever evaluates; for his own CIO and below, whoever
    works there, when the indicator goes down to the CIO.
    """
    if not campagne.est_ouverte or indicateur.source != SourceIndicateur.SAISI:
        return False
    if _evalue(perimetre, campagne.departement_id):
        return True
    return indicateur.niveau != Niveau.DEPARTEMENT and cio is not None and _du_cio(perimetre, cio)


def peut_saisir_des_mesures(perimetre: Perimetre, campagne: Campagne) -> bool:
    """Whoever may enter some figure of that campaign, if an indicator asks for it (`peut_saisir_mesure`)."""
    return campagne.est_ouverte and (
        _evalue(perimetre, campagne.departement_id)
        or (perimetre.travaille_au_cio and perimetre.departement_id == campagne.departement_id)
    )


def peut_analyser(perimetre: Perimetre, campagne: Campagne, cio: CIO | None) -> bool:
    """The DCIO for his CIO (« en analysent les résultats »), the IEN-IO and the adjoint for the whole; on
    figures that are frozen or not.
    """
    if cio is None:
        return _pilote(perimetre, campagne.departement_id)
    return perimetre.est_systeme or (perimetre.est(Role.DCIO) and _du_cio(perimetre, cio))


# --- QVT survey ---------------------------------------------------------------------------------------


def peut_lire_enquetes(perimetre: Perimetre) -> bool:
    """The direction, the DCIO, the PsyEN and the ADMIN know which surveys are open and read the results of
    those that are closed; the secrétaire de CIO, the chef d'établissement and the Région nothing.
    """
    return perimetre.est_systeme or perimetre.est(*LISENT)


def peut_preparer_enquetes(perimetre: Perimetre) -> bool:
    """Whoever builds the surveys of some département: the IEN-IO and the adjoint."""
    return perimetre.est_systeme or perimetre.est(*PREPARENT)


def peut_creer_enquete(perimetre: Perimetre, departement: Departement) -> bool:
    """The IEN-IO and the adjoint of the département."""
    return _pilote(perimetre, departement.pk)


def peut_preparer_enquete(perimetre: Perimetre, enquete: Enquete) -> bool:
    """Questions and settings of a draft; once planned or open, nothing of them changes."""
    return enquete.est_brouillon and _pilote(perimetre, enquete.departement_id)


def peut_reprendre_enquete(perimetre: Perimetre, enquete: Enquete) -> bool:
    """Back to the draft as long as nobody was invited."""
    return enquete.etat == EtatEnquete.PROGRAMMEE and _pilote(perimetre, enquete.departement_id)


def peut_conduire_enquete(perimetre: Perimetre, enquete: Enquete) -> bool:
    """Prolongs and closes an open survey, reads how many answers it has; nobody reads the answers."""
    return enquete.etat == EtatEnquete.OUVERTE and _pilote(perimetre, enquete.departement_id)


def peut_lire_resultats(perimetre: Perimetre, enquete: Enquete) -> bool:
    """Once closed, everyone who reads surveys, at the same moment; before, nobody, the ADMIN and the
    application included.
    """
    return enquete.est_close and peut_lire_enquetes(perimetre)


# --- Reports ------------------------------------------------------------------------------------------


def peut_lire_rapports(perimetre: Perimetre) -> bool:
    """The direction of the département, its DCIO, the ADMIN. An issued report is the common document of the
    direction and of the DCIO: it is read whole, the figures and the words of the other CIO included. It holds
    the results of the survey, which the secrétaire de CIO does not read (`peut_lire_enquetes`): with the
    PsyEN and the chef d'établissement, he reads the synthesis only.
    """
    return peut_lire_campagnes(perimetre) and not perimetre.est(Role.SECRETAIRE_CIO)


def peut_composer_rapports(perimetre: Perimetre) -> bool:
    """Whoever evaluates in some département."""
    return peut_ouvrir_campagnes(perimetre)


def peut_preparer_rapport(perimetre: Perimetre, campagne: Campagne) -> bool:
    """The IEN-IO, the adjoint, the SG; on an open campaign it stays a project."""
    return _evalue(perimetre, campagne.departement_id)


def peut_composer_rapport(perimetre: Perimetre, rapport: Rapport) -> bool:
    """The same, while it is a draft: an issued report is followed by another version."""
    return not rapport.est_emis and _evalue(perimetre, rapport.campagne.departement_id)


def peut_emettre_rapport(perimetre: Perimetre, rapport: Rapport) -> bool:
    """The IEN-IO or the adjoint, once the campaign is frozen."""
    return (
        not rapport.est_emis
        and not rapport.campagne.est_ouverte
        and _pilote(perimetre, rapport.campagne.departement_id)
    )


def peut_rattacher_bilan(perimetre: Perimetre, rapport: Rapport) -> bool:
    """Whoever evaluates names the réunion bilan, before or after the report is issued."""
    return _evalue(perimetre, rapport.campagne.departement_id)


def peut_publier_synthese(perimetre: Perimetre, rapport: Rapport) -> bool:
    """« unless the IEN-IO publishes »: the IEN-IO or the adjoint opens the synthesis of an issued report to
    the PsyEN and the chefs d'établissement, and closes it again.
    """
    return rapport.est_emis and _pilote(perimetre, rapport.campagne.departement_id)


def peut_lire_syntheses(perimetre: Perimetre) -> bool:
    """The page of the PsyEN, of the chef d'établissement and of the secrétaire de CIO; whoever reads the
    reports sees there what they see. Never the Région.
    """
    return not perimetre.est(Role.CHARGE_MISSION_REGION)


def peut_exporter_campagnes(perimetre: Perimetre) -> bool:
    """The ADMIN: any campaign of the académie, or all, now or at intervals."""
    return perimetre.est(Role.ADMIN)
