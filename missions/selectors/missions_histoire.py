"""What was done about the missions of a PsyEN, as far as one may read it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from missions.permissions import peut_lire_ses_missions
from psyen.models import PsyEN
from reseaux.models import CIO
from reseaux.perimetre import Perimetre
from socle.journal import historique
from socle.models import EntreeJournalQuerySet


def au_cio(cio: CIO) -> dict[str, Any]:
    """Kept before and after each act: where it was done, which is no change."""
    return {"cio_id": cio.pk}


def histoire_des_missions(psyen: PsyEN, perimetre: Perimetre) -> EntreeJournalQuerySet:
    """The PsyEN reads all of it; the CIO and its antennes what was done there, never at another (red line).

    An act written before `au_cio` does not say where it was done: the PsyEN alone reads it.
    """
    actes = historique(psyen).filter(action__startswith="missions.")
    if perimetre.est_systeme or peut_lire_ses_missions(perimetre, psyen):
        return actes
    if not perimetre.travaille_au_cio:
        return actes.none()
    siens = CIO.objects.filter(Q(pk=perimetre.cio_id) | Q(parent=perimetre.cio_id))
    return actes.filter(apres__cio_id__in=list(siens.values_list("pk", flat=True)))
