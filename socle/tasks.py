"""Celery entry points; the rules are in the functions they call."""

from typing import Any

from celery import shared_task
from celery.signals import beat_init, before_task_publish, heartbeat_sent

from socle import battements, courriels, purge, travaux
from socle.enums import Processus


@shared_task(name=battements.TACHE)
def battre() -> None:
    """Run, it proves that a worker does its work."""
    battements.noter(Processus.WORKER)


@beat_init.connect
@before_task_publish.connect(sender=battements.TACHE)
def signe_de_vie_de_beat(**_kwargs: Any) -> None:
    battements.noter_beat()


@heartbeat_sent.connect
def signe_de_vie_du_worker(**_kwargs: Any) -> None:
    """Every two seconds, by the process that holds the pool."""
    battements.toucher_le_temoin()


@shared_task(name="socle.tasks.envoyer_courriels")
def envoyer_courriels() -> None:
    courriels.envoyer_en_attente()


@shared_task(name="socle.tasks.executer_travail")
def executer_travail(pk: int) -> None:
    travaux.executer_travail(pk)


@shared_task(name="socle.tasks.reprendre_travaux")
def reprendre_travaux() -> None:
    travaux.reprendre_travaux()


@shared_task(name="socle.tasks.purger")
def purger() -> None:
    purge.purger()
