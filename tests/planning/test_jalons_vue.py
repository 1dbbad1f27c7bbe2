"""The page of a milestone, its thread, its gestures."""

import pytest
from django.urls import reverse

from comptes.enums import Role
from planning.enums import EtatAction, EtatJalon
from planning.models import Commentaire, Jalon
from tests.planning.factories import creer_action, creer_jalon, dans
from tests.reseaux.factories import connecter, creer_cio, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db


@pytest.fixture
def dcio():
    return creer_perimetre(Role.DCIO)


def lire(client, perimetre, jalon) -> str:
    reponse = connecter(client, perimetre).get(reverse("planning:jalon", args=[jalon.pk]))
    assert reponse.status_code == 200
    return reponse.content.decode()


def decider(client, perimetre, jalon, geste, **donnees):
    adresse = reverse("planning:jalon_geste", args=[jalon.pk, geste])
    return connecter(client, perimetre).post(adresse, donnees)


def test_un_jalon_sans_responsable_est_celui_de_l_action(client, dcio):
    page = lire(client, dcio, creer_jalon(dans_jours=-2))
    assert str(dcio.utilisateur) in page
    assert "Les responsables de l’action" in page
    assert "En retard" in page


def test_ajouter_un_jalon_pour_le_dcio_d_un_cio(client, dcio):
    voisin = creer_perimetre(Role.DCIO, creer_cio("Vendôme"))
    action = creer_action()
    connecter(client, dcio)
    donnees = {
        "intitule": "Recenser",
        "echeance": f"{dans(30):%Y-%m-%d}",
        "responsable": "r-dcio",
        "cio": voisin.cio_id,
    }
    assert client.post(reverse("planning:jalon_creer", args=[action.pk]), donnees).status_code == 302
    jalon = Jalon.objects.get(est_final=False)
    page = lire(client, dcio, jalon)
    assert str(voisin.utilisateur) in page
    assert f"<strong>{dcio.utilisateur}" not in page
    assert "Recenser" in client.get(reverse("planning:action", args=[action.pk])).content.decode()


def test_fait_puis_rouvert(client, dcio):
    jalon = creer_jalon()
    decider(client, dcio, jalon, "terminer")
    jalon.refresh_from_db()
    assert jalon.etat == EtatJalon.FAIT
    decider(client, dcio, jalon, "rouvrir")
    jalon.refresh_from_db()
    assert jalon.etat == EtatJalon.A_FAIRE


def test_reporter_demande_une_date_plus_tardive_et_un_motif(client, dcio):
    jalon = creer_jalon()
    page = decider(client, dcio, jalon, "reporter", echeance=f"{dans(1):%Y-%m-%d}", motif="Attente du CD")
    assert "doit venir après" in page.content.decode()
    assert "Attente du CD" in page.content.decode()
    suite = decider(client, dcio, jalon, "reporter", echeance=f"{dans(60):%Y-%m-%d}", motif="Attente du CD")
    assert suite.status_code == 302
    assert "Attente du CD" in lire(client, dcio, jalon)


def test_abandonner_avec_son_motif(client, dcio):
    jalon = creer_jalon()
    assert decider(client, dcio, jalon, "abandonner").status_code == 200
    decider(client, dcio, jalon, "abandonner", motif="Sans objet")
    jalon.refresh_from_db()
    assert jalon.etat == EtatJalon.ABANDONNE


def test_modifier_montre_ce_qui_est_et_l_enregistre(client, dcio):
    jalon = creer_jalon(intitule="Avant")
    connecter(client, dcio)
    adresse = reverse("planning:jalon_modifier", args=[jalon.pk])
    assert 'value="Avant"' in client.get(adresse).content.decode()
    client.post(adresse, {"intitule": "Après", "echeance": f"{dans(9):%Y-%m-%d}"})
    jalon.refresh_from_db()
    assert (jalon.intitule, jalon.echeance) == ("Après", dans(9))


def test_la_fin_de_l_action_se_tient_avec_elle(client, dcio):
    action = creer_action()
    final = action.jalons.get(est_final=True)
    assert "Voir l’action" in lire(client, dcio, final)
    reponse = client.get(reverse("planning:jalon_modifier", args=[final.pk]))
    assert reponse["Location"] == reverse("planning:action_modifier", args=[action.pk])
    decider(client, dcio, final, "terminer")
    action.refresh_from_db()
    assert action.etat == EtatAction.FAITE


def test_qui_suit_lit_et_commente_sans_decider(client, dcio):
    psyen = creer_perimetre(Role.PSYEN, creer_departement())
    jalon = creer_jalon()
    assert "Dire le jalon fait" not in lire(client, psyen, jalon)
    assert decider(client, psyen, jalon, "terminer").status_code == 403
    client.post(reverse("planning:jalon_commenter", args=[jalon.pk]), {"texte": "Où en est-on ?"})
    assert Commentaire.objects.get().jalon == jalon
    assert "Où en est-on" in lire(client, dcio, jalon)


def test_la_region_ne_lit_aucun_jalon(client):
    region = creer_perimetre(Role.CHARGE_MISSION_REGION, creer_departement())
    jalon = creer_jalon(creer_action(publique=True))
    connecter(client, region)
    assert client.get(reverse("planning:jalon", args=[jalon.pk])).status_code == 403
