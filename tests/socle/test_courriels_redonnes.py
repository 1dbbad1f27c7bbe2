"""What must be told at least once: in doubt the mail leaves again by itself, under the same Message-ID."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from socle.courriels import BAIL, DELAIS_EN_MINUTES, envoyer_en_attente
from socle.enums import EtatCourriel
from socle.models import Courriel
from tests.socle.boite import ecrire, etats, mourir_pendant_l_envoi

pytestmark = pytest.mark.django_db

DEPART = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
APRES_LE_BAIL = BAIL + dt.timedelta(seconds=1)


@pytest.mark.parametrize("apres", [False, True])
def test_un_envoyeur_tue_laisse_un_message_qui_repart_a_la_fin_du_bail(monkeypatch, mailoutbox, apres):
    """Killed after the acceptance, the same mail arrives twice, which its reader recognises."""
    with time_machine.travel(DEPART, tick=False) as horloge:
        courriel = ecrire(au_moins_une_fois=True)
        mourir_pendant_l_envoi(monkeypatch, apres=apres)
        assert envoyer_en_attente() == 0  # the lease still runs: its sender may be slow, not dead
        horloge.shift(APRES_LE_BAIL)
        assert envoyer_en_attente() == 1
    assert etats() == {"ana@ac-essai.fr": EtatCourriel.ENVOYE}
    assert len(mailoutbox) == 1 + apres
    assert {m.extra_headers["Message-ID"] for m in mailoutbox} == {courriel.message_id}


def test_une_liaison_rompue_pendant_l_envoi_se_reprend(puits):
    puits.muets = {"ana@ac-essai.fr"}
    courriel = ecrire(au_moins_une_fois=True)
    assert envoyer_en_attente() == 0
    courriel.refresh_from_db()
    assert courriel.etat == EtatCourriel.A_ENVOYER
    assert "rompue pendant l’envoi" in courriel.erreur
    assert envoyer_en_attente() == 0  # not before its time
    puits.muets = set()
    Courriel.objects.update(prochain_essai_le=timezone.now())
    assert envoyer_en_attente() == 1
    assert [message["Message-ID"] for message in puits.messages] == [courriel.message_id] * 2


def test_les_reprises_s_arretent_et_attendent_un_humain(monkeypatch):
    """A mail that kills its sender does not kill one every ten minutes for ever."""
    with time_machine.travel(DEPART, tick=False) as horloge:
        courriel = ecrire(au_moins_une_fois=True)
        for _ in range(len(DELAIS_EN_MINUTES) + 1):
            mourir_pendant_l_envoi(monkeypatch, apres=False)
            horloge.shift(APRES_LE_BAIL)
        assert envoyer_en_attente() == 0
    courriel.refresh_from_db()
    assert (courriel.etat, courriel.essais) == (EtatCourriel.INCERTAIN, len(DELAIS_EN_MINUTES) + 1)


def test_un_envoyeur_lent_note_son_envoi_si_personne_ne_l_a_repris(mailoutbox, monkeypatch):
    """Past its lease but alive: what it sent is marked, and not sent again."""
    courriel = ecrire(au_moins_une_fois=True)

    def liberer_pendant_l_envoi(self, messages):
        Courriel.objects.filter(pk=courriel.pk).update(etat=EtatCourriel.A_ENVOYER)
        mailoutbox.extend(messages)
        return len(messages)

    monkeypatch.setattr(
        "django.core.mail.backends.locmem.EmailBackend.send_messages", liberer_pendant_l_envoi
    )
    assert envoyer_en_attente() == 1
    assert (etats(), len(mailoutbox)) == ({"ana@ac-essai.fr": EtatCourriel.ENVOYE}, 1)


def test_les_autres_restent_incertains(monkeypatch, mailoutbox):
    """An arrêté told twice is doubted: that rule is unchanged."""
    with time_machine.travel(DEPART, tick=False) as horloge:
        ecrire()
        mourir_pendant_l_envoi(monkeypatch, apres=False)
        horloge.shift(APRES_LE_BAIL)
        assert envoyer_en_attente() == 0
    assert (etats(), mailoutbox) == ({"ana@ac-essai.fr": EtatCourriel.INCERTAIN}, [])
