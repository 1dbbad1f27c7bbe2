"""One canonical text per value, the same in the three formats: export then import is the identity.

Integers « 42 », decimals with a French comma and no useless zero « 0,5 », dates in ISO form,
booleans « oui » / « non », text without the characters that XML cannot carry.
"""

import math
import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from socle.texte import normaliser_recherche

_PARIS = ZoneInfo("Europe/Paris")

# C0 controls except TAB and LF, lone surrogates, non-characters: no spreadsheet format carries them.
CARACTERES_INTERDITS = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
# What a spreadsheet may take for a formula, full-width forms included (reliability.md row 19).
_AMORCES = "=+\\-@\t\n\r\uff1d\uff0b\uff0d\uff20"
FORMULE = re.compile(f"'*[ \u00a0]*[{_AMORCES}]")
_FORMULE_NEUTRALISEE = re.compile(f"'+[ \u00a0]*[{_AMORCES}]")
# Excel keeps 15 significant digits: a longer number travels as text.
CHIFFRES_SURS = 15


def nettoyer(texte: str) -> str:
    """Drop what no format carries (NUL, controls) and write every line end as LF."""
    if "\r" in texte:
        texte = texte.replace("\r\n", "\n").replace("\r", "\n")
    return CARACTERES_INTERDITS.sub("", texte)


def neutraliser(texte: str) -> str:
    """Prefix by « ' » a CSV text that a spreadsheet would run as a formula."""
    return f"'{texte}" if FORMULE.match(texte) else texte


def retablir(texte: str) -> str:
    """Remove the prefix put by `neutraliser`, and nothing else."""
    return texte[1:] if texte[:1] == "'" and _FORMULE_NEUTRALISEE.match(texte) else texte


def en_decimal(valeur: Any) -> Decimal | None:
    """The number held by `valeur`, None when there is none (empty, NaN, infinity, not a number)."""
    if valeur is None or valeur == "":
        return None
    try:
        # 15 digits of a binary number: 0.1 + 0.2 is told as 0,3, as a spreadsheet shows it.
        nombre = Decimal(f"{valeur:.{CHIFFRES_SURS}g}" if isinstance(valeur, float) else str(valeur))
    except InvalidOperation:
        return None
    return nombre if nombre.is_finite() else None


def texte_de_nombre(nombre: Decimal) -> str:
    """Decimal('1.50') → « 1,5 », Decimal('42') → « 42 », Decimal('-0') → « 0 »."""
    chiffres = format(nombre, "f")
    if "." in chiffres:
        chiffres = chiffres.rstrip("0").rstrip(".")
    return "0" if chiffres == "-0" else chiffres.replace(".", ",")


def tient_dans_une_cellule(nombre: Decimal) -> bool:
    """Whether a spreadsheet's binary number gives back exactly this decimal."""
    return len(nombre.normalize().as_tuple().digits) <= CHIFFRES_SURS and (
        not nombre or -300 < nombre.adjusted() < 300
    )


def texte_de_flottant(ecrit: str) -> str:
    """The user's view of a number as stored by a spreadsheet: 15 digits, no binary noise."""
    nombre = Decimal(ecrit)
    if not nombre.is_finite() or abs(nombre.adjusted()) > 320:
        raise InvalidOperation
    if len(nombre.as_tuple().digits) > CHIFFRES_SURS:
        nombre = Decimal(f"{nombre:.{CHIFFRES_SURS - 1}E}")
    return texte_de_nombre(nombre)


def _heure_locale(instant: datetime) -> datetime:
    return instant.astimezone(_PARIS) if instant.tzinfo else instant


def texte_instant(instant: datetime) -> str:
    """« 2026-09-01 », with the hour only when there is one."""
    if (instant.hour, instant.minute, instant.second) == (0, 0, 0):
        return instant.date().isoformat()
    return f"{instant:%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def texte_de_duree(secondes: int) -> str:
    """97200 → « 27:00 »."""
    minutes, reste = divmod(abs(secondes), 60)
    duree = f"{'-' if secondes < 0 else ''}{minutes // 60:02}:{minutes % 60:02}"
    return f"{duree}:{reste:02}" if reste else duree


def en_date(valeur: Any) -> date | None:
    """The civil day in Europe/Paris of a date or an instant."""
    if isinstance(valeur, datetime):
        return _heure_locale(valeur).date()
    return valeur if isinstance(valeur, date) else None


def texte(valeur: Any, type_: str = "texte") -> str:
    """The canonical text of any value of a column of this type."""
    if valeur is None or (isinstance(valeur, float) and not math.isfinite(valeur)):
        return ""
    if type_ == "booleen" or isinstance(valeur, bool):
        return nettoyer(valeur) if isinstance(valeur, str) else ("oui" if valeur else "non")
    if type_ == "date" and (jour := en_date(valeur)):
        return jour.isoformat()
    if type_ in {"entier", "decimal"} or isinstance(valeur, Decimal | float):
        nombre = en_decimal(valeur)
        return nettoyer(str(valeur)) if nombre is None else texte_de_nombre(nombre)
    if isinstance(valeur, datetime):
        return texte_instant(_heure_locale(valeur))
    return nettoyer(str(valeur))


# --- Reading back: what a person may have typed ----------------------------------------------------
_ESPACES = re.compile(r"[\s\u00a0\u202f]+")


def lire_decimal(ecrit: str) -> Decimal:
    """« 0,5 », « 0.5 », « 1 234,5 », « 50 % » → Decimal; ValueError in French otherwise."""
    brut = _ESPACES.sub("", ecrit)
    pourcentage = brut.endswith("%")
    brut = brut.removesuffix("%").replace(",", ".").replace("\u2212", "-")
    if not re.fullmatch(r"[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})", brut, re.ASCII):
        raise ValueError(f"« {ecrit} » n’est pas un nombre ; écrivez par exemple 0,5.")
    return Decimal(brut) / 100 if pourcentage else Decimal(brut)


def lire_entier(ecrit: str) -> int:
    """« 1 234 » → 1234; ValueError in French otherwise."""
    brut = _ESPACES.sub("", ecrit)
    if not re.fullmatch(r"[+-]?\d{1,40}(,0+|\.0+)?", brut, re.ASCII):
        raise ValueError(f"« {ecrit} » n’est pas un nombre entier.")
    return int(re.split("[,.]", brut)[0])


def lire_date(ecrit: str) -> date:
    """« 2026-09-01 » or « 01/09/2026 » → date; ValueError in French otherwise (31/02, 29/02/2027)."""
    brut = ecrit.strip()
    if trouve := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", brut, re.ASCII):
        annee, mois, jour = map(int, trouve.groups())
    elif trouve := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", brut, re.ASCII):
        jour, mois, annee = map(int, trouve.groups())
    else:
        raise ValueError(f"« {ecrit} » n’est pas une date ; écrivez par exemple 01/09/2026.")
    try:
        return date(annee, mois, jour)
    except ValueError:
        raise ValueError(f"« {ecrit} » : ce jour n’existe pas dans le calendrier.") from None


_OUI = {"oui", "vrai", "true", "o", "x", "1"}
_NON = {"non", "faux", "false", "n", "0", ""}


def lire_booleen(ecrit: str) -> bool:
    """« oui », « VRAI », « 1 », « x » → True; empty or « non » → False; ValueError otherwise."""
    brut = normaliser_recherche(ecrit)
    if brut in _OUI:
        return True
    if brut in _NON:
        return False
    raise ValueError(f"« {ecrit} » ne répond pas par oui ou par non.")
