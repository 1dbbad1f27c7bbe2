"""SIGKILL at each step of a reminder, to the child at work and to the whole worker (reliability, row 11)."""

from collections.abc import Callable

import pytest

from planning.models import Rappel
from planning.services.rappels import envoyer_rappels
from socle.enums import EtatCourriel
from socle.models import Courriel
from tests.pannes.ateliers import COURRIELS, RAPPELS, Atelier
from tests.pannes.attente import attendre
from tests.pannes.barrages import barrage
from tests.pannes.echeances import (
    attendre_que_tout_parte,
    creer_echeances,
    laisser_passer_le_bail,
    verifier_chacun_une_fois,
)
from tests.pannes.puits import PuitsDesPannes

pytestmark = [pytest.mark.chaos, pytest.mark.postgresql, pytest.mark.usefixtures("sans_reveil")]

Tuer = Callable[[], None]


def avant_la_validation(atelier: Atelier, puits: PuitsDesPannes, tuer: Tuer) -> None:
    """Everything is written for the first person, nothing is committed."""
    with barrage("la validation") as ferme:
        atelier.courtier.demander(RAPPELS)
        ferme.attendre()
        tuer()
        ferme.noyer()
    assert not Rappel.objects.exists()


def apres_la_validation(atelier: Atelier, puits: PuitsDesPannes, tuer: Tuer) -> None:
    """The first person is served; the broker is frozen before it hears of it, then loses its memory."""
    with barrage("la validation") as ferme:
        atelier.courtier.demander(RAPPELS)
        ferme.attendre()
        with atelier.courtier.gele():
            ferme.ouvrir()
            attendre(Rappel.objects.exists, "la première personne servie")
            tuer()
    atelier.courtier.vider()
    assert Rappel.objects.values("destinataire").distinct().count() == 1
    assert not Courriel.objects.exclude(etat=EtatCourriel.A_ENVOYER).exists()


def apres_la_prise(atelier: Atelier, puits: PuitsDesPannes, tuer: Tuer) -> None:
    """The mail is claimed, the server does not even pick up."""
    envoyer_rappels()
    with puits.sourd():
        atelier.courtier.demander(COURRIELS)
        attendre(Courriel.objects.filter(etat=EtatCourriel.EN_COURS).exists, "un courriel pris")
        tuer()
    assert puits.recus == []


def apres_l_acceptation(atelier: Atelier, puits: PuitsDesPannes, tuer: Tuer) -> None:
    """The server has answered 250, the row does not know it yet."""
    envoyer_rappels()
    with barrage("le marquage") as ferme:
        atelier.courtier.demander(COURRIELS)
        ferme.attendre()
        tuer()
        ferme.noyer()
    assert len(puits.recus) == 1
    assert Courriel.objects.filter(etat=EtatCourriel.EN_COURS).count() == 1


def apres_le_marquage(atelier: Atelier, puits: PuitsDesPannes, tuer: Tuer) -> None:
    """One mail is sent and marked, the next is not claimed yet."""
    envoyer_rappels()
    with barrage("la prise du second courriel") as ferme:
        atelier.courtier.demander(COURRIELS)
        ferme.attendre()
        tuer()
        ferme.noyer()
    assert Courriel.objects.filter(etat=EtatCourriel.ENVOYE).count() == len(puits.recus) == 1


INSTANTS = [
    avant_la_validation,
    apres_la_validation,
    apres_la_prise,
    apres_l_acceptation,
    apres_le_marquage,
]


@pytest.mark.parametrize("victime", ["enfants", "ouvrier"])
@pytest.mark.parametrize("instant", INSTANTS)
def test_chaque_echeance_est_dite(instant, victime, atelier, puits):
    """A new worker, the lease over, one tick: everyone is told; twice only what was accepted unmarked."""
    dus = creer_echeances()
    atelier.embaucher()
    (ouvrier,) = atelier.ouvriers
    instant(atelier, puits, ouvrier.tuer_les_enfants if victime == "enfants" else ouvrier.tuer)
    atelier.embaucher()
    laisser_passer_le_bail()
    atelier.courtier.demander(RAPPELS, COURRIELS)
    attendre_que_tout_parte(dus)
    verifier_chacun_une_fois(dus, puits, redits=[2] if instant is apres_l_acceptation else [])
