"""The 25 indicators of the library, put among the definitions of a département, which then are its own."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from evaluation.models import Indicateur
from evaluation.permissions import peut_modifier_indicateurs
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from socle.journal import journaliser

BIBLIOTHEQUE = Path(__file__).resolve().parent.parent / "donnees" / "indicateurs.json"


@cache
def bibliotheque_des_indicateurs() -> dict[str, Any]:
    """`indicateurs`, each with its whole definition, in their order."""
    return json.loads(BIBLIOTHEQUE.read_text(encoding="utf-8"))


@transaction.atomic
def charger_indicateurs(*, perimetre: Perimetre, departement: Departement) -> int:
    """Adds the definitions of the library that the département lacks; returns how many. A code already
    there, reworded or retired, is left as it is.
    """
    departement = Departement.objects.select_for_update(of=("self",)).get(pk=departement.pk)
    if not peut_modifier_indicateurs(perimetre, departement):
        raise PermissionDenied
    siens = Indicateur.objects.filter(departement=departement)
    connus = set(siens.values_list("code", flat=True))
    rang = siens.aggregate(dernier=Max("rang"))["dernier"] or 0
    absents = [
        ligne for ligne in bibliotheque_des_indicateurs()["indicateurs"] if ligne["code"] not in connus
    ]
    for pas, ligne in enumerate(absents, start=1):
        indicateur = Indicateur(departement=departement, rang=rang + pas, **_champs(ligne))
        indicateur.full_clean()
        indicateur.save()
    if absents:
        journaliser(
            perimetre=perimetre,
            action="evaluation.indicateurs.charges",
            objet=departement,
            apres={"indicateurs": len(absents)},
            departement_id=departement.pk,
        )
    return len(absents)


def _champs(ligne: dict[str, Any]) -> dict[str, Any]:
    return ligne | {"cible": Decimal(ligne["cible"]) if ligne["cible"] else None}
