"""The outline of a département, drawn under every map of its réseaux."""

from __future__ import annotations

import json
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


@transaction.atomic
def importer_contours(*, contenu: bytes, perimetre: Perimetre) -> list[Departement]:
    """Keeps the outline of every département that we know and that a GeoJSON file names by its code.

    Files write « 41 » or « 041 ». A département of the file that we do not hold is left out.
    """
    contours = _contours_par_code(contenu)
    connus = Departement.objects.dans_perimetre(perimetre).filter(code__in=contours).order_by("code")
    if not connus:
        raise ValidationError(
            "Aucun département du fichier n’est connu du service : importez d’abord l’annuaire."
        )
    return [
        enregistrer_contour(departement=d, geometrie=contours[d.code], perimetre=perimetre) for d in connus
    ]


def _contours_par_code(contenu: bytes) -> dict[str, dict[str, Any]]:
    """Code of three characters → geometry."""
    try:
        elements = json.loads(contenu)["features"]
        return {str(e["properties"]["code"]).upper().zfill(3): e["geometry"] for e in elements}
    except (ValueError, TypeError, KeyError) as erreur:
        raise ValidationError(
            "Le fichier n’est pas un GeoJSON de départements : chaque élément porte sa géométrie et, dans "
            "ses propriétés, un « code » (41, 2A)."
        ) from erreur
