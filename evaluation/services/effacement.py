"""What the evaluation holds of a person, erased; the figures are kept, they are nobody's."""

from __future__ import annotations

from django.db import transaction

from evaluation.models import Invitation, Jeton
from psyen.models import PsyEN
from socle.effacement import Effet

ANONYMES = "les réponses, anonymes, ne peuvent être ni retrouvées ni retirées ; l’invitation porte un numéro"


@transaction.atomic
def effacer_de_l_evaluation(*, psyen: PsyEN | None) -> list[Effet]:
    """The links go, and lead nowhere any more; the invitations stand under a number."""
    if psyen is None:
        return []
    liens, _ = Jeton.objects.filter(invitation__psyen=psyen).delete()
    invitations = Invitation.objects.filter(psyen=psyen).count()
    return [Effet("liens d’enquête", liens), Effet("invitations à des enquêtes", invitations, ANONYMES)]
