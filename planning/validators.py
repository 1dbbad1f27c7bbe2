"""Periods as people write them: « Juin/Juillet 2021 », « Année 2021-2022 », « du 3 au 12 mai 2022 »."""

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError

#: Longer than any period; keeps every pattern below quick, whatever is pasted.
LONGUEUR_MAX = 100
#: Years outside are typing errors.
ANNEE_MIN, ANNEE_MAX = 2000, 2099
EXEMPLES = (
    "« Avril 2027 », « Juin/Juillet 2027 », « Septembre-octobre 2026 », « Année 2026-2027 », "
    "« 12 mai 2027 », « du 3 au 12 mai 2027 » ou « 1er trimestre 2026-2027 »"
)

Bornes = tuple[dt.date, dt.date]

_NOMS_MOIS = (
    *("janvier", "fevrier", "mars", "avril", "mai", "juin"),
    *("juillet", "aout", "septembre", "octobre", "novembre", "decembre"),
)


def _abreviations() -> dict[str, int]:
    """Each month by its name and by its beginnings of three letters or more, when only one month has them."""
    debuts = [(nom[:taille], rang) for rang, nom in enumerate(_NOMS_MOIS, 1) for taille in range(3, 10)]
    return {debut: rang for debut, rang in debuts if len({r for d, r in debuts if d == debut}) == 1}


_MOIS = _abreviations()
_RANGS = {"premier": 1, "deuxieme": 2, "second": 2, "troisieme": 3}
#: First and last month of each term of a school year (the third trimestre ends with June).
_TERMES = {("t", 1): (9, 12), ("t", 2): (1, 3), ("t", 3): (4, 6), ("s", 1): (9, 1), ("s", 2): (2, 6)}
_ECRITURES = str.maketrans(
    dict.fromkeys("‐‑‒–—―−﹣－", "-") | dict.fromkeys("⁄∕／", "/") | {"’": "'", "ᵉ": "e", "ʳ": "r"}
)


@dataclass(frozen=True)
class Periode:
    """What was written, and its first and last days, both included."""

    texte: str
    debut: dt.date
    fin: dt.date


def lire_periode(texte: str) -> Periode:
    """The period that this text says; `ValidationError` with examples when it says none."""
    ecrit = texte.strip()
    if not ecrit:
        raise ValidationError(f"Indiquez une période, par exemple {EXEMPLES}.")
    if len(ecrit) > LONGUEUR_MAX:
        raise ValidationError(
            f"La période compte {len(ecrit)} caractères ; {LONGUEUR_MAX} au plus. "
            f"Écrivez par exemple {EXEMPLES}."
        )
    bornes = _lire(_normaliser(ecrit))
    if bornes is None:
        raise ValidationError(f"La période « {ecrit} » n’est pas comprise. Écrivez par exemple {EXEMPLES}.")
    return Periode(ecrit, *bornes)


def decaler_texte(texte: str, annees: int) -> str:
    """The same words so many years later: « Année 2026-2027 » → « Année 2027-2028 ».

    29 February becomes the 28th in a year without one, as in `decaler_date`. The result is always readable.
    """
    ecrit = lire_periode(texte).texte
    decale = re.sub(r"(?<![0-9])[0-9]{4}(?![0-9])", lambda annee: f"{int(annee[0]) + annees:04}", ecrit)
    try:
        return lire_periode(decale).texte
    except ValidationError:
        return lire_periode(_sans_29_fevrier(decale)).texte


def decaler_annees(texte: str, annees: int) -> str:
    """The years that a title names, so many years later; it need not be a period."""
    return re.sub(r"(?<![0-9])20[0-9]{2}(?![0-9])", lambda annee: str(int(annee[0]) + annees), texte)


def decaler_date(jour: dt.date, annees: int) -> dt.date:
    """The same day so many years later; 29 February becomes the 28th in a year without one."""
    annee = jour.year + annees
    return dt.date(annee, jour.month, min(jour.day, calendar.monthrange(annee, jour.month)[1]))


def _sans_29_fevrier(texte: str) -> str:
    """« 29 février », « 29/02 », « 02-29 » with the 28th instead."""
    separe = r"\s*[^0-9a-z]?\s*"
    texte = re.sub(rf"(?<![0-9])29(?={separe}(?:f\w|0?2{separe}[0-9]{{4}}))", "28", texte, flags=re.I)
    return re.sub(rf"([0-9]{{4}}{separe}02{separe})29(?![0-9])", r"\g<1>28", texte)


def _normaliser(ecrit: str) -> str:
    """Small letters without accents, one kind of dash, of slash and of space, no dot."""
    sans_accents = "".join(c for c in unicodedata.normalize("NFD", ecrit) if not unicodedata.combining(c))
    texte = sans_accents.casefold().translate(_ECRITURES)
    texte = re.sub(r"(?<=[0-9])\.(?=[0-9])", "/", texte).replace(".", " ")
    texte = re.sub(r"\s+", " ", texte).strip()
    return re.sub(r" ?([-/]) ?", r"\1", texte)


def _lire(texte: str) -> Bornes | None:
    simple = _lire_simple(re.sub(r"^(?:en|le|au|courant) ", "", texte))
    return simple or _lire_intervalle(re.sub(r"^(?:du |de |d'|entre )", "", texte))


def _lire_simple(texte: str) -> Bornes | None:
    """A day, a month, a part of a month, a term, a rentrée or a school year, with its year."""
    for motif, lire in _MOTIFS:
        if (trouve := motif.fullmatch(texte)) and (bornes := lire(trouve)):
            return bornes
    return None


def _lire_intervalle(texte: str) -> Bornes | None:
    """« X au Y », where X may leave to Y what they share: « 3 au 12 mai 2027 », « juin/juillet 2027 »."""
    for separateur in re.finditer(r"[-/]| (?:au|a|et) ", texte):
        avant, apres = texte[: separateur.start()], texte[separateur.end() :]
        fin = _lire_simple(apres)
        if fin is None:
            continue
        for suite in ("", *(apres[espace.start() :] for espace in re.finditer("[ /-]", apres))):
            if debut := _lire_simple(avant + suite):
                return _ordonner(debut, fin, partage=bool(suite))
    return None


def _ordonner(debut: Bornes, fin: Bornes, *, partage: bool) -> Bornes:
    if debut[0] <= fin[1] and debut[1] <= fin[1]:
        return debut[0], fin[1]
    if partage:
        raise ValidationError(
            "Cette période commence après sa fin. Si elle va d’une année à la suivante, écrivez l’année des "
            "deux côtés, par exemple « décembre 2026 - janvier 2027 »."
        )
    raise ValidationError(
        "Cette période commence après sa fin : inversez les deux dates ou corrigez l’année."
    )


def _annee(ecrite: str) -> int:
    annee = int(ecrite)
    if not ANNEE_MIN <= annee <= ANNEE_MAX:
        raise ValidationError(f"L’année {ecrite} n’est pas vraisemblable : vérifiez-la.")
    return annee


def _annee_scolaire(trouve: re.Match[str]) -> int:
    """The year of its rentrée."""
    premiere, seconde = _annee(trouve["a"]), _annee(trouve["b"])
    if seconde != premiere + 1:
        raise ValidationError(
            f"« {trouve['a']}-{trouve['b']} » n’est pas une année scolaire : "
            f"écrivez « {premiere}-{premiere + 1} »."
        )
    return premiere


def _jour(annee: int, mois: int, jour: int) -> Bornes:
    try:
        date = dt.date(annee, mois, jour)
    except ValueError:
        raise ValidationError(f"Le {jour:02}/{mois:02}/{annee} n’existe pas : vérifiez la date.") from None
    return date, date


def _mois(annee: int, premier: int, dernier: int) -> Bornes:
    return dt.date(annee, premier, 1), _dernier_jour(annee, dernier)


def _dernier_jour(annee: int, mois: int) -> dt.date:
    return dt.date(annee, mois, calendar.monthrange(annee, mois)[1])


def _lire_annee(trouve: re.Match[str]) -> Bornes:
    """From 1 September to 31 August."""
    annee = _annee_scolaire(trouve)
    return dt.date(annee, 9, 1), dt.date(annee + 1, 8, 31)


def _lire_jour_en_lettres(trouve: re.Match[str]) -> Bornes | None:
    mois = _MOIS.get(trouve["mois"])
    return _jour(_annee(trouve["a"]), mois, int(trouve["jour"])) if mois else None


def _lire_jour_en_chiffres(trouve: re.Match[str]) -> Bornes:
    return _jour(_annee(trouve["a"]), int(trouve["mois"]), int(trouve["jour"]))


def _lire_mois(trouve: re.Match[str]) -> Bornes | None:
    """A month or its beginning (1–10), middle (11–20), end (21–); in a civil year or a school year."""
    mois = _MOIS.get(trouve["mois"])
    if mois is None:
        return None
    annee = _annee(trouve["a"])
    if trouve["b"]:
        annee = _annee_scolaire(trouve) + (mois < 9)
    debut, fin = _mois(annee, mois, mois)
    partie = trouve["partie"]
    if partie is None:
        return debut, fin
    premier = {"debut": 1, "mi": 11, "fin": 21}[partie]
    return debut.replace(day=premier), fin if partie == "fin" else debut.replace(day=premier + 9)


def _lire_terme(trouve: re.Match[str]) -> Bornes:
    """Trimestres Sept–Dec, Jan–Mar, Apr–June; semestres Sept–Jan, Feb–June."""
    rang = _RANGS.get(trouve["rang"]) or int(trouve["rang"])
    genre = trouve["genre"][0]
    if (genre, rang) not in _TERMES:
        raise ValidationError("Une année scolaire compte trois trimestres ou deux semestres.")
    if not trouve["b"]:
        raise ValidationError(
            f"Un trimestre ou un semestre se rattache à une année scolaire : écrivez-la en entier, "
            f"par exemple « 1er trimestre {trouve['a']}-{_annee(trouve['a']) + 1} »."
        )
    annee = _annee_scolaire(trouve)
    premier, dernier = _TERMES[genre, rang]
    return dt.date(annee + (premier < 9), premier, 1), _dernier_jour(annee + (dernier < 9), dernier)


def _lire_rentree(trouve: re.Match[str]) -> Bornes:
    """The first half of September: pre-rentrée, first conseils, first meetings."""
    annee = _annee(trouve["a"])
    return dt.date(annee, 9, 1), dt.date(annee, 9, 15)


_A = "(?P<a>[0-9]{4})"
_A_OU_AB = rf"(?:de l'annee )?(?:scolaire )?{_A}(?:[-/](?P<b>[0-9]{{4}}))?"
_MOTIFS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Bornes | None]], ...] = tuple(
    (re.compile(motif), lire)
    for motif, lire in (
        (rf"(?:l'?)?(?:annee )?(?:scolaire )?{_A}[-/](?P<b>[0-9]{{4}})", _lire_annee),
        (rf"(?P<jour>[0-9]{{1,2}})(?: ?er)? (?P<mois>[a-z]+) {_A}", _lire_jour_en_lettres),
        (rf"(?P<jour>[0-9]{{1,2}})[-/](?P<mois>[0-9]{{1,2}})[-/]{_A}", _lire_jour_en_chiffres),
        (rf"{_A}-(?P<mois>[0-9]{{2}})-(?P<jour>[0-9]{{2}})", _lire_jour_en_chiffres),
        (rf"(?:(?P<partie>debut|mi|fin)[- ])?(?P<mois>[a-z]+) {_A_OU_AB}", _lire_mois),
        (
            rf"(?P<rang>[1-9])(?: ?(?:er|ere|e|eme|nd|nde))? (?P<genre>trimestre|semestre) {_A_OU_AB}",
            _lire_terme,
        ),
        (rf"(?P<rang>{'|'.join(_RANGS)}) (?P<genre>trimestre|semestre) {_A_OU_AB}", _lire_terme),
        (rf"(?P<genre>trimestre|semestre|t|s) ?(?P<rang>[1-9]) {_A_OU_AB}", _lire_terme),
        (rf"rentree (?:scolaire )?(?:de )?(?:septembre )?{_A}", _lire_rentree),
    )
)
