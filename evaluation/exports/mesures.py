"""The table of figures, one line a figure: what is exported may be imported again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from evaluation.enums import Niveau, Unite
from evaluation.models import Campagne
from evaluation.selectors.definitions import Definition, definitions
from evaluation.selectors.manques import Manque
from evaluation.selectors.mesures import MesureLue, lire_mesures
from socle.tableurs import Colonne, ecrire_tableau

COLONNES_MESURES = (
    Colonne("campagne", "Campagne", largeur=10),
    Colonne("indicateur", "Indicateur", largeur=10),
    Colonne("niveau", "Niveau", largeur=14),
    Colonne("territoire", "Territoire", largeur=40),
    Colonne("valeur", "Valeur", "decimal", largeur=12),
    Colonne("unite", "Unité", largeur=14),
    Colonne("source", "Source", largeur=34),
    Colonne("date", "Date", "date", largeur=12),
    Colonne("motif", "Motif", largeur=50),
    Colonne("nom", "Nom du territoire", largeur=40),
)


def lignes_mesures(
    campagne: Campagne, mesures: Iterable[MesureLue], definis: Sequence[Definition]
) -> Iterator[tuple[Any, ...]]:
    """In the order of the indicators, then from the whole to the part; a figure without definition is none
    of the campaign's.
    """
    par_indicateur: Mapping[int, Definition] = {definition.indicateur: definition for definition in definis}
    connues = [mesure for mesure in mesures if mesure.indicateur in par_indicateur]
    for mesure in sorted(connues, key=lambda m: _ordre(m, par_indicateur[m.indicateur])):
        definition = par_indicateur[mesure.indicateur]
        yield (
            campagne.code,
            definition.code,
            Niveau(mesure.niveau).label,
            mesure.cle_territoire,
            mesure.valeur,
            definition.libelle_unite,
            mesure.libelle_source,
            mesure.relevee_le,
            mesure.motif,
            mesure.territoire,
        )


def lignes_manquantes(campagne: Campagne, manquants: Iterable[Manque]) -> Iterator[tuple[Any, ...]]:
    """The same columns for what is still to be given: everything but the value, its source and its date."""
    for manque in manquants:
        indicateur, cio = manque.indicateur, manque.cio
        nom = cio.nom if cio else campagne.departement.nom
        cle = cio.nom if cio else campagne.departement.code
        niveau = Niveau.CIO if cio else Niveau.DEPARTEMENT
        unite = Unite(indicateur.unite).label
        yield (campagne.code, indicateur.code, niveau.label, cle, None, unite, "", None, "", nom)


def tableau_canonique(campagne: Campagne, definis: Sequence[Definition] | None = None) -> bytes:
    """The CSV whose SHA-256 is kept when the campaign is frozen: every figure of the département."""
    lignes = lignes_mesures(campagne, lire_mesures([campagne]), definis or definitions(campagne))
    return ecrire_tableau("csv", colonnes=COLONNES_MESURES, lignes=lignes, titre="Mesures")


def _ordre(mesure: MesureLue, definition: Definition) -> tuple[Any, ...]:
    return (definition.rang, definition.code, Niveau(mesure.niveau).rang, mesure.cle_territoire)
