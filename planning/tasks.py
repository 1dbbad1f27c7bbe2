"""Celery entry points; the rules are in the functions they call."""

from celery import shared_task

from planning.services import rappels


@shared_task(name="planning.tasks.envoyer_rappels")
def envoyer_rappels() -> None:
    rappels.envoyer_rappels()
