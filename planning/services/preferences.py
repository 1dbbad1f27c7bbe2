"""How a person wants to be reminded."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from planning.enums import ModeRappel
from planning.models import PreferenceRappels
from planning.permissions import peut_lire_suivi
from reseaux.perimetre import Perimetre
from socle.journal import journaliser


@transaction.atomic
def choisir_mode_rappels(*, perimetre: Perimetre, mode: str) -> PreferenceRappels:
    """One mail per due date, or one a day; the choice is the person's, whatever the habilitation worn."""
    if not peut_lire_suivi(perimetre) or perimetre.utilisateur_id is None:
        raise PermissionDenied
    if mode not in ModeRappel.values:
        raise ValidationError("Choisissez l’un des deux rythmes proposés.")
    preference, _ = PreferenceRappels.objects.select_for_update().get_or_create(
        utilisateur_id=perimetre.utilisateur_id
    )
    avant = preference.mode
    if mode == avant:
        return preference
    preference.mode = mode
    preference.save(update_fields=["mode"])
    journaliser(
        perimetre=perimetre,
        action="planning.rappels.mode_choisi",
        objet=preference,
        avant={"mode": avant},
        apres={"mode": mode},
    )
    return preference
