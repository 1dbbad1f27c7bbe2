"""The view by authority as a spreadsheet: one row per territory and mission, sums only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from missions.enums import AUTORITES, Famille, Lieu
from missions.selectors.autorites import VueAutorites
from psyen.enums import HEURES_PAR_DEMI_JOURNEE
from socle.tableurs import Colonne

COLONNES_AUTORITES = (
    Colonne("annee", "Année scolaire", largeur=14),
    Colonne("territoire", "Territoire", largeur=36),
    Colonne("autorite", "Autorité", largeur=42),
    Colonne("code", "Mission", largeur=10),
    Colonne("libelle", "Intitulé", largeur=60),
    Colonne("famille", "Famille", largeur=16),
    Colonne("demi_journees", "Demi-journées par semaine", "decimal", largeur=14),
    Colonne("heures", "Heures par semaine", "decimal", largeur=14),
)


def lignes_autorites(vue: VueAutorites) -> Iterator[dict[str, Any]]:
    """What the page adds up, before it is added up."""
    missions = {ligne.mission.pk: ligne.mission for ligne in vue.missions}
    for ligne in vue.lignes:
        for pk, demi_journees in sorted(ligne.par_mission.items(), key=lambda p: (missions[p[0]].rang, p[0])):
            mission = missions[pk]
            yield {
                "annee": vue.annee.code,
                "territoire": ligne.nom,
                "autorite": AUTORITES[Lieu(mission.lieu)],
                "code": mission.code,
                "libelle": mission.libelle,
                "famille": Famille(mission.famille).label if mission.famille else "",
                "demi_journees": demi_journees,
                "heures": demi_journees * HEURES_PAR_DEMI_JOURNEE,
            }
