"""CSV as a French spreadsheet opens it: UTF-8 with BOM, « ; », CRLF, decimal comma, no formula."""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from io import StringIO
from itertools import islice
from typing import Any

from socle.tableurs.modele import Colonne, Lignes
from socle.tableurs.valeurs import (
    CARACTERES_INTERDITS,
    FORMULE,
    en_decimal,
    nettoyer,
    neutraliser,
    texte,
    texte_de_nombre,
)

_LIGNES_PAR_BLOC = 1_000
# A whole column is checked in one pass: the separator stands before each cell, then what is suspect.
_SEPARATEUR = "\x1f"
_FORMULE_DANS_LA_COLONNE = re.compile(_SEPARATEUR + FORMULE.pattern)


def flux_csv(*, colonnes: Sequence[Colonne], lignes: Lignes) -> Iterator[bytes]:
    """The file by pieces, ready for a streamed answer; 11 000 rows of 12 columns in about 50 ms."""
    yield b"\xef\xbb\xbf" + _bloc([[neutraliser(nettoyer(colonne.titre))] for colonne in colonnes])
    for bloc in par_blocs(colonnes, lignes):
        yield _bloc([*map(_colonne, colonnes, zip(*bloc, strict=True))])


def _bloc(textes: Sequence[Sequence[str]]) -> bytes:
    """Columns to lines. When no cell has to be quoted, joining says the same three times faster."""
    bloc = "\r\n".join(map(";".join, zip(*textes, strict=True))) + "\r\n"
    lignes, colonnes = len(textes[0]), len(textes)
    simple = '"' not in bloc and bloc.count(";") == lignes * (colonnes - 1) and colonnes > 1
    if not simple or bloc.count("\n") != lignes or bloc.count("\r") != lignes:
        tampon = StringIO(newline="")
        csv.writer(tampon, delimiter=";", lineterminator="\r\n").writerows(zip(*textes, strict=True))
        bloc = tampon.getvalue()
    return bloc.encode()


def par_blocs(colonnes: Sequence[Colonne], lignes: Lignes) -> Iterator[list[Sequence[Any]]]:
    """The rows as sequences in the order of the columns, a thousand at a time."""
    cles = [colonne.cle for colonne in colonnes]
    source: Iterator[Any] = iter(lignes)
    while bloc := list(islice(source, _LIGNES_PAR_BLOC)):
        if hasattr(bloc[0], "keys"):
            yield [[ligne[cle] for cle in cles] for ligne in bloc]
        else:
            yield bloc


def _colonne(colonne: Colonne, valeurs: Sequence[Any]) -> Sequence[str]:
    if colonne.type in {"entier", "decimal"}:
        return [_nombre(valeur, colonne.type) for valeur in valeurs]
    type_ = colonne.type
    textes = [v if type(v) is str else "" if v is None else _texte(v, type_) for v in valeurs]
    distincts = set(textes)  # a year, a CIO come again row after row: each text is checked once
    assemble = _SEPARATEUR + _SEPARATEUR.join(distincts)
    if (
        _FORMULE_DANS_LA_COLONNE.search(assemble)
        or CARACTERES_INTERDITS.search(assemble.replace(_SEPARATEUR, ""))
        or assemble.count(_SEPARATEUR) != len(distincts)
    ):
        return [neutraliser(nettoyer(valeur)) for valeur in textes]
    return textes


def _texte(valeur: Any, type_: str) -> str:
    return valeur.isoformat() if type(valeur) is date else texte(valeur, type_)


def _nombre(valeur: Any, type_: str) -> str:
    """A negative number stays a number; a text in a column of numbers is guarded as any text."""
    if type(valeur) is int:
        return str(valeur)
    if type(valeur) is Decimal and valeur.is_finite():
        return _decimal(valeur)
    nombre = en_decimal(valeur)
    return neutraliser(texte(valeur, type_)) if nombre is None else texte_de_nombre(nombre)


@lru_cache(maxsize=1_000)
def _decimal(nombre: Decimal) -> str:
    """A column of half-days or rates holds few numbers, written again and again."""
    return texte_de_nombre(nombre)
