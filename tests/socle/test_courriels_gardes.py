"""What is asked again just before a mail leaves: a right may be gone since it was written."""

import pytest
from django.urls import reverse

from comptes.enums import Role
from socle import courriels
from socle.courriels import declarer_garde, envoyer_en_attente
from socle.enums import EtatCourriel
from socle.journal import historique, journaliser
from socle.models import Courriel
from socle.permissions import peut_renvoyer_courriel
from tests.reseaux.factories import connecter, creer_perimetre
from tests.socle.boite import ecrire, etats

pytestmark = pytest.mark.django_db


@pytest.fixture
def droits(monkeypatch):
    """The addresses which still have the right; the guard « essai.droit » reads it."""
    monkeypatch.setattr(courriels, "_GARDES", {})
    encore = {"ana@ac-essai.fr"}
    declarer_garde("essai.droit", lambda courriel: courriel.destinataire in encore)
    return encore


def test_un_droit_revoque_entre_temps_retient_le_message_et_lui_seul(droits, mailoutbox):
    ecrire("ana@ac-essai.fr", garde="essai.droit")
    ecrire("bob@ac-essai.fr", garde="essai.droit")
    ecrire("eve@ac-essai.fr")
    assert envoyer_en_attente() == 2
    assert [message.to for message in mailoutbox] == [["ana@ac-essai.fr"], ["eve@ac-essai.fr"]]
    assert etats()["bob@ac-essai.fr"] == EtatCourriel.SANS_OBJET
    assert envoyer_en_attente() == 0  # and it stays so


def test_la_garde_est_interrogee_a_chaque_essai(droits, puits):
    puits.refus = {"ana@ac-essai.fr": "450 Revenez plus tard"}
    courriel = ecrire(garde="essai.droit")
    envoyer_en_attente()
    assert etats() == {"ana@ac-essai.fr": EtatCourriel.A_ENVOYER}
    droits.clear()
    Courriel.objects.update(prochain_essai_le=courriel.cree_le)
    puits.refus = {}
    envoyer_en_attente()
    assert etats() == {"ana@ac-essai.fr": EtatCourriel.SANS_OBJET}
    assert puits.recus == []


def test_un_message_sans_objet_le_dit_et_ne_se_renvoie_pas(droits, client):
    droits.clear()
    courriel = ecrire(garde="essai.droit")
    envoyer_en_attente()
    courriel.refresh_from_db()
    perimetre = creer_perimetre(Role.ADMIN)
    connecter(client, perimetre)
    liste = client.get(reverse("socle:courriels"), {"etat": "sans_objet"}).content.decode()
    assert "Sans objet</span>" in liste
    page = client.get(reverse("socle:courriel", args=[courriel.pk])).content.decode()
    assert "rien n’est parti" in page
    assert "Renvoyer" not in page
    assert not peut_renvoyer_courriel(perimetre, courriel)


def test_le_secret_d_un_message_sans_objet_est_efface(droits):
    droits.clear()
    ecrire(garde="essai.droit", confidentiel=True)
    envoyer_en_attente()
    assert Courriel.objects.get().corps_texte == ""


def test_le_retrait_s_ecrit_avec_la_retenue(droits, mailoutbox):
    """One transaction: a withdrawal that breaks leaves the mail to be asked again, nothing left."""

    def noter(courriel):
        journaliser(perimetre=creer_perimetre(Role.ADMIN), action="essai.retrait", objet=courriel)
        if droits:
            raise RuntimeError("la suite ne s’écrit pas")

    declarer_garde("essai.jamais", lambda courriel: False, retrait=noter)
    courriel = ecrire(garde="essai.jamais")
    envoyer_en_attente()
    assert (etats(), historique(courriel).count()) == ({"ana@ac-essai.fr": EtatCourriel.A_ENVOYER}, 0)
    droits.clear()
    Courriel.objects.update(prochain_essai_le=courriel.cree_le)
    envoyer_en_attente()
    assert (etats(), historique(courriel).count()) == ({"ana@ac-essai.fr": EtatCourriel.SANS_OBJET}, 1)
    assert mailoutbox == []


def test_une_garde_en_defaut_n_envoie_rien_et_n_arrete_personne(droits, mailoutbox):
    """Whether it raises or is no longer declared: rather late than to the wrong person."""

    def tomber(courriel):
        raise RuntimeError("garde en panne")

    declarer_garde("essai.panne", tomber)
    declarer_garde("essai.disparue", lambda courriel: True)
    ecrire("ana@ac-essai.fr", garde="essai.panne")
    ecrire("bob@ac-essai.fr", garde="essai.disparue")
    del courriels._GARDES["essai.disparue"]
    ecrire("eve@ac-essai.fr")
    assert envoyer_en_attente() == 1
    assert [message.to for message in mailoutbox] == [["eve@ac-essai.fr"]]
    assert etats()["ana@ac-essai.fr"] == etats()["bob@ac-essai.fr"] == EtatCourriel.A_ENVOYER
    assert Courriel.objects.filter(erreur__contains="n’a pas abouti").count() == 2


def test_une_garde_inconnue_est_refusee_a_l_ecriture(droits):
    with pytest.raises(ValueError, match="Garde inconnue"):
        ecrire(garde="essai.inconnue")
