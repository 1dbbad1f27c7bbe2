"""The clock is put forward, back, by half a day: each reminder once, nobody is shut out for good."""

import datetime as dt

import pytest

from tests.chaos.agents import Refus
from tests.chaos.banc import Banc
from tests.pannes.attente import attendre

pytestmark = pytest.mark.chaos

#: Many beats of the service, and less than what closes an unused session.
ECART = dt.timedelta(minutes=25)


def travailler(banc: Banc) -> None:
    """Each gesture is acknowledged, its mail leaves at once, worker and beat are alive."""
    for agent in banc.agents:
        assert all(geste().acquitte for geste in agent.gestes)
    banc.attendre_que_tout_parte()
    banc.attendre_un_diagnostic_sans_panne()


def test_l_heure_avance_recule_et_tout_part_une_fois(banc: Banc):
    """Nothing asked of the outbox in one hour waits for another; the reminder of the day is told once."""
    recus = len(banc.pile.puits.recus)
    ecrits = banc.compter("socle_courriel")
    du_jour = banc.dcio[0].poser_un_jalon(dans_jours=0)
    assert du_jour.acquitte
    with banc.sans_redemarrage():
        attendre(lambda: banc.rappels(du_jour.marque), "le rappel du jour")
        with banc.heure.deplacee(ECART):
            travailler(banc)
            # Written ahead, and still in the queue when the clock steps back.
            banc.courtier.arreter()
            assert banc.ien.relancer().acquitte
        banc.courtier.demarrer()
        travailler(banc)
        with banc.heure.deplacee(-ECART):
            travailler(banc)
        travailler(banc)
    assert banc.rappels(du_jour.marque) == 1
    assert len(banc.pile.puits.recus) - recus == banc.compter("socle_courriel") - ecrits


def test_une_session_finie_se_rouvre_avant_et_apres_le_retour_de_l_heure(banc: Banc):
    """Twelve hours are over at once: one is led to the sign-in page, and signs in."""
    dcio = banc.dcio[0]
    with banc.sans_redemarrage():
        with banc.heure.deplacee(dt.timedelta(hours=13)):
            with pytest.raises(Refus) as refus:
                dcio.commenter()
            assert "/connexion/" in refus.value.reponse.entetes["Location"]
            assert dcio.entrer().commenter().acquitte
        assert dcio.commenter().acquitte
        banc.attendre_un_diagnostic_sans_panne()
