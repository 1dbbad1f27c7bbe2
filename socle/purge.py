"""What the service does not keep, erased each night: nothing that an act of the administration rests on."""

import logging

from django.db import transaction
from django.utils import timezone

from socle.conservation import Regle, regles

logger = logging.getLogger(__name__)


def purger(*, a_blanc: bool = False) -> list[tuple[Regle, int]]:
    """Applies each rule of `socle.conservation`; gives how many went, or would with `a_blanc`.

    A rule in error stops no other; its error is raised once all were tried, so that it is noticed.
    """
    instant = timezone.now()
    comptes, erreurs = [], []
    for regle in regles():
        try:
            with transaction.atomic():
                echus = regle.echus(instant)
                comptes.append((regle, echus.count() if a_blanc else regle.effacer(echus)))
        except Exception as erreur:
            logger.exception("Purge : « %s », règle en échec.", regle.quoi)
            erreurs.append(erreur)
    if not a_blanc:
        logger.info("Purge : %s.", ", ".join(f"{nombre} {regle.quoi}" for regle, nombre in comptes))
    if erreurs:
        raise erreurs[0]
    return comptes
