"""The sealed urn: the sheets of an open survey in one row, unreadable without the key of the server.

Each deposit opens it, slips the sheet in, shuffles all of them and seals it again: a copy of the database
shows one row that changes, never which sheet came when, nor what it says. Sheets are padded to one length, so
that the size of the row tells their number and nothing of a text; the seal bears no time.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from random import Random

from evaluation.enums import TEXTE_AU_PLUS, GenreQuestion
from evaluation.models import Question, Urne
from evaluation.selectors.enquete_depouillement import Bulletin
from socle.chiffrement import chiffrer, dechiffrer

#: Every shuffle and every random identifier of the survey come from the system.
HASARD: Random = secrets.SystemRandom()
#: Bytes: the key of a question and a value, a choice of several, a character of UTF-8.
PLACE_FIXE, PLACE_CHOIX, PLACE_CARACTERE = 32, 4, 4


def glisser(urne: Urne, bulletin: Bulletin, questions: Iterable[Question]) -> None:
    """Adds a sheet to an urn whose row the caller holds locked.

    `socle.chiffrement.Illisible` when the service no longer has the key that sealed it: nothing is written.
    """
    feuilles = [*_feuilles(urne), _ecrire(bulletin, _taille(questions))]
    HASARD.shuffle(feuilles)
    urne.scelle = chiffrer("\n".join(feuilles), usage=urne.usage, datee=False)
    urne.save(update_fields=["scelle"])


def ouvrir(urne: Urne) -> list[Bulletin]:
    """All the sheets, in an order drawn at random; `Illisible` as above."""
    feuilles = _feuilles(urne)
    HASARD.shuffle(feuilles)
    return [_lire(feuille) for feuille in feuilles]


def _feuilles(urne: Urne) -> list[str]:
    return dechiffrer(urne.scelle, usage=urne.usage).split("\n") if urne.scelle else []


def _taille(questions: Iterable[Question]) -> int:
    """The longest sheet that these questions allow, in bytes."""
    return PLACE_FIXE + sum(PLACE_FIXE + _place(question) for question in questions)


def _place(question: Question) -> int:
    if question.genre == GenreQuestion.TEXTE_LIBRE:
        return PLACE_CARACTERE * TEXTE_AU_PLUS
    return PLACE_CHOIX * len(question.choix)


def _ecrire(bulletin: Bulletin, taille: int) -> str:
    """One line of JSON, which holds no line break, filled up with spaces."""
    contenu = [bulletin.cio, {str(pk): valeur for pk, valeur in bulletin.reponses.items()}]
    feuille = json.dumps(contenu, ensure_ascii=False, separators=(",", ":"))
    manque = taille - len(feuille.encode())
    if manque < 0:
        raise ValueError("Une réponse dépasse ce que sa question permet.")
    return feuille + " " * manque


def _lire(feuille: str) -> Bulletin:
    cio, reponses = json.loads(feuille)
    return Bulletin(cio, {int(pk): valeur for pk, valeur in reponses.items()})
