"""Several beats, several workers, ticks at the same instant, a broker that loses its memory, a long stop."""

import datetime as dt
import threading
import time
from collections.abc import Callable

import pytest
import time_machine
from django.db import connections

from planning.models import Rappel
from planning.services.rappels import envoyer_rappels
from socle.courriels import envoyer_en_attente
from socle.models import Courriel
from tests.pannes.ateliers import COURRIELS, RAPPELS
from tests.pannes.attente import attendre
from tests.pannes.barrages import barrage
from tests.pannes.echeances import (
    attendre_que_tout_parte,
    creer_action_lointaine,
    creer_dcio,
    creer_echeances,
    dits,
    du_a,
    verifier_chacun_une_fois,
)

pytestmark = [pytest.mark.chaos, pytest.mark.postgresql]

PASSAGES = 20


def ensemble(nombre: int, geste: Callable[[], object]) -> list[threading.Thread]:
    """As many threads, each with its connection; pytest makes their errors those of the test."""

    def agir() -> None:
        try:
            geste()
        finally:
            connections.close_all()

    fils = [threading.Thread(target=agir) for _ in range(nombre)]
    for fil in fils:
        fil.start()
    return fils


def passer_ensemble(nombre: int = PASSAGES) -> None:
    """All have computed what is owed and are about to write it when the first is let through."""
    with barrage("l’écriture d’un rappel") as ferme:
        fils = ensemble(nombre, envoyer_rappels)
        ferme.attendre(nombre)
        ferme.ouvrir()
        for fil in fils:
            fil.join(timeout=60)


@pytest.mark.usefixtures("transactional_db", "sans_reveil")
def test_vingt_passages_au_meme_instant_n_ecrivent_qu_une_fois(vers_le_puits):
    dus = creer_echeances()
    passer_ensemble()
    envoyer_en_attente()
    verifier_chacun_une_fois(dus, vers_le_puits)


@pytest.mark.usefixtures("sans_reveil")
def test_deux_battements_deux_ouvriers_et_vingt_passages(atelier, puits):
    """Beats that tick every 0.3 s, twenty ticks besides, while new due dates come."""
    dus = creer_echeances()
    atelier.embaucher(2)
    atelier.battre(2)
    atelier.courtier.demander(*[RAPPELS, COURRIELS] * PASSAGES)
    attendre_que_tout_parte(dus)
    autre = du_a(creer_action_lointaine(), creer_dcio(), 0, "J")
    attendre_que_tout_parte({autre})
    time.sleep(1)  # three more ticks of each beat
    atelier.cesser_de_battre()
    verifier_chacun_une_fois(dus | {autre}, puits)


@pytest.mark.usefixtures("sans_reveil")
def test_un_courtier_vide_en_chemin_ne_perd_rien(atelier, puits):
    """While a tick writes, while mails leave: the hints are gone, one tick finds the rest in the database."""
    dus = creer_echeances(20)
    atelier.embaucher()
    with barrage("la validation") as ferme:
        atelier.courtier.demander(RAPPELS, COURRIELS, RAPPELS, COURRIELS)
        ferme.attendre()
        atelier.courtier.vider()
        ferme.ouvrir()
    attendre(Courriel.objects.exists, "un rappel écrit")
    atelier.courtier.vider()
    attendre(lambda: Rappel.objects.count() == len(dus), "le passage en cours fini")
    atelier.courtier.vider()
    atelier.courtier.demander(RAPPELS, COURRIELS)
    attendre_que_tout_parte(dus)
    verifier_chacun_une_fois(dus, puits)


@pytest.mark.usefixtures("transactional_db", "sans_reveil")
def test_apres_soixante_douze_heures_d_arret_un_seul_message(vers_le_puits):
    """Everything stops on Tuesday at 10 and comes back on Friday at 10: one message each, nothing lost.

    J-7 of the 16th, J-1 and J of the 11th, J of the 9th and of the 10th were due meanwhile; what is due on
    that very Friday comes apart, as on any other day.
    """
    action = creer_action_lointaine()
    ana, bob = creer_dcio(), creer_dcio()
    manques = {
        du_a(action, ana, 7, "J-7"),
        du_a(action, ana, 2, "J"),  # its J-1 is superseded
        du_a(action, ana, 0, "J"),
        du_a(action, bob, 1, "J"),
    }
    with time_machine.travel(dt.timedelta(days=3)):
        du_jour = du_a(action, bob, 0, "J")
        for _ in range(3):
            envoyer_rappels()
            envoyer_en_attente()
        assert sorted(dits()) == sorted(manques | {du_jour})
        assert envoyer_rappels() == []
    assert sorted(vers_le_puits.destinataires) == sorted([ana.courriel, bob.courriel, bob.courriel])
    assert Courriel.objects.count() == 3
