"""Celery entry points; the rules are in the functions they call."""

from datetime import timedelta

from axes.models import AccessAttempt
from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from socle import courriels, travaux


@shared_task(name="socle.tasks.envoyer_courriels")
def envoyer_courriels() -> None:
    courriels.envoyer_en_attente()


@shared_task(name="socle.tasks.executer_travail")
def executer_travail(pk: int) -> None:
    travaux.executer_travail(pk)


@shared_task(name="socle.tasks.reprendre_travaux")
def reprendre_travaux() -> None:
    travaux.reprendre_travaux()


@shared_task(name="socle.tasks.purger_sessions")
def purger_sessions() -> None:
    """Expired sessions and sign-in attempts are not kept."""
    call_command("clearsessions")
    AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - timedelta(days=1)).delete()
