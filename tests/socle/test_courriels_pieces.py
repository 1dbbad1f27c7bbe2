"""What is attached to a mail: the bytes as stored, the type as written."""

import pytest
from django.urls import reverse

from comptes.enums import Role
from socle.courriels import envoyer_en_attente
from socle.fichiers import enregistrer_fichier
from socle.models import Courriel
from tests.reseaux.factories import connecter, creer_perimetre
from tests.socle.boite import ecrire

pytestmark = pytest.mark.django_db

INVITATION = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Réunion bilan\r\nEND:VCALENDAR\r\n".encode()


def invitation(nom="réunion bilan.ics"):
    return enregistrer_fichier(nom=nom, type_mime="text/calendar; method=REQUEST", contenu=INVITATION)


def test_une_invitation_part_telle_quelle_avec_sa_methode(puits):
    ecrire(piece=invitation())
    assert envoyer_en_attente() == 1
    (message,) = puits.messages
    (piece,) = message.iter_attachments()
    assert piece.get_content_type() == "text/calendar"
    assert piece["Content-Type"].params == {"method": "REQUEST", "charset": "utf-8"}
    assert piece.get_filename() == "réunion bilan.ics"
    assert piece.get_payload(decode=True) == INVITATION
    assert "<ana> & l’autre" in message.get_body(("plain",)).get_content()


def test_un_fichier_binaire_garde_ses_octets(puits):
    contenu = bytes(range(256))
    piece = enregistrer_fichier(nom="arrete.pdf", type_mime="application/pdf", contenu=contenu)
    ecrire(piece=piece)
    envoyer_en_attente()
    (jointe,) = puits.messages[0].iter_attachments()
    assert (jointe.get_content_type(), jointe.get_payload(decode=True)) == ("application/pdf", contenu)


def test_la_piece_se_telecharge_depuis_les_courriels_emis(client):
    courriel = ecrire(piece=invitation())
    connecter(client, creer_perimetre(Role.ADMIN))
    adresse = reverse("socle:courriel_piece", args=[courriel.pk])
    assert adresse in client.get(reverse("socle:courriel", args=[courriel.pk])).content.decode()
    reponse = client.get(adresse)
    assert reponse.content == INVITATION
    assert reponse["Content-Disposition"].startswith("attachment")


def test_celle_d_un_message_confidentiel_ne_se_lit_pas(client):
    courriel = ecrire(piece=invitation(), confidentiel=True)
    connecter(client, creer_perimetre(Role.ADMIN))
    adresse = reverse("socle:courriel_piece", args=[courriel.pk])
    assert adresse not in client.get(reverse("socle:courriel", args=[courriel.pk])).content.decode()
    assert client.get(adresse).status_code == 404


def test_sans_piece_l_adresse_ne_repond_rien(client):
    connecter(client, creer_perimetre(Role.ADMIN))
    assert client.get(reverse("socle:courriel_piece", args=[ecrire().pk])).status_code == 404
    assert Courriel.objects.count() == 1
