"""Two people of one CIO at once, with real threads: the second one is told what happened meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from comptes.enums import Role
from psyen.models import Repartition
from tests.psyen.factories import creer_brouillon, ecoles_de
from tests.reseaux.factories import connecter, creer_perimetre

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]

SUPPRIMEE = "vient d’être supprimée par une autre personne"


def attend_un_verrou() -> bool:
    with connection.cursor() as curseur:
        curseur.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return curseur.fetchone()[0]


def pendant(acte: Callable[[], object], geste: Callable[[], object]) -> object:
    """What the gesture answers when it starts before the act is committed and has to wait for it."""
    issues: list[object] = []

    def executer() -> None:
        try:
            issues.append(geste())
        except Exception as erreur:
            issues.append(erreur)
        finally:
            connection.close()

    fil = threading.Thread(target=executer)
    with transaction.atomic():
        acte()
        fil.start()
        limite = time.monotonic() + 20
        while fil.is_alive() and not attend_un_verrou() and time.monotonic() < limite:
            time.sleep(0.02)
    fil.join(30)
    return issues[0]


@pytest.fixture
def brouillon() -> Repartition:
    return creer_brouillon()


def poster(repartition: Repartition, nom: str, suite: str = "", **donnees: str) -> Callable[[], object]:
    client = connecter(Client(raise_request_exception=False), creer_perimetre(Role.DCIO, repartition.cio))
    adresse = reverse(f"psyen:{nom}", args=[repartition.pk]) + suite
    return lambda: client.post(adresse, donnees, follow=True)


@pytest.mark.parametrize("geste", ["supprimer", "actualiser", "date_effet", "grille", "proposer"])
def test_un_geste_sur_un_brouillon_qu_un_collegue_supprime(brouillon, geste):
    date = {"date_effet": brouillon.date_effet.isoformat()}
    reponse = pendant(brouillon.delete, poster(brouillon, f"repartition_{geste}", **date))
    assert reponse.status_code == 200
    assert SUPPRIMEE in reponse.content.decode()


def test_affecter_dans_un_brouillon_qu_un_collegue_supprime(brouillon):
    reseau, psyen = brouillon.cio.reseaux.get(), brouillon.services.get().psyen
    suite = f"?psyen={psyen.pk}&reseau={reseau.pk}&demi_journees=1"
    parts = {f"part-{ecoles_de(reseau)[0].pk}": "1"}
    reponse = pendant(brouillon.delete, poster(brouillon, "affecter", suite, **parts))
    assert reponse.status_code == 200
    assert SUPPRIMEE in reponse.content.decode()
