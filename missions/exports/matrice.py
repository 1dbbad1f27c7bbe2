"""The matrix as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator

from missions.selectors.matrice import TableauMatrice
from socle.tableurs import Colonne

RUBRIQUE, ACTIVITE, DOSSIER = "Rubrique", "Activité", "Dossier transversal"


def colonnes_matrice(tableau: TableauMatrice) -> list[Colonne]:
    """What a line is, then one column by actor."""
    acteurs = [Colonne(f"a{acteur.pk}", acteur.libelle, largeur=14) for acteur in tableau.acteurs]
    return [
        Colonne("rubrique", RUBRIQUE, largeur=34),
        Colonne("activite", ACTIVITE, largeur=60),
        *acteurs,
        Colonne("dossier", DOSSIER, largeur=34),
    ]


def lignes_matrice(tableau: TableauMatrice) -> Iterator[tuple[str, ...]]:
    """The letters « R », « D », « DR », « C », « I »; read back, they change nothing."""
    for ligne in tableau.lignes:
        lettres = (ligne.lettres(acteur.pk) for acteur in tableau.acteurs)
        dossier = tableau.dossiers.get(ligne.dossier or 0, "")
        yield (ligne.rubrique, ligne.activite, *lettres, dossier)
