"""Background work on the répartitions; each task takes ids and reads the database again."""

from celery import shared_task

from psyen.models import Arrete
from psyen.services.arretes import produire_document


@shared_task
def produire_arrete(arrete_pk: int) -> None:
    """Draw the PDF of an arrêté just taken."""
    produire_document(arrete=Arrete.objects.get(pk=arrete_pk))


@shared_task
def produire_arretes_manquants() -> None:
    """Sweep: whatever hint was lost, every arrêté gets its PDF."""
    for arrete in Arrete.objects.filter(fichier=None).order_by("pk"):
        produire_document(arrete=arrete)
