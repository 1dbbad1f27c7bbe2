"""Redis refused or frozen: the pages answer, nothing is lost, everything leaves once it is back."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery, current_app
from django.test import Client
from django.urls import reverse
from kombu import pools

from comptes.enums import Role
from planning.enums import EtatJalon
from planning.models import Jalon
from socle import reveil
from tests.pannes.ateliers import COURRIELS, RAPPELS, Atelier
from tests.pannes.echeances import Du, attendre_que_tout_parte, dits
from tests.planning.factories import creer_action, creer_jalon
from tests.reseaux.factories import connecter, creer_perimetre

pytestmark = [pytest.mark.chaos, pytest.mark.postgresql]

#: Seconds. A frozen broker costs that once (two, and the page), then the pages stop trying.
PREMIERE, SUIVANTES = 5, 1.5


@pytest.fixture
def _vers_l_atelier(atelier, monkeypatch) -> Iterator[None]:
    """The pages of this process publish to the broker of the workshop, as in production."""
    application = current_app._get_current_object()
    monkeypatch.setenv("CELERY_BROKER_URL", atelier.courtier.adresse)
    monkeypatch.setitem(application.conf, "task_always_eager", False)
    _oublier_les_liaisons(application)
    monkeypatch.setattr(reveil, "disjoncteur", reveil._Disjoncteur())
    yield
    pools.reset()
    _oublier_les_liaisons(application)


def _oublier_les_liaisons(application: Celery) -> None:
    """Pools are opened again at the next message, to the broker of the moment; a closed one never is."""
    application.amqp._producer_pool = None
    application._pool = None


def lire(client: Client, page: str) -> None:
    assert client.get(reverse(page)).status_code == 200


def relancer(client: Client, jalon: Jalon) -> None:
    """The page as it is shown, then sent as it was read."""
    adresse = reverse("planning:relancer", args=[jalon.pk])
    saisie = client.get(adresse).context["form"].initial
    assert client.post(adresse, saisie).status_code == 302


def noter_fait(client: Client, jalon: Jalon) -> None:
    assert client.post(reverse("planning:echeance_faite", args=[jalon.pk])).status_code == 302
    jalon.refresh_from_db()
    assert jalon.etat == EtatJalon.FAIT


def durees(*gestes: tuple[Any, ...]) -> list[float]:
    """Seconds that each (function, arguments) took."""
    mesurees = []
    for geste, *arguments in gestes:
        debut = time.monotonic()
        geste(*arguments)
        mesurees.append(time.monotonic() - debut)
    return mesurees


@pytest.mark.usefixtures("_vers_l_atelier")
@pytest.mark.parametrize("panne", ["arrete", "gele"])
def test_les_pages_repondent_et_rien_n_est_perdu(panne, atelier: Atelier, puits):
    ien, dcio = creer_perimetre(Role.IEN_IO), creer_perimetre(Role.DCIO)
    pilote, responsable = connecter(Client(), ien), connecter(Client(), dcio)
    action = creer_action(fin=170)
    du_jour, retard, fait = (creer_jalon(action, dans_jours=jours) for jours in (0, -3, 1))
    atelier.embaucher()
    lectures = [
        (lire, pilote, "planning:tableau_de_bord"),
        (lire, pilote, "planning:mes_echeances"),
        (lire, responsable, "planning:mes_echeances"),
    ]
    durees(*lectures)  # what a process reads at its first page is not due to the outage
    with getattr(atelier.courtier, panne)():
        premiere, *suivantes = durees(
            (relancer, pilote, retard),
            (relancer, pilote, du_jour),
            (noter_fait, responsable, fait),
            *lectures,
        )
        assert not reveil.disjoncteur.est_ouvert()  # the first click has felt it, the others are spared
        assert premiere < PREMIERE
        assert max(suivantes) < SUIVANTES
        assert dits() == []
    atelier.courtier.demander(RAPPELS, COURRIELS)
    personne = dcio.utilisateur.pk
    dus = {Du(jalon.pk, personne, etape) for jalon in (du_jour, retard) for etape in ("J", "relance-1")}
    attendre_que_tout_parte(dus)
    assert sorted(dits()) == sorted(dus)
    assert set(puits.identifiants.values()) == {1}
