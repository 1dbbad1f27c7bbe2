"""« Qui a consulté mes données » : what is noted when someone opens a page about someone else.

One INSERT a page, ignored when the line of the day is there: the one write that a GET makes.
A base that refuses it (read-only, locked) does not close the page: the technical log says so.
"""

import logging
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError
from django.db.models import Model
from django.utils import timezone

from socle.models import Perimetre
from socle.traces import Consultation

logger = logging.getLogger(__name__)


def noter_consultation(perimetre: Perimetre, sujet: Model, page: str) -> None:
    """`sujet`: an account, or a file that may have one (`utilisateur`). One’s own page is not noted."""
    noter_consultations(perimetre, [sujet], page)


def noter_consultations(perimetre: Perimetre, sujets: Iterable[Model], page: str) -> None:
    """The same for a document about several persons of one model."""
    lecteur, habilitation = perimetre.utilisateur_id, perimetre.habilitation_id
    if lecteur is None or habilitation is None:
        return
    lignes = [
        Consultation(
            jour=timezone.localdate(),
            sujet_type=ContentType.objects.get_for_model(sujet),
            sujet_id=sujet.pk,
            page=page,
            lecteur_id=lecteur,
            habilitation_id=habilitation,
            qualite=perimetre.libelle,
        )
        for sujet in sujets
        if getattr(sujet, "utilisateur_id", sujet.pk) != lecteur
    ]
    try:
        Consultation.objects.bulk_create(lignes, ignore_conflicts=True)
    except DatabaseError:
        logger.exception("Consultation non notée : %s.", page)
