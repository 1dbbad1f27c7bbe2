"""Celery entry points; the rules are in the functions they call."""

from celery import shared_task

from missions.services import conventions, delegations


@shared_task(name="missions.tasks.prevenir_des_fins")
def prevenir_des_fins() -> None:
    delegations.prevenir_des_fins()


@shared_task(name="missions.tasks.rappeler_conventions")
def rappeler_conventions() -> None:
    conventions.rappeler_conventions()
