"""The outline of a département, drawn under every map of its réseaux."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from reseaux.permissions import peut_administrer
from reseaux.selectors.geographie import anneaux_exterieurs, simplifier_anneau
from socle.journal import journaliser


@transaction.atomic
def enregistrer_contour(
    *, departement: Departement, geometrie: dict[str, Any], perimetre: Perimetre
) -> Departement:
    """Keeps the outer rings of a GeoJSON geometry, each simplified to 400 points at most."""
    if not peut_administrer(perimetre):
        raise PermissionDenied("Les contours sont chargés par l’administration.")
    try:
        anneaux = anneaux_exterieurs(geometrie)
    except (ValueError, TypeError, KeyError, IndexError) as erreur:
        raise ValidationError(
            f"Le contour {departement.avec_article} n’est pas un polygone GeoJSON lisible."
        ) from erreur
    departement.contour = [
        [[round(x, 4), round(y, 4)] for x, y in simplifier_anneau(anneau)] for anneau in anneaux
    ]
    departement.save(update_fields=["contour"])
    nombre = sum(len(anneau) for anneau in departement.contour)
    journaliser(
        perimetre=perimetre,
        action="reseaux.departement.contour",
        objet=departement,
        apres={"points": nombre},
        departement_id=departement.pk,
    )
    return departement
