"""Redis is down, frozen, emptied: every page answers, people save, the work is done afterwards."""

import time

import pytest

from tests.chaos.agents import Agent, Dcio
from tests.chaos.banc import Banc
from tests.chaos.charge import Charge
from tests.chaos.registre import Registre, fautes

pytestmark = pytest.mark.chaos

#: Seconds. A frozen broker costs two, once; this says that nothing hangs, not that it is fast.
PLAFOND = 20


def lire_chaque_page(agent: Agent) -> None:
    for page in agent.pages():
        debut = time.monotonic()
        assert agent.demander(page).statut in {200, 302}, page
        assert time.monotonic() - debut < PLAFOND, page


@pytest.mark.parametrize("panne", ["arrete", "gele"])
def test_sans_redis_on_travaille_et_rien_n_est_perdu(panne: str, banc: Banc):
    """What is asked meanwhile (a mail, the PDF of an arrêté) is done once it is back."""
    with banc.sans_redemarrage():
        with getattr(banc.courtier, panne)():
            for agent in (*banc.dcio[:1], banc.ien, banc.dasen):
                lire_chaque_page(agent)
            Dcio(banc.pile, banc.dcio[0].courriel, 0, 0, 0).entrer()
            for agent in banc.agents:
                assert all(geste().acquitte for geste in agent.gestes)
            assert banc.dasen.arreter().statut == 302
            assert banc.compter("psyen_arrete WHERE fichier_id IS NULL") == 1
            assert banc.compter("socle_courriel WHERE etat <> 'envoye'")
        banc.attendre_les_arretes()
        banc.attendre_que_tout_parte()
        banc.attendre_un_diagnostic_sans_panne()


def test_un_redis_vide_sans_cesse_ne_perd_rien(banc: Banc, registre: Registre):
    charge = Charge(banc.agents, registre)
    with banc.sans_redemarrage():
        with charge.en_cours():
            for _ in range(10):
                charge.attendre_des_acquits(3)
                banc.courtier.vider()
            assert banc.dasen.arreter().statut == 302
            banc.courtier.vider()
        assert charge.refus == []
        banc.attendre_les_arretes()
        banc.attendre_que_tout_parte()
    with banc.pile.base_de_donnees() as base:
        assert fautes(base, registre) == []
