"""What the service does not keep, erased each night: nothing that an act of the administration rests on."""

import logging

from django.utils import timezone

from socle.conservation import Regle, regles

logger = logging.getLogger(__name__)


def purger(*, a_blanc: bool = False) -> list[tuple[Regle, int]]:
    """Applies each rule of `socle.conservation`; gives how many went, or would with `a_blanc`."""
    instant = timezone.now()
    comptes = []
    for regle in regles():
        echus = regle.echus(instant)
        comptes.append((regle, echus.count() if a_blanc else regle.effacer(echus)))
    if not a_blanc:
        logger.info("Purge : %s.", ", ".join(f"{nombre} {regle.quoi}" for regle, nombre in comptes))
    return comptes
