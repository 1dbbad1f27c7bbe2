"""Which fiche de poste is in force for whom; its text stays in its own document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from missions.enums import SituationFiche
from missions.models import FicheDePoste
from socle.tableurs import Colonne

COLONNES_FICHES = (
    Colonne("secretaire", "Secrétaire", largeur=30),
    Colonne("cio", "CIO", largeur=28),
    Colonne("version", "Version", "entier", largeur=9),
    Colonne("situation", "Situation", largeur=12),
    Colonne("debut", "À compter du", "date", largeur=13),
    Colonne("fin", "Jusqu’au", "date", largeur=12),
    Colonne("validee_le", "Validée le", "date", largeur=12),
)


def lignes_fiches(fiches: QuerySet[FicheDePoste]) -> Iterator[Sequence[Any]]:
    """Rows of fiches annotated by `avec_situation`."""
    champs = ("secretaire__prenom", "secretaire__nom", "cio__nom", "version", "situation")
    for prenom, nom, cio, version, situation, debut, fin, validee_le in fiches.values_list(
        *champs, "debut", "fin", "validee_le"
    ):
        yield (
            f"{prenom} {nom.upper()}",
            cio,
            version,
            SituationFiche(situation).label,
            debut if validee_le else None,
            fin,
            validee_le,
        )
