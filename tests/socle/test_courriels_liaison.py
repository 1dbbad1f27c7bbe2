"""One link to the mail server for a batch, and what a broken one does not break."""

import pytest

from socle.courriels import Liaison, envoyer_en_attente
from socle.enums import EtatCourriel
from socle.models import Courriel
from tests.socle.boite import ecrire, etats

pytestmark = pytest.mark.django_db


def test_un_lot_ne_tient_qu_une_conversation(puits):
    for rang in range(5):
        ecrire(f"personne{rang}@ac-essai.fr")
    assert envoyer_en_attente() == 5
    assert len(puits.liaisons) == 1
    assert puits.destinataires == [f"personne{rang}@ac-essai.fr" for rang in range(5)]


def test_une_file_vide_n_appelle_personne(puits):
    assert envoyer_en_attente() == 0
    assert puits.liaisons == []


def test_une_conversation_ne_dure_pas_sans_fin(puits, monkeypatch):
    monkeypatch.setattr(Liaison, "MESSAGES_AU_PLUS", 2)
    for rang in range(5):
        ecrire(f"personne{rang}@ac-essai.fr")
    assert envoyer_en_attente() == 5
    assert len(puits.liaisons) == 3


def test_un_serveur_qui_raccroche_entre_deux_messages_est_rappele(puits):
    """Nothing was said of the mail yet: it leaves on another link, at its first attempt."""
    puits.raccroche = True
    for rang in range(3):
        ecrire(f"personne{rang}@ac-essai.fr")
    assert envoyer_en_attente() == 3
    assert len(puits.liaisons) == 3
    assert set(etats().values()) == {EtatCourriel.ENVOYE}


def test_une_adresse_refusee_ne_laisse_rien_au_message_suivant(puits):
    """The envelope of the refused mail is forgotten: the next recipient gets his own text only."""
    puits.refus = {"non@ac-essai.fr": "550 Boîte inconnue"}
    ecrire("non@ac-essai.fr")
    ecrire("oui@ac-essai.fr")
    assert envoyer_en_attente() == 1
    (enveloppe,) = puits.recus
    assert enveloppe.rcpt_tos == ["oui@ac-essai.fr"]
    assert len(puits.liaisons) == 1


def test_un_message_impossible_a_composer_n_arrete_pas_le_lot(puits):
    impossible = ecrire("ana@ac-essai.fr")
    Courriel.objects.filter(pk=impossible.pk).update(objet="un objet\nsur deux lignes")
    ecrire("oui@ac-essai.fr")
    assert envoyer_en_attente() == 1
    assert etats() == {"ana@ac-essai.fr": EtatCourriel.ECHEC, "oui@ac-essai.fr": EtatCourriel.ENVOYE}
    assert [enveloppe.rcpt_tos for enveloppe in puits.recus] == [["oui@ac-essai.fr"]]
