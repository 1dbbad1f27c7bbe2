"""A meeting is asked for, called, changed, called off; its agenda is proposed, then locked."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from comptes.enums import Role
from planning.enums import EtatReunion, GenreReunion, StatutPoint
from planning.models import Reunion
from planning.selectors.reunions import demandes_en_attente, psyens_non_invites
from planning.selectors.reunions_invites import nom_de_liste, resoudre
from planning.services.reunions import (
    annuler_reunion,
    convoquer_demande,
    convoquer_reunion,
    demander_concertation,
    modifier_reunion,
    retirer_demande,
)
from planning.services.reunions_invitations import ajouter_participants, envoyer_invitations
from planning.services.reunions_ordre import (
    arreter_ordre_du_jour,
    deplacer_point,
    proposer_point,
    retirer_point,
    rouvrir_ordre_du_jour,
    statuer_sur_point,
)
from reseaux.perimetre import Perimetre
from socle.journal import historique
from socle.models import Courriel, Notification
from tests.planning.factories import creer_action, creer_plan, creer_reunion
from tests.psyen.factories import creer_psyen
from tests.reseaux.factories import (
    creer_academie,
    creer_cio,
    creer_departement,
    creer_perimetre,
    creer_utilisateur,
)

pytestmark = pytest.mark.django_db


def horaire(jours: int = 7) -> dict:
    debut = timezone.now() + dt.timedelta(days=jours)
    return {"debut": debut, "fin": debut + dt.timedelta(hours=2)}


@pytest.fixture
def cio():
    return creer_cio("Blois")


@pytest.fixture
def dcio(cio):
    return creer_perimetre(Role.DCIO, cio)


@pytest.fixture
def ien():
    return creer_perimetre(Role.IEN_IO)


@pytest.fixture
def psyen(cio):
    perimetre = creer_perimetre(Role.PSYEN)
    creer_psyen("Canari", cio=cio, utilisateur=perimetre.utilisateur)
    return perimetre


def convoquer(perimetre, cio=None, **champs) -> Reunion:
    valeurs = {"genre": GenreReunion.SERVICE, "titre": "Organiser le service", **horaire(), "lieu": "CIO"}
    return convoquer_reunion(perimetre=perimetre, cio=cio, **(valeurs | champs))


# --- The request -------------------------------------------------------------------------------------


def test_une_concertation_demandee_par_un_psyen_attend_sa_direction(psyen, dcio, ien, cio):
    reunion = demander_concertation(perimetre=psyen, titre="Accueil des 3e", cio=cio)
    assert reunion.etat == EtatReunion.DEMANDEE
    assert (reunion.initiateur, reunion.initiateur_role) == (psyen.utilisateur, Role.PSYEN)
    assert reunion.initiateur_qualite == psyen.libelle
    assert demandes_en_attente(dcio) == demandes_en_attente(ien) == [reunion]
    assert demandes_en_attente(psyen) == []
    avertis = Notification.objects.order_by("utilisateur").values_list("utilisateur", flat=True)
    assert list(avertis) == sorted([dcio.utilisateur_id, ien.utilisateur_id])
    [courriel] = Courriel.objects.order_by("pk")
    assert courriel.destinataire == dcio.utilisateur.courriel
    assert "Accueil des 3e" in courriel.objet


def test_une_demande_sans_cio_va_a_l_ien_io(psyen, dcio, ien):
    reunion = demander_concertation(perimetre=psyen, titre="Forum")
    assert [c.destinataire for c in Courriel.objects.order_by("pk")] == [ien.utilisateur.courriel]
    assert demandes_en_attente(dcio) == []
    with pytest.raises(PermissionDenied):
        convoquer_demande(perimetre=dcio, reunion=reunion, **horaire())


def test_la_direction_donne_une_date_et_le_psyen_l_apprend(psyen, dcio, cio):
    reunion = demander_concertation(perimetre=psyen, titre="Accueil des 3e", cio=cio)
    reunion = convoquer_demande(perimetre=dcio, reunion=reunion, lieu="Salle 2", **horaire())
    assert (reunion.etat, reunion.convoquee_par) == (EtatReunion.CONVOQUEE, dcio.utilisateur)
    inscrits = reunion.participants.order_by("pk").values_list("nom", "psyen__nom")
    assert set(inscrits) == {
        (nom_de_liste(psyen.utilisateur), "Canari"),
        (nom_de_liste(dcio.utilisateur), None),
    }
    suite = Courriel.objects.get(destinataire=psyen.utilisateur.courriel)
    assert "convoquée" in suite.objet
    assert "Salle 2" in suite.corps_texte
    assert Notification.objects.filter(utilisateur=psyen.utilisateur, texte__contains="convoquée").exists()
    with pytest.raises(ValidationError, match="déjà reçu une réponse"):
        convoquer_demande(perimetre=dcio, reunion=reunion, **horaire())


def test_la_direction_ecarte_avec_un_motif_que_le_psyen_lit(psyen, dcio, cio):
    reunion = demander_concertation(perimetre=psyen, titre="Accueil des 3e", cio=cio)
    with pytest.raises(ValidationError, match="Dites pourquoi"):
        annuler_reunion(perimetre=dcio, reunion=reunion, motif="  ")
    reunion = annuler_reunion(perimetre=dcio, reunion=reunion, motif="Déjà prévue en juin.")
    assert (reunion.est_ecartee, reunion.etat_dit) == (True, "Écartée")
    assert "Déjà prévue en juin." in Courriel.objects.get(destinataire=psyen.utilisateur.courriel).corps_texte
    assert historique(reunion)[0].motif == "Déjà prévue en juin."
    with pytest.raises(ValidationError, match="annulée"):
        convoquer_demande(perimetre=dcio, reunion=reunion, **horaire())


def test_le_psyen_retire_sa_demande_tant_que_personne_n_a_repondu(psyen, dcio, cio):
    reunion = demander_concertation(perimetre=psyen, titre="Accueil", cio=cio)
    autre = creer_perimetre(Role.PSYEN)
    with pytest.raises(PermissionDenied):
        retirer_demande(perimetre=autre, reunion=reunion)
    assert retirer_demande(perimetre=psyen, reunion=reunion).etat == EtatReunion.ANNULEE
    seconde = demander_concertation(perimetre=psyen, titre="Accueil", cio=cio)
    convoquer_demande(perimetre=dcio, reunion=seconde, **horaire())
    with pytest.raises(PermissionDenied):
        retirer_demande(perimetre=psyen, reunion=seconde)


@pytest.mark.parametrize(
    "role", [Role.CHEF_ETABLISSEMENT, Role.CHARGE_MISSION_REGION, Role.ADMIN, Role.DASEN]
)
def test_les_autres_ne_demandent_pas_de_concertation(role):
    with pytest.raises(PermissionDenied):
        demander_concertation(perimetre=creer_perimetre(role), titre="Projet")


def test_la_secretaire_prepare_mais_ne_repond_pas_a_la_demande(psyen, cio):
    secretaire = creer_perimetre(Role.SECRETAIRE_CIO, cio)
    reunion = demander_concertation(perimetre=psyen, titre="Accueil", cio=cio)
    with pytest.raises(PermissionDenied):
        convoquer_demande(perimetre=secretaire, reunion=reunion, **horaire())
    with pytest.raises(PermissionDenied):
        annuler_reunion(perimetre=secretaire, reunion=reunion, motif="Non")
    assert convoquer(secretaire, cio).etat == EtatReunion.CONVOQUEE


# --- Convocation -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role", [Role.PSYEN, Role.CHEF_ETABLISSEMENT, Role.CHARGE_MISSION_REGION, Role.ADMIN]
)
def test_qui_n_est_pas_de_la_direction_ne_convoque_pas(role, cio):
    with pytest.raises(PermissionDenied):
        convoquer(creer_perimetre(role), cio)


def test_un_dcio_ne_convoque_que_pour_son_cio(dcio):
    for lieu in (None, creer_cio("Vendôme")):
        with pytest.raises(PermissionDenied):
            convoquer(dcio, lieu)


def test_on_ne_convoque_que_dans_son_departement(ien, dcio, cio):
    cher = creer_departement("018")
    for perimetre, lieu in ((ien, None), (ien, creer_cio("Bourges", departement=cher)), (dcio, cio)):
        with pytest.raises(PermissionDenied):
            convoquer(perimetre, lieu, departement=cher)
    assert convoquer(ien, departement=creer_departement()).departement_id == ien.departement_id
    assert convoquer(Perimetre.systeme(), departement=cher).departement == cher


def test_le_cio_et_l_action_sont_du_departement(ien):
    ailleurs = creer_departement("035", academie=creer_academie("14", "Rennes"))
    with pytest.raises(ValidationError, match="autre département"):
        convoquer(ien, creer_cio("Rennes", departement=ailleurs))
    with pytest.raises(ValidationError, match="autre département"):
        convoquer(ien, action=creer_action(creer_plan(departement=ailleurs)))


def test_une_reunion_finit_apres_avoir_commence(ien):
    debut = timezone.now()
    with pytest.raises(ValidationError, match="finir après"):
        convoquer(ien, debut=debut, fin=debut)


def test_changer_la_date_efface_les_reponses_et_appelle_de_nouvelles_invitations(dcio, cio):
    reunion = convoquer(dcio, cio)
    envoyer_invitations(perimetre=dcio, reunion=reunion)
    reunion.participants.update(reponse="oui")
    modifier_reunion(perimetre=dcio, reunion=reunion, genre=GenreReunion.GROUPE_TRAVAIL)
    reunion.refresh_from_db()
    assert reunion.changee_le is None, "la nature n’est pas dans l’invitation"
    modifier_reunion(perimetre=dcio, reunion=reunion, **horaire(9))
    reunion.refresh_from_db()
    assert reunion.changee_le is not None
    assert reunion.participants.get().reponse == ""
    assert envoyer_invitations(perimetre=dcio, reunion=reunion) == 1


def test_enregistrer_sans_rien_changer_ne_s_ecrit_pas_au_journal(dcio, cio):
    reunion = convoquer(dcio, cio)
    avant = historique(reunion).count()
    modifier_reunion(perimetre=dcio, reunion=reunion, titre=reunion.titre, lieu="CIO")
    assert historique(reunion).count() == avant


# --- Agenda ------------------------------------------------------------------------------------------


def test_l_ordre_du_jour_de_la_proposition_a_l_arret(psyen, dcio, cio):
    reunion = demander_concertation(perimetre=psyen, titre="Accueil", cio=cio)
    propose = proposer_point(perimetre=psyen, reunion=reunion, titre="Calendrier", texte="Mars ?")
    convoquer_demande(perimetre=dcio, reunion=reunion, **horaire())
    de_la_direction = proposer_point(perimetre=dcio, reunion=reunion, titre="Moyens")
    assert (propose.statut, de_la_direction.statut) == (StatutPoint.PROPOSE, StatutPoint.RETENU)
    with pytest.raises(ValidationError, match="Points encore proposés : 1"):
        arreter_ordre_du_jour(perimetre=dcio, reunion=reunion)
    statuer_sur_point(perimetre=dcio, point=propose, statut=StatutPoint.RETENU)
    deplacer_point(perimetre=dcio, point=de_la_direction, vers_le_haut=True)
    deplacer_point(perimetre=dcio, point=de_la_direction, vers_le_haut=True)
    assert list(reunion.points.order_by("rang").values_list("titre", flat=True)) == ["Moyens", "Calendrier"]
    arreter_ordre_du_jour(perimetre=dcio, reunion=reunion)
    for geste in (
        lambda: proposer_point(perimetre=psyen, reunion=reunion, titre="Trop tard"),
        lambda: statuer_sur_point(perimetre=dcio, point=propose, statut=StatutPoint.ECARTE),
        lambda: deplacer_point(perimetre=dcio, point=propose, vers_le_haut=True),
    ):
        with pytest.raises(ValidationError, match="arrêté"):
            geste()
    rouvrir_ordre_du_jour(perimetre=dcio, reunion=reunion)
    proposer_point(perimetre=psyen, reunion=reunion, titre="À temps")
    actes = [entree.action for entree in historique(reunion)]
    assert {"planning.reunion.ordre_arrete", "planning.reunion.ordre_rouvert"} <= set(actes)


def test_un_ordre_du_jour_vide_ne_s_arrete_pas(dcio, cio):
    with pytest.raises(ValidationError, match="vide"):
        arreter_ordre_du_jour(perimetre=dcio, reunion=convoquer(dcio, cio))


def test_l_ordre_du_jour_ne_se_rouvre_plus_une_fois_la_reunion_commencee(dcio, cio):
    debut = timezone.now() - dt.timedelta(minutes=5)
    reunion = convoquer(dcio, cio, debut=debut, fin=debut + dt.timedelta(hours=1))
    proposer_point(perimetre=dcio, reunion=reunion, titre="Moyens")
    arreter_ordre_du_jour(perimetre=dcio, reunion=reunion)
    with pytest.raises(ValidationError, match="a commencé"):
        rouvrir_ordre_du_jour(perimetre=dcio, reunion=reunion)


def test_ni_le_psyen_ni_la_secretaire_n_arretent_l_ordre_du_jour(psyen, dcio, cio):
    reunion = convoquer(dcio, cio)
    point = proposer_point(perimetre=dcio, reunion=reunion, titre="Moyens")
    for qui in (psyen, creer_perimetre(Role.SECRETAIRE_CIO, cio)):
        with pytest.raises(PermissionDenied):
            arreter_ordre_du_jour(perimetre=qui, reunion=reunion)
        with pytest.raises(PermissionDenied):
            statuer_sur_point(perimetre=qui, point=point, statut=StatutPoint.ECARTE)


def test_qui_ne_lit_pas_la_reunion_n_y_propose_rien(dcio, cio):
    reunion = convoquer(dcio, cio)
    with pytest.raises(PermissionDenied):
        proposer_point(perimetre=creer_perimetre(Role.PSYEN), reunion=reunion, titre="Invitez-moi")


def test_l_auteur_retire_son_point_tant_qu_il_n_est_pas_tranche(psyen, dcio, cio):
    reunion = demander_concertation(perimetre=psyen, titre="Accueil", cio=cio)
    point = proposer_point(perimetre=psyen, reunion=reunion, titre="Calendrier")
    with pytest.raises(PermissionDenied):
        retirer_point(perimetre=dcio, point=point)
    retirer_point(perimetre=psyen, point=point)
    for geste in (
        lambda: retirer_point(perimetre=psyen, point=point),
        lambda: statuer_sur_point(perimetre=dcio, point=point, statut=StatutPoint.RETENU),
        lambda: deplacer_point(perimetre=dcio, point=point, vers_le_haut=True),
    ):
        with pytest.raises(ValidationError, match="entre-temps"):
            geste()
    garde = proposer_point(perimetre=psyen, reunion=reunion, titre="Calendrier")
    statuer_sur_point(perimetre=dcio, point=garde, statut=StatutPoint.RETENU)
    with pytest.raises(PermissionDenied):
        retirer_point(perimetre=psyen, point=garde)


# --- Bilan -------------------------------------------------------------------------------------------


def test_le_bilan_nomme_les_psyen_que_personne_n_a_invites(ien, cio):
    invite = creer_psyen("Ana", cio=cio, utilisateur=creer_utilisateur())
    oublie = creer_psyen("Bob", cio=creer_cio("Vendôme"))
    creer_psyen("Parti", cio=cio, fin=timezone.localdate())
    creer_psyen("Ailleurs", cio=creer_cio("Rennes", departement=creer_departement("035")))
    reunion = convoquer(ien, genre=GenreReunion.BILAN)
    assert psyens_non_invites(reunion) == [invite, oublie]
    du_cio = resoudre(
        ien, creer_reunion(cio=cio, debut=reunion.debut, fin=reunion.fin), choisis=["psyens_cio"]
    )
    ajouter_participants(perimetre=ien, reunion=reunion, invites=du_cio)
    assert psyens_non_invites(reunion) == [invite, oublie], "inscrit n’est pas invité"
    envoyer_invitations(perimetre=ien, reunion=reunion)
    assert psyens_non_invites(reunion) == [oublie]
    du_departement = resoudre(ien, reunion, choisis=["psyens_departement"])
    assert ajouter_participants(perimetre=ien, reunion=reunion, invites=du_departement) == 1
    envoyer_invitations(perimetre=ien, reunion=reunion)
    assert psyens_non_invites(reunion) == []
