"""Who may do what on the work plan. Each docstring is the rule."""

from __future__ import annotations

from comptes.enums import Role
from planning.enums import EtatReunion, StatutPoint
from planning.models import Action, Jalon, PlanDeTravail, PointOrdreDuJour, Reunion
from reseaux.models import CIO, AnneeScolaire, Departement, Etablissement
from reseaux.perimetre import Perimetre

PILOTES = (Role.IEN_IO, Role.ADJOINT_IEN_IO)


def est_pilote(perimetre: Perimetre, departement_id: int | None) -> bool:
    """The IEN-IO and the adjoint drive the experiment in their département."""
    if perimetre.est_systeme:
        return True
    return perimetre.est(*PILOTES) and perimetre.departement_id == departement_id


def peut_creer_plan(perimetre: Perimetre) -> bool:
    """Whoever drives the experiment of some département."""
    return perimetre.est_systeme or perimetre.est(*PILOTES)


def peut_piloter(perimetre: Perimetre, plan: PlanDeTravail) -> bool:
    """The IEN-IO and the adjoint write the plan of their département; a closed plan is history."""
    return plan.est_modifiable and est_pilote(perimetre, plan.departement_id)


def peut_rouvrir_plan(perimetre: Perimetre, plan: PlanDeTravail) -> bool:
    """Whoever drives the experiment may open a closed plan again."""
    return not plan.est_modifiable and est_pilote(perimetre, plan.departement_id)


def peut_lire_plan(perimetre: Perimetre) -> bool:
    """Everyone of the département; the Région its public actions (`dans_perimetre`), the ADMIN every plan of
    the académie.
    """
    return True


def peut_lire_suivi(perimetre: Perimetre) -> bool:
    """Owners, milestones, comments, evidence: everyone but the Région, which reads no staff data (R08)."""
    return not perimetre.est(Role.CHARGE_MISSION_REGION)


def peut_tenir_copil(perimetre: Perimetre, plan: PlanDeTravail) -> bool:
    """The steering committee reads an open plan action by action: DASEN, SG, IEN-IO, adjoint. What each may
    decide there is `peut_conduire` and `peut_commenter`.
    """
    return (
        plan.est_modifiable
        and perimetre.lit_le_departement
        and perimetre.departement_id == plan.departement_id
    )


def peut_conduire(perimetre: Perimetre, action: Action) -> bool:
    """Whoever drives the plan, and whoever answers for the action (in person, by role or by group):
    milestones, evidence, done, postponed.
    """
    if peut_piloter(perimetre, action.plan):
        return True
    return (
        action.plan.est_modifiable
        and peut_lire_suivi(perimetre)
        and Action.objects.dans_perimetre(perimetre).tenues_par(perimetre).filter(pk=action.pk).exists()
    )


def peut_tenir_jalon(perimetre: Perimetre, jalon: Jalon) -> bool:
    """Whoever leads the action, and whoever answers for the milestone: done, postponed."""
    if peut_conduire(perimetre, jalon.action):
        return True
    return (
        jalon.action.plan.est_modifiable
        and Jalon.objects.dans_perimetre(perimetre).tenus_par(perimetre).filter(pk=jalon.pk).exists()
    )


def peut_commenter(perimetre: Perimetre, action: Action) -> bool:
    """Everyone of the département who follows the action, as long as its plan is open; not the ADMIN, who
    administers.
    """
    return (
        action.plan.est_modifiable
        and peut_lire_suivi(perimetre)
        and not perimetre.est(Role.ADMIN)
        and perimetre.departement_id == action.plan.departement_id
    )


def peut_relancer(perimetre: Perimetre, jalon: Jalon) -> bool:
    """Whoever drives the plan writes to those who answer for a milestone still to be done."""
    return jalon.etat == "a_faire" and jalon.action.est_ouverte and peut_piloter(perimetre, jalon.action.plan)


def peut_modifier_objectifs(perimetre: Perimetre, departement: Departement) -> bool:
    """The IEN-IO and the adjoint keep the tree of objectives of their département."""
    return est_pilote(perimetre, departement.pk)


def peut_modifier_messages(perimetre: Perimetre) -> bool:
    """The ADMIN writes the texts of the reminders of the académie."""
    return perimetre.est_systeme or perimetre.est(Role.ADMIN)


def peut_modifier_calendrier(perimetre: Perimetre) -> bool:
    """The ADMIN keeps the public and school holidays of the académie."""
    return perimetre.est_systeme or perimetre.est(Role.ADMIN)


def peut_lire_calendrier(perimetre: Perimetre) -> bool:
    """Holidays: the ADMIN who keeps them, the IEN-IO and the adjoint whose reminders follow them."""
    return peut_modifier_calendrier(perimetre) or perimetre.est(*PILOTES)


def peut_tenir_orientation(perimetre: Perimetre) -> bool:
    """Whoever keeps the orientation calendar of some département: the IEN-IO and the adjoint."""
    return perimetre.est_systeme or perimetre.est(*PILOTES)


def peut_modifier_orientation(perimetre: Perimetre, departement: Departement) -> bool:
    """The orientation calendar of a département: its IEN-IO and adjoint."""
    return est_pilote(perimetre, departement.pk)


def peut_tenir_rythmes(perimetre: Perimetre) -> bool:
    """Whoever may say terms or semesters for some school: its chef, the DCIO of its CIO."""
    return perimetre.est(Role.CHEF_ETABLISSEMENT, Role.DCIO)


def peut_choisir_rythme(perimetre: Perimetre, etablissement: Etablissement, annee: AnneeScolaire) -> bool:
    """Terms or semesters: the chef for his school, the DCIO for those of his CIO; not in a closed year."""
    if not annee.est_modifiable:
        return False
    if perimetre.est(Role.CHEF_ETABLISSEMENT):
        return perimetre.etablissement_id == etablissement.pk
    return perimetre.est_systeme or (
        perimetre.est(Role.DCIO)
        and etablissement.cio is not None
        and perimetre.cio_id in (etablissement.cio_id, etablissement.cio.parent_id)
    )


def peut_partager_calendrier(perimetre: Perimetre) -> bool:
    """One's own deadlines, a plan or a CIO in a calendar: whoever follows the actions (`peut_lire_suivi`)."""
    return peut_lire_suivi(perimetre) and perimetre.utilisateur_id is not None


# --- Meetings ----------------------------------------------------------------------------------------


def peut_reunir(perimetre: Perimetre, cio: CIO | None) -> bool:
    """« réunis par l'équipe de direction »: the IEN-IO and the adjoint for the département, the DCIO for the
    CIO (his secrétaire prepares), the SG and the DASEN for the département.
    """
    if perimetre.est_systeme or perimetre.lit_le_departement:
        return True
    return perimetre.travaille_au_cio and cio is not None and perimetre.cio_id in (cio.pk, cio.parent_id)


def peut_lire_reunions(perimetre: Perimetre) -> bool:
    """Everyone the meetings they are concerned by (`dans_perimetre`); not the ADMIN: what is said there is
    not his business.
    """
    return not perimetre.est(Role.ADMIN)


def peut_convoquer_des_reunions(perimetre: Perimetre) -> bool:
    """Whoever may gather people somewhere: the direction of the département, or that of a CIO."""
    return perimetre.est_systeme or perimetre.lit_le_departement or perimetre.travaille_au_cio


def peut_demander_concertation(perimetre: Perimetre) -> bool:
    """« à l'initiative de l'équipe de direction ou des PsyEN eux-mêmes » (R13): a PsyEN asks his CIO or the
    IEN-IO, a CIO asks the IEN-IO. Above, one calls the meeting at once.
    """
    return perimetre.est(Role.PSYEN) or perimetre.travaille_au_cio


def peut_organiser(perimetre: Perimetre, reunion: Reunion) -> bool:
    """The direction calls the meeting, locks its agenda, writes its minutes: whoever may gather for that CIO,
    in that département; not once it is cancelled.
    """
    return (
        reunion.etat != EtatReunion.ANNULEE
        and (perimetre.est_systeme or perimetre.departement_id == reunion.departement_id)
        and peut_reunir(perimetre, reunion.cio)
    )


def peut_diriger_reunion(perimetre: Perimetre, reunion: Reunion) -> bool:
    """What the direction alone decides (R14): answer a request, cancel, keep a point, lock the agenda, give
    out the minutes. The secrétaire of the CIO prepares all the rest.
    """
    return peut_organiser(perimetre, reunion) and not perimetre.est(Role.SECRETAIRE_CIO)


def peut_retirer_demande(perimetre: Perimetre, reunion: Reunion) -> bool:
    """Whoever asked for a concertation takes the request back while it waits for an answer."""
    return (
        reunion.etat == EtatReunion.DEMANDEE
        and perimetre.utilisateur_id is not None
        and perimetre.utilisateur_id == reunion.initiateur_id
    )


def peut_repondre_a_l_invitation(perimetre: Perimetre, reunion: Reunion) -> bool:
    """Someone invited says whether he comes, until the meeting is held."""
    return (
        reunion.etat == EtatReunion.CONVOQUEE
        and reunion.participants.filter(
            utilisateur=perimetre.utilisateur_id, utilisateur__isnull=False
        ).exists()
    )


def peut_lire_participants(perimetre: Perimetre) -> bool:
    """Who is invited and who came: everyone who reads the meeting but the Région (R08)."""
    return not perimetre.est(Role.CHARGE_MISSION_REGION)


def peut_lire_compte_rendu(perimetre: Perimetre, reunion: Reunion) -> bool:
    """A draft is read by those who write it; given out, by everyone who reads the meeting."""
    return reunion.compte_rendu_diffuse_le is not None or peut_organiser(perimetre, reunion)


def peut_proposer_point(perimetre: Perimetre, reunion: Reunion) -> bool:
    """Anyone concerned proposes a point until the direction locks the agenda (R14); reading the meeting is
    being concerned.
    """
    return (
        reunion.etat in (EtatReunion.DEMANDEE, EtatReunion.CONVOQUEE)
        and reunion.ordre_arrete_le is None
        and Reunion.objects.dans_perimetre(perimetre).filter(pk=reunion.pk).exists()
    )


def peut_retirer_point(perimetre: Perimetre, point: PointOrdreDuJour) -> bool:
    """Whoever proposed a point, while the direction has not judged it and the agenda is open."""
    return (
        point.statut == StatutPoint.PROPOSE
        and point.reunion.ordre_arrete_le is None
        and perimetre.utilisateur_id is not None
        and perimetre.utilisateur_id == point.propose_par_id
    )
