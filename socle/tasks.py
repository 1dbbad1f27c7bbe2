"""Celery entry points; the rules are in the functions they call."""

from celery import shared_task

from socle import courriels, purge, travaux


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
