"""Celery entry point of what concerns the whole; the rules are in the functions it calls."""

from celery import shared_task

from cio_network.coherence import verifier_et_prevenir


@shared_task(name="cio_network.tasks.verifier_coherence")
def verifier_coherence() -> None:
    verifier_et_prevenir()
