"""The page of an action, its writing, its gestures, by role."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comptes.enums import Role
from planning.enums import EtatAction
from planning.models import Action, Commentaire, Dependance, Preuve
from planning.services.actions import modifier_action
from planning.services.jalons import commenter
from planning.services.preuves import ajouter_preuve
from socle.pieces import deposer_document
from tests.planning.factories import creer_action, creer_groupe, creer_jalon, creer_objectif, creer_plan, dans
from tests.reseaux.factories import (
    connecter,
    creer_cio,
    creer_departement,
    creer_etablissement,
    creer_perimetre,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ien():
    return creer_perimetre(Role.IEN_IO, creer_departement())


@pytest.fixture
def dcio():
    return creer_perimetre(Role.DCIO)


def lire(client, perimetre, action) -> str:
    reponse = connecter(client, perimetre).get(reverse("planning:action", args=[action.pk]))
    assert reponse.status_code == 200
    return reponse.content.decode()


def decider(client, perimetre, action, geste, **donnees):
    adresse = reverse("planning:action_geste", args=[action.pk, geste])
    return connecter(client, perimetre).post(adresse, donnees)


def saisie(action, **champs):
    return {
        "titre": action.titre,
        "attribution": "DCIO",
        "calendrier": "Juin 2027",
        "cible": "aucune",
        "cible_nombre": "1",
        "revision": str(action.revision),
    } | champs


# --- The page ----------------------------------------------------------------------------------------


def test_la_page_dit_qui_repond_aujourd_hui(client, ien, dcio):
    page = lire(client, ien, creer_action())
    assert str(dcio.utilisateur) in page
    assert "Garant" in page
    assert "Mandat échu" not in page


def test_un_responsable_que_personne_ne_remplit_est_signale(client, ien):
    page = lire(client, ien, creer_action(role=Role.SG))
    assert "Mandat échu" in page
    assert "personne n’exerce la fonction" in page
    assert "Remplacez ce responsable" in page


def test_derriere_un_groupe_les_noms_du_jour(client, ien, dcio):
    page = lire(client, ien, creer_action(groupe=creer_groupe()))
    assert str(dcio.utilisateur) in page
    assert str(ien.utilisateur) in page


def test_les_roles_nombreux_sont_comptes_pas_nommes(client, dcio):
    psyen = creer_perimetre(Role.PSYEN, creer_departement())
    page = lire(client, dcio, creer_action(role=Role.PSYEN))
    assert psyen.utilisateur.nom.upper() not in page
    assert "1 personne" in page


def test_la_region_ne_lit_qu_une_action_publique_sans_agents(client, dcio):
    region = creer_perimetre(Role.CHARGE_MISSION_REGION, creer_departement())
    action = creer_action(publique=True, attribution="Attribution réservée")
    creer_jalon(action, "Jalon réservé")
    page = lire(client, region, action)
    assert action.titre in page
    for absent in ("Attribution réservée", "Jalon réservé", str(dcio.utilisateur), "Historique", "Échanges"):
        assert absent not in page
    privee = creer_action()
    assert client.get(reverse("planning:action", args=[privee.pk])).status_code == 404


def test_la_page_coute_autant_quel_que_soit_le_dossier(client, ien, dcio):
    action = creer_action(cible="par_cio")

    def garnir():
        jalon = creer_jalon(action)
        ajouter_preuve(perimetre=ien, action=action, texte="Fait", cio=dcio.habilitation.cio)
        commenter(perimetre=ien, action=action, texte="Bien", jalon=jalon)
        Dependance.objects.create(action=action, predecesseur=creer_action(action.plan))
        action.objectifs.add(creer_objectif(f"O{action.objectifs.count()}"))

    def compter():
        with CaptureQueriesContext(connection) as capture:
            lire(client, ien, action)
        return len(capture)

    garnir()
    compter()
    une_fois = compter()
    garnir()
    garnir()
    assert compter() == une_fois


# --- Gestures ----------------------------------------------------------------------------------------


def test_un_responsable_dit_son_action_faite(client, dcio):
    action = creer_action()
    assert decider(client, dcio, action, "terminer").status_code == 302
    action.refresh_from_db()
    assert action.etat == EtatAction.FAITE


def test_une_cible_non_atteinte_dit_ce_qui_manque(client, dcio):
    action = creer_action(cible="etablissements")
    reponse = decider(client, dcio, action, "terminer")
    assert reponse.status_code == 200
    assert "il manque 1 EPLE" in reponse.content.decode()


def test_qui_ne_repond_pas_de_l_action_ne_la_conduit_pas(client, dcio):
    action = creer_action(role=Role.SG)
    for geste in ("terminer", "reporter"):
        assert decider(client, dcio, action, geste).status_code == 403
    sienne = creer_action()
    for geste in ("abandonner", "rouvrir", "suspendre"):
        assert decider(client, dcio, sienne, geste).status_code == 403


def test_reporter_garde_ce_qui_est_tape(client, dcio):
    action = creer_action()
    page = decider(client, dcio, action, "reporter", calendrier="un jour", motif="Salle fermée")
    texte = page.content.decode()
    assert "n’est pas comprise" in texte
    assert "Salle fermée" in texte
    suite = decider(client, dcio, action, "reporter", calendrier="Juin 2098", motif="Salle fermée")
    assert suite.status_code == 302
    action.refresh_from_db()
    assert action.fin == dt.date(2098, 6, 30)


def test_abandonner_puis_rouvrir(client, ien):
    action = creer_action()
    assert decider(client, ien, action, "abandonner").status_code == 200
    decider(client, ien, action, "abandonner", motif="Sans moyens")
    assert "Sans moyens" in lire(client, ien, action)
    decider(client, ien, action, "rouvrir", motif="Moyens trouvés")
    action.refresh_from_db()
    assert action.est_ouverte


def test_suspendre_les_rappels(client, ien):
    action = creer_action()
    decider(client, ien, action, "suspendre", jusqu_au=f"{dans(10):%Y-%m-%d}")
    action.refresh_from_db()
    assert action.silence_jusqu_au == dans(10)
    assert "suspendus jusqu’au" in lire(client, ien, action)


def test_un_geste_inconnu_n_existe_pas(client, ien):
    assert decider(client, ien, creer_action(), "effacer").status_code == 404


# --- Writing -----------------------------------------------------------------------------------------


def test_ajouter_une_action_lit_les_responsables_dans_l_attribution(client, ien):
    plan = creer_plan()
    connecter(client, ien)
    donnees = {
        "titre": "Réunir le GT",
        "attribution": "SG + IEN-IO ou adjointe",
        "calendrier": "Septembre-octobre 2026",
        "cible": "par_cio",
        "cible_nombre": "2",
    }
    reponse = client.post(reverse("planning:action_creer", args=[plan.pk]), donnees)
    action = Action.objects.get()
    assert reponse["Location"] == reverse("planning:action", args=[action.pk])
    roles = list(action.responsables.order_by("rang").values_list("role", "lien", "est_garant"))
    assert roles == [(Role.SG, "et", True), (Role.IEN_IO, "et", False), (Role.ADJOINT_IEN_IO, "ou", False)]


def test_les_responsables_peuvent_etre_choisis_un_a_un(client, ien, dcio):
    action = creer_action()
    connecter(client, ien)
    donnees = saisie(
        action,
        attribution="Pilotage partagé",
        un_a_un="on",
        responsable_1=f"u-{dcio.utilisateur_id}",
        responsable_2=f"g-{creer_groupe().pk}",
        lien_2="ou",
        garant="2",
    )
    reponse = client.post(reverse("planning:action_modifier", args=[action.pk]), donnees)
    assert reponse.status_code == 302
    premier, second = action.responsables.order_by("rang")
    assert (premier.utilisateur_id, premier.est_garant) == (dcio.utilisateur_id, False)
    assert (second.lien, second.est_garant) == ("ou", True)
    page = client.get(reverse("planning:action_modifier", args=[action.pk])).content.decode()
    assert "Pilotage partagé" in page


def test_ce_qui_n_est_pas_compris_est_dit_a_sa_place(client, ien):
    action = creer_action()
    connecter(client, ien)
    donnees = saisie(action, attribution="Le voisin", calendrier="Juin 2027")
    page = client.post(reverse("planning:action_modifier", args=[action.pk]), donnees).content.decode()
    assert "« Le voisin » ne désigne ni un rôle" in page
    donnees = saisie(action, calendrier="bientôt")
    page = client.post(reverse("planning:action_modifier", args=[action.pk]), donnees).content.decode()
    assert "La période « bientôt » n’est pas comprise" in page
    sans_personne = saisie(action, un_a_un="on")
    page = client.post(reverse("planning:action_modifier", args=[action.pk]), sans_personne).content.decode()
    assert "Choisissez au moins un responsable" in page


def test_un_responsable_n_est_pas_choisi_deux_fois(client, ien):
    action = creer_action()
    connecter(client, ien)
    donnees = saisie(action, un_a_un="on", responsable_1="r-sg", responsable_3="r-sg")
    page = client.post(reverse("planning:action_modifier", args=[action.pk]), donnees).content.decode()
    assert page.count("déjà choisi plus haut") == 2  # in the summary and beside the field


def test_une_difference_que_rien_ne_montre_n_enferme_pas(client, ien):
    """A colleague who suspended the reminders moved the revision, and nothing that one types."""
    action = creer_action(calendrier="Juin 2027")
    connecter(client, ien)
    donnees = saisie(action)
    decider(client, ien, action, "suspendre", jusqu_au=f"{dans(3):%Y-%m-%d}")
    adresse = reverse("planning:action_modifier", args=[action.pk])
    page = client.post(adresse, donnees).content.decode()
    assert "Quelqu’un a modifié cette action" in page
    assert 'name="revision" value="1"' in page
    assert client.post(adresse, donnees | {"revision": 1}).status_code == 302


def test_deux_ecritures_la_seconde_est_prevenue_et_ne_perd_rien(client, ien):
    action = creer_action()
    connecter(client, ien)
    adresse = reverse("planning:action_modifier", args=[action.pk])
    donnees = saisie(action, titre="Ma rédaction")
    modifier_action(
        perimetre=ien,
        action=action,
        revision=0,
        titre="Celle du collègue",
        attribution="DCIO",
        calendrier="Juin 2027",
    )
    reponse = client.post(adresse, donnees)
    page = reponse.content.decode()
    assert "Ma rédaction" in page
    assert "Celle du collègue" in page
    action.refresh_from_db()
    assert action.titre == "Celle du collègue"
    assert f'name="revision" value="{action.revision}"' in page
    assert client.post(adresse, donnees | {"revision": action.revision}).status_code == 302
    action.refresh_from_db()
    assert action.titre == "Ma rédaction"


def test_un_cercle_de_dependances_est_refuse_en_le_nommant(client, ien):
    premiere = creer_action()
    seconde = creer_action(premiere.plan)
    Dependance.objects.create(action=seconde, predecesseur=premiere)
    connecter(client, ien)
    donnees = saisie(premiere, predecesseurs=[seconde.pk])
    page = client.post(reverse("planning:action_modifier", args=[premiere.pk]), donnees).content.decode()
    assert "n° 1 → n° 2 → n° 1" in page


def test_une_dependance_se_lit_des_deux_cotes(client, ien):
    premiere = creer_action(titre="La première")
    seconde = creer_action(premiere.plan, "La seconde")
    connecter(client, ien)
    donnees = saisie(seconde, predecesseurs=[premiere.pk])
    client.post(reverse("planning:action_modifier", args=[seconde.pk]), donnees)
    assert "Bloquée" in lire(client, ien, seconde)
    assert "Attendue par" in lire(client, ien, premiere)


def test_le_plan_clos_ne_s_ecrit_plus(client, ien):
    action = creer_action(creer_plan(etat="clos", clos_le=dans(-1)))
    assert "Plan clos" in lire(client, ien, action)
    assert client.get(reverse("planning:action_modifier", args=[action.pk])).status_code == 403
    assert decider(client, ien, action, "terminer").status_code == 403


# --- Evidence and comments ---------------------------------------------------------------------------


def test_une_preuve_nomme_l_ecole_quand_la_cible_les_compte(client, dcio):
    action = creer_action(cible="etablissements")
    ecole = creer_etablissement("Collège", cio=dcio.habilitation.cio)
    connecter(client, dcio)
    adresse = reverse("planning:preuve_ajouter", args=[action.pk])
    page = client.get(adresse).content.decode()
    assert "Établissement" in page
    assert "Public réuni" not in page
    donnees = {"texte": "CDI ouvert", "etablissement": ecole.pk, "le": f"{dans(0):%Y-%m-%d}", "lien": ""}
    assert client.post(adresse, donnees).status_code == 302
    assert "Cible atteinte" in lire(client, dcio, action)


def test_une_preuve_ne_vient_pas_du_futur_ni_d_un_lien_douteux(client, dcio):
    connecter(client, dcio)
    adresse = reverse("planning:preuve_ajouter", args=[creer_action().pk])
    donnees = {"texte": "Fait", "le": f"{dans(2):%Y-%m-%d}", "lien": "javascript:alert(1)"}
    page = client.post(adresse, donnees).content.decode()
    assert "aujourd’hui au plus tard" in page
    assert not Preuve.objects.exists()


def test_un_document_depose_vaut_preuve(client, dcio):
    """« a document, a link, a note »."""
    action = creer_action(cible="preuve")
    assert decider(client, dcio, action, "terminer").status_code == 200
    deposer_document(perimetre=dcio, objet=action, titre="Relevé", nom="releve.txt", contenu=b"Fait.")
    page = lire(client, dcio, action)
    assert "Relevé" in page
    assert "Cible atteinte" in page
    assert decider(client, dcio, action, "terminer").status_code == 302


def test_retirer_une_preuve(client, dcio):
    preuve = ajouter_preuve(perimetre=dcio, action=creer_action(), texte="Par erreur")
    connecter(client, dcio)
    client.post(reverse("planning:preuve_retirer", args=[preuve.pk]))
    assert not Preuve.objects.exists()


def test_les_cio_de_la_cible_sont_comptes_un_par_un(client, ien, dcio):
    creer_cio("Vendôme")
    action = creer_action(cible="par_cio")
    ajouter_preuve(perimetre=ien, action=action, texte="Action Avenir", cio=dcio.habilitation.cio)
    page = lire(client, ien, action)
    assert "1 sur 2" in page
    assert "Rien encore pour" in page


def test_tous_ceux_qui_suivent_commentent(client, dcio):
    psyen = creer_perimetre(Role.PSYEN, creer_departement())
    action = creer_action()
    connecter(client, psyen)
    adresse = reverse("planning:action_commenter", args=[action.pk])
    assert client.post(adresse, {"texte": "Une idée"}).status_code == 302
    assert Commentaire.objects.get().texte == "Une idée"
    assert "Une idée" in lire(client, dcio, action)
    assert "obligatoire" in client.post(adresse, {"texte": " "}).content.decode()
