"""The clock of the machine steps: beat goes on asking, each thing once per period."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from celery import Celery
from celery.beat import PersistentScheduler, Scheduler
from celery.signals import before_task_publish
from django.conf import settings

from socle.horloge import Horloge, HorlogeGardee

COURTE, LONGUE = timedelta(seconds=30), timedelta(minutes=10)
PERIODES = {"courte": COURTE, "longue": LONGUE}
DEUX_HEURES = timedelta(hours=2)


@pytest.fixture
def demandes() -> Iterator[list[str]]:
    """What was asked for since the last look."""
    vues: list[str] = []

    def noter(sender: str, **_kwargs: object) -> None:
        vues.append(sender)

    before_task_publish.connect(noter)
    yield vues
    before_task_publish.disconnect(noter)


def lancer(genre: Callable[..., Scheduler], tmp_path) -> Scheduler:
    application = Celery("essai", broker="memory://", set_as_current=False)
    application.conf.result_expires = None  # else Celery adds a task of its own, at four in the morning
    application.conf.beat_schedule = {nom: {"task": nom, "schedule": p} for nom, p in PERIODES.items()}
    gardee = (
        {"schedule_filename": str(tmp_path / "calendrier")} if issubclass(genre, PersistentScheduler) else {}
    )
    return genre(application, **gardee)


def battre(horloge: Scheduler, demandes: list[str]) -> list[str]:
    """All that is due at this instant."""
    demandes.clear()
    for _ in range(10):
        horloge.tick()
    return sorted(demandes)


@pytest.mark.parametrize("genre", [Horloge, HorlogeGardee])
def test_l_heure_avance_puis_recule_et_rien_ne_s_arrete(genre, tmp_path, demandes):
    horloge = lancer(genre, tmp_path)
    with time_machine.travel(DEUX_HEURES, tick=False):
        assert battre(horloge, demandes) == ["courte", "longue"]
    with time_machine.travel(timedelta(), tick=False):
        assert battre(horloge, demandes) == []
    with time_machine.travel(COURTE, tick=False):
        assert battre(horloge, demandes) == ["courte"]
    with time_machine.travel(LONGUE, tick=False):
        assert battre(horloge, demandes) == ["courte", "longue"]


def test_sans_cette_garde_deux_heures_se_taisent(tmp_path, demandes):
    horloge = lancer(Scheduler, tmp_path)
    with time_machine.travel(DEUX_HEURES, tick=False):
        battre(horloge, demandes)
    with time_machine.travel(DEUX_HEURES - LONGUE, tick=False):
        assert battre(horloge, demandes) == []


def test_un_fichier_laisse_par_un_processus_en_avance_ne_retient_rien(tmp_path, demandes):
    with time_machine.travel(DEUX_HEURES, tick=False):
        ancienne = lancer(HorlogeGardee, tmp_path)
        battre(ancienne, demandes)
        ancienne.close()
    nouvelle = lancer(HorlogeGardee, tmp_path)
    battre(nouvelle, demandes)
    with time_machine.travel(LONGUE, tick=False):
        assert battre(nouvelle, demandes) == ["courte", "longue"]


def test_c_est_elle_qui_sert():
    assert f"{HorlogeGardee.__module__}:{HorlogeGardee.__qualname__}" == settings.CELERY_BEAT_SCHEDULER
