"""The équipe de direction and the groups on screen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comptes.enums import Role
from reseaux.models import Groupe
from tests.planning.factories import creer_groupe, dans
from tests.reseaux.factories import connecter, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db


@pytest.fixture
def ien():
    return creer_perimetre(Role.IEN_IO, creer_departement())


def lire(client, perimetre) -> str:
    reponse = connecter(client, perimetre).get(reverse("planning:groupes"))
    assert reponse.status_code == 200
    return reponse.content.decode()


def test_l_equipe_de_direction_est_proposee_toute_faite(client, ien):
    assert "Créer l’équipe de direction" in lire(client, ien)
    page = client.get(reverse("planning:groupe_creer")).content.decode()
    assert page.count("checked") == 3
    donnees = {"nom": "Équipe de direction", "genre": "equipe_direction", "roles": ["ien_io", "dcio"]}
    client.post(reverse("planning:groupe_creer"), donnees)
    assert Groupe.objects.get().membres.count() == 2


def test_chaque_membre_dit_qui_c_est_aujourd_hui(client, ien):
    dcio = creer_perimetre(Role.DCIO)
    creer_groupe()
    page = lire(client, ien)
    assert str(dcio.utilisateur) in page
    assert "personne en poste" in page  # no adjoint


def test_les_psyen_sont_comptes_pas_nommes(client, ien):
    psyen = creer_perimetre(Role.PSYEN, creer_departement()).utilisateur
    creer_groupe("GT", genre="groupe_travail", roles=(Role.PSYEN,))
    page = lire(client, ien)
    assert "1 personne" in page
    assert str(psyen) not in page


def test_ajouter_une_personne_puis_la_retirer_a_une_date(client, ien):
    groupe = creer_groupe(roles=())
    psyen = creer_perimetre(Role.PSYEN, creer_departement()).utilisateur
    connecter(client, ien)
    adresse = reverse("planning:membre_ajouter", args=[groupe.pk])
    refus = client.post(adresse, {"date_debut": f"{dans(0):%Y-%m-%d}"})
    assert "une fonction ou une personne" in refus.content.decode()
    client.post(adresse, {"utilisateur": psyen.pk, "date_debut": f"{dans(-5):%Y-%m-%d}"})
    membre = groupe.membres.get()
    sortie = reverse("planning:membre_retirer", args=[membre.pk])
    assert client.post(sortie, {"date_fin": f"{dans(-9):%Y-%m-%d}"}).status_code == 200
    client.post(sortie, {"date_fin": f"{dans(-1):%Y-%m-%d}"})
    membre.refresh_from_db()
    assert membre.date_fin == dans(-1)


def test_renommer_supprimer(client, ien):
    groupe = creer_groupe(roles=())
    connecter(client, ien)
    client.post(reverse("planning:groupe_renommer", args=[groupe.pk]), {"nom": "Direction"})
    assert Groupe.objects.get().nom == "Direction"
    client.post(reverse("planning:groupe_supprimer", args=[groupe.pk]))
    assert not Groupe.objects.exists()


def test_les_autres_lisent_et_la_region_non(client):
    groupe = creer_groupe()
    assert "Ajouter un membre" not in lire(client, creer_perimetre(Role.DCIO))
    assert client.get(reverse("planning:groupe_renommer", args=[groupe.pk])).status_code == 403
    connecter(client, creer_perimetre(Role.CHARGE_MISSION_REGION, creer_departement()))
    assert client.get(reverse("planning:groupes")).status_code == 403


def test_la_page_coute_autant_avec_un_groupe_ou_trois(client, ien):
    def compter():
        with CaptureQueriesContext(connection) as capture:
            lire(client, ien)
        return len(capture)

    creer_groupe()
    compter()
    un = compter()
    for nom in ("GT 1", "GT 2"):
        creer_groupe(nom, genre="groupe_travail", personnes=(ien.utilisateur,))
    assert compter() == un
