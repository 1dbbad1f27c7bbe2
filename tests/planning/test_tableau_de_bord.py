"""The dashboard: late first, due, blocked; progress; whose part; what the Région does not see."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from planning.enums import EtatAction, EtatJalon, GenreCible, SituationAction
from planning.models import Action, Dependance, PlanDeTravail, Preuve, ResponsableAction
from planning.selectors.avancement import par_objectif, par_responsable, par_situation
from planning.selectors.charge import lire_charge
from planning.selectors.tableau_de_bord import PART_MOI, PART_TOUT, lire_lignes, lire_part, objectifs_lus
from planning.selectors.tableau_de_bord_urgences import lire_urgences
from tests.planning.factories import (
    creer_action,
    creer_jalon,
    creer_objectif,
    creer_plan,
    dans,
)
from tests.reseaux.factories import (
    connecter,
    creer_cio,
    creer_departement,
    creer_etablissement,
    creer_perimetre,
    creer_utilisateur,
)

pytestmark = pytest.mark.django_db
TABLEAU = "planning:tableau_de_bord"


@pytest.fixture
def ien():
    return creer_perimetre(Role.IEN_IO, creer_departement())


@pytest.fixture
def dcio():
    return creer_perimetre(Role.DCIO, creer_cio())


def lire(client, perimetre, url=TABLEAU, *args, **parametres) -> str:
    reponse = connecter(client, perimetre).get(reverse(url, args=args), parametres)
    assert reponse.status_code == 200
    return reponse.content.decode()


def attendre(action: Action, predecesseur: Action) -> None:
    Dependance.objects.create(action=action, predecesseur=predecesseur)


def terminer(action: Action) -> Action:
    action.etat, action.faite_le = EtatAction.FAITE, timezone.localdate()
    action.save()
    return action


def lignes_de(perimetre):
    plan = PlanDeTravail.objects.get()
    return lire_lignes(Action.objects.all(), perimetre, timezone.localdate(), plan)


def urgences_de(perimetre):
    return lire_urgences(lignes_de(perimetre), perimetre.departement_id, timezone.localdate(), suivi=True)


# --- What is urgent --------------------------------------------------------------------------------


def test_le_plus_en_retard_vient_en_premier_actions_et_jalons_meles(ien):
    creer_action(titre="Un peu en retard", fin=-3)
    action = creer_action(titre="Dans le temps", fin=50)
    creer_jalon(action, "Jalon oublié", dans_jours=-12)
    creer_jalon(action, "Jalon fait", dans_jours=-12, etat=EtatJalon.FAIT, fait_le=dans(-12))
    urgences = urgences_de(ien)
    assert [(e.titre, e.jours) for e in urgences.en_retard] == [
        ("Jalon oublié", -12),
        ("Un peu en retard", -3),
    ]
    assert (urgences.actions_en_retard, urgences.jalons_en_retard) == (1, 1)


def test_aujourd_hui_est_a_echeance_et_trente_et_un_jours_ne_le_sont_pas(ien):
    for jours in (0, 30, 31):
        creer_action(titre=f"À {jours} jours", fin=jours)
    urgences = urgences_de(ien)
    assert [e.titre for e in urgences.proches] == ["À 0 jours", "À 30 jours"]
    assert urgences.en_retard == []
    assert [e.delai for e in urgences.proches] == ["aujourd’hui", "dans 30 jours"]


def test_une_action_faite_ou_abandonnee_n_alerte_plus(ien):
    terminer(creer_action(fin=-5))
    creer_action(fin=-5, etat=EtatAction.ABANDONNEE, motif="Sans objet")
    urgences = urgences_de(ien)
    assert not urgences.en_retard
    assert not urgences.bloquees


def test_bloquee_tant_que_l_autre_est_ouverte(ien):
    avant, apres = creer_action(titre="Avant"), creer_action(titre="Après")
    attendre(apres, avant)
    [blocage] = urgences_de(ien).bloquees
    assert [a.titre for a in blocage.ligne.retient] == ["Avant"]
    terminer(avant)
    assert urgences_de(ien).bloquees == []


def test_qui_repond_est_nomme_et_un_mandat_echu_se_voit(client, ien):
    personne = creer_utilisateur(nom="Besson", prenom="Olivier")
    creer_action(titre="À tenir", fin=-2, role=Role.IEN_IO)
    creer_action(titre="À qui ?", fin=-1, personne=personne)
    tenue, caduque = urgences_de(ien).en_retard
    assert tenue.personnes == str(ien.utilisateur)
    assert (tenue.est_caduque, caduque.est_caduque) == (False, True)
    page = lire(client, ien)
    assert "Plus personne en poste" in page
    assert "Olivier BESSON" in page


def test_le_jalon_d_un_cio_nomme_le_dcio_de_ce_cio(ien):
    blois = creer_perimetre(Role.DCIO, creer_cio("Blois"))
    creer_perimetre(Role.DCIO, creer_cio("Vendôme", departement=creer_departement()))
    action = creer_action(fin=60)
    creer_jalon(action, "Celui de Blois", dans_jours=3, cio=creer_cio("Blois"))
    [echeance] = urgences_de(ien).proches
    assert echeance.personnes == str(blois.utilisateur)


# --- Progress --------------------------------------------------------------------------------------


def test_une_action_liee_a_deux_objectifs_compte_une_fois_pour_l_axe(ien):
    premier = creer_objectif("O1")
    second = creer_objectif("O2")
    second.parent = premier.parent
    second.save()
    plan = creer_plan()
    for action in (terminer(creer_action(plan)), creer_action(plan, fin=-1)):
        action.objectifs.set([premier, second])
    axe, _axe_vide = par_objectif(objectifs_lus(ien, plan.departement_id), lignes_de(ien))
    assert (axe.compte.faites, axe.compte.total, axe.compte.en_retard) == (1, 2, 1)
    assert [n.compte.texte for n in axe.enfants[0].enfants] == ["1 sur 2", "1 sur 2"]
    assert axe.sans_action == 0


def test_un_objectif_retire_reste_tant_qu_une_action_y_est_liee(ien):
    lie, delaisse = creer_objectif("O1"), creer_objectif("O2")
    action = creer_action()
    action.objectifs.add(lie)
    for objectif in (lie, delaisse):
        objectif.retire_le = dans(-1)
        objectif.save()
    axes = par_objectif(objectifs_lus(ien, action.plan.departement_id), lignes_de(ien))
    assert [len(axe.enfants[0].enfants) for axe in axes] == [1, 0]


def test_par_responsable_dans_l_ordre_des_noms_jamais_des_retards(ien):
    creer_action(role=Role.SG, fin=5)
    en_retard = creer_action(role=Role.DASEN, fin=-5)
    ResponsableAction.objects.create(action=en_retard, rang=2, role=Role.SG)
    dasen, sg = par_responsable(lignes_de(ien))
    assert (dasen.responsable.libelle, dasen.compte.en_retard) == ("DASEN", 1)
    assert (sg.ouvertes, sg.proches, sg.compte.en_retard) == (2, 1, 1)


def test_la_barre_du_plan_fait_cent_pour_cent(ien):
    terminer(creer_action())
    creer_action(fin=-1)
    creer_action(debut=5)
    parts = par_situation(lignes_de(ien))
    assert [p.situation for p in parts] == [
        SituationAction.FAITE,
        SituationAction.EN_RETARD,
        SituationAction.A_VENIR,
    ]
    assert sum(part.largeur for part in parts) == pytest.approx(100, abs=0.1)


def test_cinq_actions_en_juin_se_disent(ien):
    juin = {"debut_": dt.date(2027, 6, 1), "fin_": dt.date(2027, 6, 30)}
    for _ in range(5):
        action = creer_action()
        action.debut, action.fin = juin["debut_"], juin["fin_"]
        action.save()
    mai = creer_action()
    mai.debut = mai.fin = dt.date(2027, 5, 4)
    mai.save()
    charge = lire_charge(lignes_de(ien), timezone.localdate())
    assert [(m.cle, m.total) for m in charge.mois] == [("2027-05", 1), ("2027-06", 5)]
    assert charge.pic == "Mois le plus chargé : juin 2027, 5 actions."


def test_une_jauge_par_cio_pour_l_action_avenir(client, ien):
    creer_cio("Blois")
    creer_cio("Vendôme", departement=creer_departement())
    action = creer_action(titre="Une action Avenir", cible=GenreCible.PAR_CIO)
    Preuve.objects.create(action=action, texte="Forum", cio=creer_cio("Blois"), le=dans(-1))
    page = lire(client, ien)
    assert "Dans chaque CIO" in page
    assert "1 CIO sur 2" in page
    assert "0 sur 1" in page


# --- Whose part ------------------------------------------------------------------------------------


def test_la_part_par_defaut_est_celle_du_role(ien, dcio):
    assert lire_part(ien, "") == PART_TOUT
    assert lire_part(dcio, "") == PART_MOI
    assert lire_part(dcio, "tout") == PART_TOUT
    assert lire_part(creer_perimetre(Role.CHARGE_MISSION_REGION, creer_departement()), "moi") == PART_TOUT


def test_le_dcio_voit_sa_part_puis_tout_le_plan(client, dcio):
    creer_action(titre="Action du DCIO", role=Role.DCIO)
    creer_action(titre="Action du SG", role=Role.SG)
    sienne = lire(client, dcio)
    assert "Action du DCIO" in sienne
    assert "Action du SG" not in sienne
    assert "Action du SG" in lire(client, dcio, part="tout")


def test_sans_part_la_page_mene_au_plan_entier(client):
    psyen = creer_perimetre(Role.PSYEN, creer_departement())
    creer_action(titre="Action du SG", role=Role.SG)
    assert "Aucune action ne vous est confiée" in lire(client, psyen)


def test_la_region_lit_la_partie_publique_sans_responsable_ni_jalon(client):
    region = creer_perimetre(Role.CHARGE_MISSION_REGION, creer_departement())
    publique = creer_action(titre="Forum Avenir", publique=True, attribution="Madame Besson", fin=-2)
    secrete = creer_action(titre="Action interne")
    creer_jalon(publique, "Jalon nominatif", dans_jours=-1)
    attendre(publique, secrete)
    page = lire(client, region)
    assert "Forum Avenir" in page
    for mot in ("Besson", "Action interne", "Jalon nominatif", "Par responsable", "Ma part"):
        assert mot not in page
    ligne = lignes_de(region)[0]
    assert (ligne.retient, ligne.jalons, ligne.responsables, ligne.attribution) == ([], [], [], "")
    cherche = connecter(client, region).get(reverse(TABLEAU), {"q": "Besson", "responsable": "r-dcio"})
    assert cherche.context["tableau"].lignes == []


# --- Which plan ------------------------------------------------------------------------------------


def test_sans_plan_l_ien_io_est_invite_a_en_ouvrir_un(client, ien, dcio):
    assert reverse("planning:plan_creer") in lire(client, ien)
    assert reverse("planning:plan_creer") not in lire(client, dcio)


def test_le_plan_en_cours_le_plus_recent_s_ouvre_les_autres_se_choisissent(client, ien):
    ancien = creer_plan("Ancien", debut=dans(-900), fin=dans(-500), etat="clos", clos_le=dans(-500))
    creer_plan("Vivant")
    page = lire(client, ien)
    assert "<h1>Vivant</h1>" in page
    assert reverse("planning:plan", args=[ancien.pk]) in page
    creer_action(ancien, titre="Action de jadis")
    close = lire(client, ien, "planning:plan", ancien.pk)
    assert "Clos le" in close
    assert "Mode COPIL" not in close
    assert "échéances en retard" not in close


def test_le_plan_d_un_autre_departement_n_existe_pas(client, ien):
    autre = creer_plan("Ailleurs", departement=creer_departement("018"))
    assert connecter(client, ien).get(reverse("planning:plan", args=[autre.pk])).status_code == 404


def test_un_plan_vide_dit_quoi_faire(client, ien):
    plan = creer_plan()
    assert reverse("planning:action_creer", args=[plan.pk]) in lire(client, ien)


# --- Filters ---------------------------------------------------------------------------------------


@pytest.fixture
def plan_varie():
    """One action of each kind."""
    plan = creer_plan()
    objectif = creer_objectif()
    tardive = creer_action(plan, "Tardive", fin=-2, role=Role.SG)
    bloquee = creer_action(plan, "Bloquée", fin=400, role=Role.DCIO, cible=GenreCible.PAR_CIO)
    bloquee.objectifs.add(objectif)
    attendre(bloquee, tardive)
    return plan, objectif


@pytest.mark.parametrize(
    ("parametre", "attendues"),
    [
        ({"situation": "en_retard"}, {"Tardive"}),
        ({"situation": "bloquee"}, {"Bloquée"}),
        ({"responsable": "r-sg"}, {"Tardive"}),
        ({"q": "TÀRDIVE"}, {"Tardive"}),
        ({"q": "2"}, {"Bloquée"}),
        ({"objectif": "axe"}, {"Bloquée"}),
        ({"cio": "blois"}, {"Bloquée"}),
        ({"mois": "fin"}, {"Tardive"}),
        ({"situation": "inconnue"}, {"Tardive", "Bloquée"}),
        ({}, {"Tardive", "Bloquée"}),
    ],
)
def test_les_filtres_de_l_adresse(client, ien, plan_varie, parametre, attendues):
    plan, objectif = plan_varie
    valeurs = {
        "axe": objectif.parent.parent_id,
        "blois": creer_cio("Blois").pk,
        "fin": f"{dans(-2):%Y-%m}",
    }
    parametres = {nom: valeurs.get(valeur, valeur) for nom, valeur in parametre.items()}
    reponse = connecter(client, ien).get(reverse("planning:plan", args=[plan.pk]), parametres)
    assert {ligne.action.titre for ligne in reponse.context["tableau"].lignes} == attendues


def test_un_filtre_inconnu_est_dit_et_les_liens_gardent_ce_qui_vaut(client, ien, plan_varie):
    page = lire(client, ien, situation="inconnue", responsable="r-sg")
    assert "n’est pas appliqué" in page
    assert "responsable=r-sg" in page


# --- Cost and hostile names ------------------------------------------------------------------------


def peupler(plan, nombre: int) -> None:
    """Everything that hangs on an action, so that the page has something to follow."""
    objectif = creer_objectif(f"P{nombre}")
    precedente = None
    for rang in range(nombre):
        action = creer_action(plan, f"Action {nombre}-{rang}", fin=-3, cible=GenreCible.PAR_CIO)
        action.objectifs.add(objectif)
        creer_jalon(action, dans_jours=2, role=Role.SG)
        Preuve.objects.create(action=action, texte="Fait", cio=creer_cio(), le=dans(-1))
        if precedente:
            attendre(action, precedente)
        precedente = action


@pytest.mark.parametrize("role", [Role.IEN_IO, Role.DCIO, Role.CHARGE_MISSION_REGION])
def test_la_page_coute_autant_avec_deux_actions_ou_douze(client, role):
    territoire = creer_cio() if role == Role.DCIO else creer_departement()
    perimetre = creer_perimetre(role, territoire)
    plan = creer_plan()
    peupler(plan, 2)
    Action.objects.update(publique=True)
    lire(client, perimetre)

    def compter() -> int:
        with CaptureQueriesContext(connection) as capture:
            lire(client, perimetre)
        return len(capture)

    avant = compter()
    peupler(plan, 10)
    creer_plan("Un ancien", etat="clos", clos_le=dans(-1))
    Action.objects.update(publique=True)
    assert compter() == avant


def test_un_titre_hostile_reste_du_texte(client, ien):
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    action = creer_action(titre=hostile, attribution=hostile, fin=-2, cible=GenreCible.PAR_CIO)
    creer_jalon(action, hostile, dans_jours=-3)
    creer_etablissement(hostile)
    page = lire(client, ien)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'style="' not in page.partition("<main")[2]
