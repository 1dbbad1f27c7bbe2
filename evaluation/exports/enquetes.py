"""Surveys and their results as spreadsheets; free texts stay on their page."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from evaluation.selectors.enquete_publication import Agregat
from evaluation.selectors.enquete_resultats import MASQUE, QuestionLue, Resultats
from socle.tableurs import Colonne

COLONNES_ENQUETES = (
    Colonne("titre", "Enquête", largeur=44),
    Colonne("departement__nom", "Département", largeur=20),
    Colonne("date_ouverture", "Ouverture", largeur=14),
    Colonne("date_fermeture", "Dernier jour", largeur=14),
    Colonne("etat", "État", largeur=14),
)
COLONNES_RESULTATS = (
    Colonne("question", "Question", largeur=60),
    Colonne("dimension", "Dimension", largeur=30),
    Colonne("territoire", "Territoire", largeur=34),
    Colonne("n", "Réponses", largeur=12),
    Colonne("moyenne", "Moyenne sur 10", largeur=16),
    Colonne("modalite", "Modalité", largeur=44),
    Colonne("effectif", "Effectif", largeur=12),
)
Ligne = tuple[str, str, str, int | str, Decimal | str, str, int | str]


def lignes_resultats(resultats: Resultats) -> Iterator[Ligne]:
    """The figures of the page, one a line: what is masked there is masked here."""
    for lue in resultats.questions:
        yield from _de_la_question(resultats, lue)


def _de_la_question(resultats: Resultats, lue: QuestionLue) -> Iterator[Ligne]:
    departement = str(resultats.enquete.departement)
    yield _ligne(lue, departement, lue.agregat)
    for part in lue.agregat.parts:
        effectif = MASQUE if part.effectif is None else part.effectif
        yield (*_tete(lue), departement, lue.agregat.n, "", part.libelle, effectif)
    if lue.a_des_moyennes_par_groupe:
        for groupe, agregat in zip(resultats.groupes, lue.par_groupe, strict=True):
            yield _ligne(lue, groupe.nom, agregat)


def _ligne(lue: QuestionLue, territoire: str, agregat: Agregat | None) -> Ligne:
    if agregat is None:
        return (*_tete(lue), territoire, MASQUE, MASQUE, "", "")
    masque: Decimal | str = "réponses homogènes" if agregat.homogene else ""
    moyenne = masque if agregat.moyenne is None else agregat.moyenne
    return (*_tete(lue), territoire, agregat.n, moyenne, "", "")


def _tete(lue: QuestionLue) -> tuple[str, str]:
    return lue.question.libelle, lue.question.get_dimension_display()
