"""The cells of the grid of the counts, as the page writes them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from missions.forms.activite import AJOUT, PAS_UN_NOMBRE, SaisieActivite, texte_cellule
from missions.selectors.activite import COLONNES, GrilleActivite
from missions.services.activite import ConflitDeReleve


def groupes_dessines(
    grille: GrilleActivite, saisie: SaisieActivite, conflit: ConflitDeReleve | None
) -> list[tuple[str, list[tuple[Any, list[dict[str, Any]]]]]]:
    """Place → rows → cells, with what was typed before what is saved."""
    disputees = conflit.cellules if conflit else set()
    # What the user did not touch follows the colleague; what he typed stays.
    textes = saisie.textes_changes() if conflit else saisie.textes
    return [
        (
            lieu,
            [
                (
                    ligne,
                    [
                        _cellule(
                            texte_cellule((ligne.cle, colonne.cle)),
                            f"{colonne.titre}, {ligne.mission}, {ligne.public}, {ligne.lieu}",
                            textes,
                            saisie.illisibles,
                            grille.nombres.get((ligne.cle, colonne.cle)),
                            precedent=grille.mois_precedent.get((ligne.cle, colonne.cle)),
                            dispute=(ligne.cle, colonne.cle) in disputees,
                        )
                        for colonne in COLONNES
                    ],
                )
                for ligne in lignes
            ],
        )
        for lieu, lignes in grille.groupes
    ]


def _cellule(
    nom: str,
    titre: str,
    textes: Mapping[str, str],
    illisibles: Collection[str],
    enregistre: int | None = None,
    *,
    precedent: int | None = None,
    dispute: bool = False,
) -> dict[str, Any]:
    erreur = PAS_UN_NOMBRE if nom in illisibles else ""
    if dispute:
        erreur = "Enregistré entre-temps : " + ("case vidée." if enregistre is None else f"{enregistre}.")
    return {
        "nom": nom,
        "titre": titre,
        "valeur": textes.get(nom, "" if enregistre is None else str(enregistre)),
        "precedent": precedent,
        "erreur": erreur,
    }


def ajouts_dessines(saisie: SaisieActivite) -> list[dict[str, Any]]:
    """The cells of the row to add."""
    return [
        _cellule(f"{AJOUT}{colonne.cle}", colonne.titre, saisie.textes, saisie.illisibles)
        for colonne in COLONNES
    ]
