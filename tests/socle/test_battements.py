"""Signs of life of beat and of the worker, and what the ADMIN is told when they stop."""

import datetime as dt

import pytest
import time_machine
from celery.signals import before_task_publish
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from socle import battements
from socle.enums import Processus
from socle.models import Battement
from socle.selectors import RETARD, SILENCES, alertes_des_files
from socle.tasks import battre
from tests.reseaux.factories import connecter, creer_perimetre
from tests.socle.boite import ecrire

pytestmark = pytest.mark.django_db


def plus_tard(**delai: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + dt.timedelta(**delai), tick=False)


def test_la_tache_executee_prouve_le_travailleur():
    battre()
    assert set(battements.derniers()) == {Processus.WORKER}


def test_la_tache_demandee_prouve_l_horloge_meme_sans_redis():
    before_task_publish.send(sender=battements.TACHE)
    assert set(battements.derniers()) == {Processus.BEAT}


def test_une_autre_tache_ne_prouve_rien():
    before_task_publish.send(sender="socle.tasks.purger")
    assert battements.derniers() == {}


def test_un_signe_remplace_le_precedent():
    battements.noter(Processus.WORKER)
    with plus_tard(hours=1):
        battements.noter(Processus.WORKER)
        assert battements.derniers() == {Processus.WORKER: timezone.now()}
    assert Battement.objects.count() == 1


def test_l_horloge_survit_a_la_perte_de_la_base(caplog):
    """The table is away: the failure is logged without a word of the query, and the next beat tries again."""
    with connection.cursor() as curseur:
        curseur.execute("SAVEPOINT essai")
        curseur.execute("ALTER TABLE socle_battement RENAME TO ailleurs")
    try:
        battements.noter_beat()
        assert "n’a pas pu être noté" in caplog.text
    finally:
        with connection.cursor() as curseur:
            curseur.execute("ROLLBACK TO SAVEPOINT essai")
            connection.needs_rollback = False


def test_le_temoin_est_touche(settings, tmp_path):
    settings.TEMOIN_DE_VIE = str(tmp_path / "temoin")
    battements.noter_beat()
    assert (tmp_path / "temoin").exists()


@pytest.mark.parametrize("processus", Processus)
@pytest.mark.parametrize(("minutes", "alerte"), [(4, False), (6, True)])
def test_un_silence_de_cinq_minutes_alerte(processus, minutes, alerte):
    for autre in Processus:
        battements.noter(autre)
    with plus_tard(minutes=minutes):
        for autre in set(Processus) - {processus}:
            battements.noter(autre)
        assert alertes_des_files() == ([SILENCES[processus]] if alerte else [])


def test_sans_horloge_le_travailleur_n_est_pas_accuse():
    for processus in Processus:
        battements.noter(processus)
    with plus_tard(minutes=6):
        assert alertes_des_files() == [SILENCES[Processus.BEAT]]


def test_une_installation_neuve_n_alerte_pas():
    assert alertes_des_files() == []


@pytest.mark.parametrize(("minutes", "alertes"), [(9, []), (11, [RETARD])])
def test_un_courriel_qui_attend_dix_minutes_alerte(minutes, alertes):
    ecrire()
    with plus_tard(minutes=minutes):
        assert alertes_des_files() == alertes


@pytest.mark.parametrize("page", ["reseaux:comptes", "socle:courriels"])
def test_l_administrateur_le_voit_des_sa_page_d_accueil(page):
    client = connecter(Client(), creer_perimetre(Role.ADMIN))
    battements.noter(Processus.WORKER)
    assert "Prévenez l’exploitant" not in client.get(reverse("accueil"), follow=True).text
    with plus_tard(minutes=6):
        assert SILENCES[Processus.WORKER] in client.get(reverse(page)).text
        assert client.get(reverse("accueil"))["Location"] == reverse("reseaux:comptes")


def test_au_demarrage_de_cet_ordinateur_les_anciens_signes_s_oublient():
    battements.noter(Processus.WORKER)
    battements.oublier()
    assert battements.derniers() == {}
