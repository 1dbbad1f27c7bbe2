"""PostgreSQL stops, crashes, is killed while people save: what was acknowledged is there, once and whole."""

import signal
from collections.abc import Iterator

import pytest

from tests.chaos.banc import Banc
from tests.chaos.charge import Charge, verifier_les_refus
from tests.chaos.registre import Registre, fautes

pytestmark = pytest.mark.chaos

ARRETS = {
    "arrêt demandé": signal.SIGINT,
    "arrêt immédiat": signal.SIGQUIT,
    "arrêt brutal": signal.SIGKILL,
}


def redemarrer_sous_charge(banc: Banc, charge: Charge, comment: signal.Signals) -> None:
    charge.attendre_des_acquits(20)
    banc.serveur.arreter(comment)
    charge.attendre_un_refus()
    banc.serveur.demarrer()


def test_ce_qui_est_acquitte_survit_a_chaque_arret(banc: Banc, registre: Registre):
    charge = Charge(banc.agents, registre)
    with banc.sans_redemarrage(), charge.en_cours():
        for comment in [*ARRETS.values()] * 3:
            redemarrer_sous_charge(banc, charge, comment)
        charge.attendre_des_acquits(20)
    banc.attendre_le_retour()
    verifier_les_refus(charge.refus)
    with banc.pile.base_de_donnees() as base:
        assert fautes(base, registre) == []
    banc.laisser_passer_les_delais()
    banc.attendre_que_tout_parte()


# --- These proofs would see it ------------------------------------------------------------------------
@pytest.fixture
def acquits_en_l_air(banc: Banc) -> Iterator[None]:
    """PostgreSQL says yes before the disk does: the most that an operator could get wrong in its settings."""
    regler(banc, "SET synchronous_commit = off", "SET wal_writer_delay = '10s'")
    yield
    regler(banc, "RESET ALL")


def regler(banc: Banc, *ordres: str) -> None:
    with banc.pile.base_de_donnees() as base:
        for ordre in ordres:
            base.execute(f"ALTER SYSTEM {ordre}")
        base.execute("SELECT pg_reload_conf()")


@pytest.mark.usefixtures("acquits_en_l_air")
def test_sans_ecriture_synchrone_la_perte_se_voit(banc: Banc, registre: Registre):
    charge = Charge(banc.dcio, registre)
    with charge.en_cours():
        redemarrer_sous_charge(banc, charge, signal.SIGQUIT)
    with banc.pile.base_de_donnees() as base:
        assert [faute for faute in fautes(base, registre) if faute.startswith("perdu")]


SABOTAGES = {
    "DELETE FROM planning_commentaire": {"perdu", "un commentaire et son acte"},
    """INSERT INTO planning_jalon (role, action_id, intitule, echeance, echeance_fixee_le, est_final, etat)
        SELECT role, action_id, intitule, echeance, echeance_fixee_le, est_final, etat FROM planning_jalon
        WHERE NOT est_final""": {"écrit 2 fois", "un jalon et son acte"},
    "UPDATE psyen_repartition SET revision = revision - 1": {"perdu", "une grille et son acte"},
}


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=["efface", "double", "recule"])
def test_un_acte_efface_double_ou_defait_se_voit(sabotage: str, banc: Banc, registre: Registre):
    """In a transaction that is undone."""
    for geste in banc.dcio[0].gestes:
        fait = geste()
        assert fait.acquitte
        registre.acquitter(fait.genre, fait.marque)
    with banc.pile.base_de_donnees() as base, base.transaction(force_rollback=True):
        assert fautes(base, registre) == []
        base.execute(sabotage)
        assert {faute.split(" :")[0] for faute in fautes(base, registre)} == SABOTAGES[sabotage]
