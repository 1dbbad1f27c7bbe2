"""Saving a row whose unique value a colleague may be taking too."""

from django.db import IntegrityError, transaction
from django.db.models import Model


def enregistrer(objet: Model, *champs: str) -> None:
    """Saves an object that `full_clean` let pass (those fields only, if named); a lost race is told in the
    words of the constraint.
    """
    try:
        with transaction.atomic():
            objet.save(update_fields=champs or None)
    except IntegrityError:
        objet.full_clean()
        raise
