"""The header's bell."""

import pytest
from django.urls import reverse

from comptes.enums import Role
from socle.models import Notification
from socle.notifications import marquer_lues, nombre_non_lues, notifier
from tests.comptes.factories import creer_compte
from tests.reseaux.factories import connecter, creer_perimetre

pytestmark = pytest.mark.django_db


def test_une_cle_ne_previent_qu_une_fois_la_personne():
    ana, bob = creer_compte(), creer_compte()
    for _ in range(2):
        for personne in (ana, bob):
            notifier(utilisateur=personne, texte="Une proposition vous attend.", cle="repartition:1")
    notifier(utilisateur=ana, texte="Sans clé")
    notifier(utilisateur=ana, texte="Sans clé")
    assert nombre_non_lues(ana.pk) == 3
    assert nombre_non_lues(bob.pk) == 1
    assert marquer_lues(utilisateur_id=ana.pk) == 3
    assert nombre_non_lues(ana.pk) == 0
    assert nombre_non_lues(bob.pk) == 1


@pytest.mark.parametrize("url", ["https://mechant.example", "//mechant.example", "javascript:alert(1)"])
def test_une_notification_reste_sur_le_site(url):
    with pytest.raises(ValueError, match="de ce site"):
        notifier(utilisateur=creer_compte(), texte="Texte", url=url)


def test_chacun_lit_et_ouvre_les_siennes(client):
    perimetre = creer_perimetre(Role.DCIO)
    mienne = notifier(utilisateur=perimetre.utilisateur, texte="Pour <b>moi</b>", url="/compte/")
    autre = notifier(utilisateur=creer_compte(), texte="Pour un autre")
    connecter(client, perimetre)
    page = client.get(reverse("socle:notifications")).content.decode()
    assert "Pour &lt;b&gt;moi&lt;/b&gt;" in page
    assert "Pour un autre" not in page
    assert client.get(reverse("socle:notification_lire", args=[mienne.pk])).status_code == 405
    assert client.post(reverse("socle:notification_lire", args=[autre.pk])).status_code == 404
    assert client.post(reverse("socle:notification_lire", args=[mienne.pk]))["Location"] == "/compte/"
    assert nombre_non_lues(perimetre.utilisateur_id) == 0
    assert Notification.objects.non_lues().get() == autre


def test_tout_marquer_comme_lu(client):
    perimetre = creer_perimetre(Role.PSYEN)
    for rang in range(3):
        notifier(utilisateur=perimetre.utilisateur, texte=f"Nouvelle {rang}")
    connecter(client, perimetre)
    assert "Tout marquer comme lu" in client.get(reverse("socle:notifications")).content.decode()
    client.post(reverse("socle:notifications_lire"))
    page = client.get(reverse("socle:notifications")).content.decode()
    assert "Tout marquer comme lu" not in page
    assert "Non lue" not in page


def test_une_boite_vide_dit_a_quoi_elle_sert(client):
    connecter(client, creer_perimetre(Role.DASEN))
    assert "Aucune notification" in client.get(reverse("socle:notifications")).content.decode()


@pytest.mark.parametrize("nombre", [1, 3])
def test_la_page_coute_le_meme_nombre_de_requetes(client, nombre, django_assert_max_num_queries):
    perimetre = creer_perimetre(Role.DASEN)
    for rang in range(nombre):
        notifier(utilisateur=perimetre.utilisateur, texte=f"Nouvelle {rang}")
    connecter(client, perimetre)
    with django_assert_max_num_queries(6):
        client.get(reverse("socle:notifications"))
