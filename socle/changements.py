"""What an entry of the journal says has changed, in words: labels of the fields, readable values."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.utils.formats import localize
from django.utils.text import capfirst

from socle.actions import libelle_champ, libelles_valeurs

RIEN = "–"
#: A date as JSON keeps it, and a decimal number.
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
DECIMAL = re.compile(r"-?\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Changement:
    """One field; « – » stands for nothing before, or nothing after."""

    champ: str
    avant: str
    apres: str

    def __str__(self) -> str:
        if RIEN in (self.avant, self.apres):
            return f"{self.champ} : {self.apres if self.avant == RIEN else self.avant}"
        return f"{self.champ} : {self.avant} → {self.apres}"


def lire_changements(
    modele: type[Model] | None, avant: dict[str, Any] | None, apres: dict[str, Any] | None
) -> list[Changement]:
    """Field by field, what differs; `modele` is that of the object (None once its app is gone)."""
    return list(_comparer(modele, avant or {}, apres or {}, ()))


def _comparer(
    modele: type[Model] | None, avant: dict[str, Any], apres: dict[str, Any], parents: tuple[str, ...]
) -> Iterator[Changement]:
    """A dict inside a dict (the week of a PsyEN) is compared in its turn, under its name."""
    for cle in [*avant, *(cle for cle in apres if cle not in avant)]:
        ancien, nouveau = avant.get(cle), apres.get(cle)
        champ = _champ(modele, cle)
        if isinstance(ancien, dict) or isinstance(nouveau, dict):
            yield from _comparer(None, ancien or {}, nouveau or {}, (*parents, cle))
        elif ancien != nouveau:
            titre = ", ".join((*parents, _titre(champ, cle)))
            yield Changement(titre, _lisible(champ, cle, ancien), _lisible(champ, cle, nouveau))


def _champ(modele: type[Model] | None, cle: str) -> Field | None:
    try:
        champ = modele._meta.get_field(cle) if modele else None
    except FieldDoesNotExist:
        return None
    return champ if isinstance(champ, Field) else None


def _titre(champ: Field | None, cle: str) -> str:
    return capfirst(libelle_champ(cle) or (str(champ.verbose_name) if champ else cle.replace("_", " ")))


def _lisible(champ: Field | None, cle: str, valeur: Any) -> str:
    if valeur in (None, "", []):
        return RIEN
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, list):
        return ", ".join(map(str, valeur))
    connues = libelles_valeurs(cle) or dict(champ.flatchoices if champ else ())
    texte = str(connues.get(valeur, valeur))
    if DATE.fullmatch(texte):
        return f"{dt.date.fromisoformat(texte):%d/%m/%Y}"
    if DECIMAL.fullmatch(texte):
        return f"{Decimal(texte).normalize():f}".replace(".", ",")
    return localize(valeur) if isinstance(valeur, int) else texte
