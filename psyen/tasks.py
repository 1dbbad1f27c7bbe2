"""Background work on the répartitions; each task takes ids and reads the database again."""

import logging

from celery import shared_task

from psyen.models import Arrete
from psyen.services.arretes import produire_document

logger = logging.getLogger(__name__)


@shared_task
def produire_arrete(arrete_pk: int) -> None:
    """Draw the PDF of an arrêté just taken."""
    produire_document(arrete=Arrete.objects.get(pk=arrete_pk))


@shared_task
def produire_arretes_manquants() -> None:
    """Sweep: whatever hint was lost, every arrêté gets its PDF; one that cannot be drawn stops no other."""
    for arrete in Arrete.objects.filter(fichier=None).order_by("pk"):
        try:
            produire_document(arrete=arrete)
        except Exception:
            logger.exception("Le document de l’arrêté %s n’a pas pu être produit.", arrete.numero)
