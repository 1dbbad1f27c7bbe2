"""Adding a row that a colleague may be adding too."""

from django.db import IntegrityError, transaction
from django.db.models import Model


def inserer(objet: Model) -> None:
    """Saves an object that `full_clean` let pass; a lost race is told in the words of the constraint."""
    try:
        with transaction.atomic():
            objet.save()
    except IntegrityError:
        objet.full_clean()
        raise
