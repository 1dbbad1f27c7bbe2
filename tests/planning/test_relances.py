"""« Relancer »: recipients ticked, text read and mended, sent, journaled, kept."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from comptes.enums import Role
from planning.models import Rappel
from planning.selectors.rappels_a_la_main import libelle_etape, numero_de_relance
from planning.services.relances import relancer
from socle.courriels import envoyer_en_attente
from socle.journal import historique
from socle.models import Courriel
from tests.planning.factories import creer_action, creer_jalon
from tests.reseaux.factories import connecter, creer_cio, creer_perimetre, creer_utilisateur

pytestmark = pytest.mark.django_db


@pytest.fixture
def blois():
    return creer_perimetre(Role.DCIO, creer_cio())


@pytest.fixture
def vendome():
    return creer_perimetre(Role.DCIO, creer_cio("Vendôme"))


@pytest.fixture
def ien():
    return creer_perimetre(Role.IEN_IO)


@pytest.fixture
def jalon(blois, vendome):
    return creer_jalon(creer_action(fin=400), "Réunir les chefs", dans_jours=-3)


def envoyer(ien, jalon, *personnes, **champs) -> int:
    valeurs = {"objet": "Où en êtes-vous ?", "corps": "Un mot {lien}", "numero": 1} | champs
    return relancer(
        perimetre=ien, jalon=jalon, destinataires=[p.utilisateur.pk for p in personnes], **valeurs
    )


def test_seules_les_personnes_cochees_sont_relancees(ien, jalon, blois, mailoutbox):
    assert envoyer(ien, jalon, blois) == 1
    envoyer_en_attente()
    assert [message.to for message in mailoutbox] == [[blois.utilisateur.courriel]]
    # The text leaves as it was read: nothing in it is a word to replace any more.
    assert "Un mot {lien}" in mailoutbox[0].body
    rappel = Rappel.objects.get()
    assert (rappel.etape, rappel.auteur) == ("relance-1", ien.utilisateur)
    entree = historique(jalon).first()
    assert entree.action == "planning.jalon.relance"
    assert entree.apres["destinataires"] == [str(blois.utilisateur)]


def test_deux_envois_de_la_meme_page_n_en_font_qu_un(ien, jalon, blois, vendome):
    envoyer(ien, jalon, blois, vendome)
    with pytest.raises(ValidationError, match="entre-temps"):
        envoyer(ien, jalon, blois, vendome)
    assert numero_de_relance(jalon) == 2
    envoyer(ien, jalon, blois, numero=2)
    assert Courriel.objects.count() == 3


def test_on_ne_relance_que_qui_en_repond(ien, jalon, blois):
    etranger = creer_utilisateur()
    with pytest.raises(ValidationError) as refus:
        relancer(perimetre=ien, jalon=jalon, destinataires=[etranger.pk], objet="x", corps="x", numero=1)
    assert "destinataires" in refus.value.message_dict
    with pytest.raises(ValidationError, match="Cochez au moins une personne"):
        envoyer(ien, jalon)
    with pytest.raises(ValidationError, match="un objet et un texte"):
        envoyer(ien, jalon, blois, objet="  ")


def test_qui_ne_pilote_pas_ne_relance_pas(jalon, blois):
    with pytest.raises(PermissionDenied):
        envoyer(blois, jalon, blois)


def test_un_jalon_fait_ne_se_relance_plus(ien, jalon, blois, mailoutbox):
    """Nor does the mail leave that waited in the outbox."""
    envoyer(ien, jalon, blois)
    jalon.etat, jalon.fait_le = "fait", jalon.echeance
    jalon.save()
    assert envoyer_en_attente() == 0
    with pytest.raises(PermissionDenied):
        envoyer(ien, jalon, blois, numero=2)


def test_la_page_montre_le_texte_puis_l_envoie(client, ien, jalon, blois, vendome):
    connecter(client, ien)
    adresse = reverse("planning:relancer", args=[jalon.pk])
    reponse = client.get(adresse)
    initial = reponse.context["form"].initial
    assert set(initial["destinataires"]) == {blois.utilisateur.pk, vendome.utilisateur.pk}
    assert "Réunir les chefs : où en êtes-vous ?" in initial["objet"]
    assert reverse("planning:jalon", args=[jalon.pk]) in initial["corps"]
    assert str(ien.utilisateur) in initial["corps"]
    saisie = initial | {"destinataires": [blois.utilisateur.pk], "corps": "Rewritten"}
    assert client.post(adresse, saisie).url == reverse("planning:jalon", args=[jalon.pk])
    assert "Rewritten" in Courriel.objects.get().corps_texte
    assert "relance n° 1" in client.get(adresse).text
    fiche = client.get(reverse("planning:jalon", args=[jalon.pk])).text
    assert f"relance n° 1 : {blois.utilisateur}" in fiche
    assert "Relancer les responsables" in fiche


def test_sans_destinataire_la_page_le_dit(client, ien, jalon):
    connecter(client, ien)
    page = client.post(
        reverse("planning:relancer", args=[jalon.pk]), {"objet": "x", "corps": "x", "numero": "1"}
    )
    assert "Cochez au moins une personne à relancer." in page.text
    assert not Courriel.objects.exists()


def test_sans_personne_en_poste_on_ne_relance_personne(client, ien):
    connecter(client, ien)
    seul = creer_jalon(creer_action(fin=400), dans_jours=3)
    page = client.get(reverse("planning:relancer", args=[seul.pk])).text
    assert "Plus personne en poste ne répond de cette échéance" in page


@pytest.mark.parametrize(
    ("etape", "libelle"),
    [
        ("J", "rappel du jour"),
        ("J-1", "rappel 1 jour avant l’échéance"),
        ("R+14", "rappel 14 jours après l’échéance"),
        ("escalade", "retard signalé à l’IEN-IO"),
        ("relance-2", "relance n° 2"),
    ],
)
def test_chaque_etape_se_dit_en_clair(etape, libelle):
    assert libelle_etape(etape) == libelle
