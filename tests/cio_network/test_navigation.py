"""The menu: every entry opens for the roles that see it, and the page in hand is marked."""

import pytest
from django.urls import reverse

from cio_network import navigation
from cio_network.views import PAGE_DU_ROLE
from comptes.enums import Role
from socle.models import Notification
from tests.reseaux.factories import connecter, creer_habilitation, creer_perimetre

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("demonstration", [False, True], ids=["production", "demonstration"])
def test_chaque_entree_du_menu_s_ouvre_pour_son_role(client, settings, role, demonstration):
    settings.DEMONSTRATION = demonstration
    connecter(client, creer_perimetre(role))
    entrees = navigation.menu_du_role(role, demonstration)
    assert entrees
    for _liste, titre, url in entrees:
        assert client.get(url).status_code == 200, f"{titre} ({url}) ne s’ouvre pas pour {role}"


@pytest.mark.parametrize("role", Role)
def test_l_accueil_mene_a_une_page_ouverte_au_role(client, role):
    connecter(client, creer_perimetre(role))
    reponse = client.get(reverse("accueil"))
    assert reponse.status_code == 302
    assert reponse.url == reverse(PAGE_DU_ROLE[role])
    assert client.get(reponse.url).status_code == 200


def _marques(role: str, chemin: str) -> list[tuple[str, str, str]]:
    return [
        (rubrique.titre, lien.titre, lien.actif)
        for rubrique in navigation.navigation(role, chemin)
        for lien in rubrique.liens
        if lien.actif
    ]


def test_la_page_du_menu_et_celles_du_dessous_sont_marquees():
    assert _marques(Role.ADMIN, reverse("socle:journal")) == [("Administration", "Journal", "page")]
    dessous = reverse("socle:travail", args=[7])
    assert _marques(Role.ADMIN, dessous) == [("Administration", "Travaux", "true")]


def test_une_liste_d_une_seule_entree_est_sur_la_barre(client):
    """The SG reads the journal and nothing else of the administration."""
    rubriques = {r.titre: r.est_liste for r in navigation.navigation(Role.SG, "/")}
    assert rubriques["Administration"] is False
    assert rubriques["Territoire"] is True
    connecter(client, creer_perimetre(Role.SG))
    page = client.get(reverse("plan_du_site")).text
    assert 'aria-controls="menu-territoire"' in page
    assert 'aria-controls="menu-administration"' not in page


def test_la_cloche_compte_les_notifications_non_lues_en_une_requete(client, django_assert_num_queries):
    perimetre = creer_perimetre(Role.DCIO)
    connecter(client, perimetre)
    page = reverse("plan_du_site")
    client.get(page)
    with django_assert_num_queries(4):  # session, person, habilitations, notifications
        assert "non lue" not in client.get(page).text
    for numero in range(3):
        Notification.objects.create(utilisateur=perimetre.utilisateur, texte=f"Décision {numero}")
    with django_assert_num_queries(4):
        assert "3<span" in client.get(page).text


def test_le_choix_de_l_habilitation_parait_a_partir_de_deux(client):
    perimetre = creer_perimetre(Role.DCIO)
    connecter(client, perimetre)
    page = reverse("plan_du_site")
    assert reverse("reseaux:porter_habilitation") not in client.get(page).text
    seconde = creer_habilitation(Role.IEN_IO, utilisateur=perimetre.utilisateur)
    reponse = client.get(page).text
    assert reverse("reseaux:porter_habilitation") in reponse
    assert f'value="{seconde.pk}"' in reponse
