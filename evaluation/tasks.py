"""Celery entry points; the rules are in the functions they call."""

from celery import shared_task

from evaluation.services import enquete_conduite, exports


@shared_task(name="evaluation.tasks.suivre_enquetes")
def suivre_enquetes() -> None:
    enquete_conduite.suivre_enquetes()


@shared_task(name="evaluation.tasks.relever_participation")
def relever_participation() -> None:
    enquete_conduite.relever_participation()


@shared_task(name="evaluation.tasks.livrer_exports")
def livrer_exports() -> None:
    exports.livrer_exports()
