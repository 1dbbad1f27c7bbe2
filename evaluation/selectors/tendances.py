"""A figure in words: its unit, what it became since another campaign, how far it stands from its target."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from evaluation.enums import Sens, Unite
from evaluation.selectors.definitions import Definition
from socle.tableurs.valeurs import texte_de_nombre

NBSP = "\u00a0"
SUFFIXES = {
    Unite.POURCENTAGE: f"{NBSP}%",
    Unite.HEURES: f"{NBSP}h",
    Unite.JOURS: f"{NBSP}jours",
    Unite.KILOMETRES: f"{NBSP}km",
    Unite.NOTE: f"{NBSP}/{NBSP}10",
}
#: A difference of percentages is told in points.
SUFFIXES_DES_ECARTS = SUFFIXES | {Unite.POURCENTAGE: f"{NBSP}points", Unite.NOTE: f"{NBSP}points"}
SINGULIERS = {f"{NBSP}points": f"{NBSP}point", f"{NBSP}jours": f"{NBSP}jour"}


def ecrire_nombre(valeur: Decimal) -> str:
    """« 1 234,5 »: two decimals at most, none useless, groups of three."""
    entier, virgule, decimales = texte_de_nombre(round(valeur, 2)).partition(",")
    signe, chiffres = ("-", entier[1:]) if entier.startswith("-") else ("", entier)
    return f"{signe}{int(chiffres):,}".replace(",", "\u202f") + virgule + decimales


def ecrire_valeur(valeur: Decimal | None, unite: str) -> str:
    """« 85,3 % », « 4,1 h », « 6,5 / 10 »; a dash when there is none."""
    return "–" if valeur is None else ecrire_nombre(valeur) + _suffixe(SUFFIXES, valeur, unite)


def ecrire_ecart(ecart: Decimal, unite: str) -> str:
    """« +2,4 points », « −3 jours », « 0 »."""
    arrondi = round(ecart, 2)
    signe = "+" if arrondi > 0 else "−" if arrondi < 0 else ""
    return f"{signe}{_sans_signe(arrondi, unite)}"


def _sans_signe(ecart: Decimal, unite: str) -> str:
    return ecrire_nombre(abs(ecart)) + _suffixe(SUFFIXES_DES_ECARTS, ecart, unite)


def _suffixe(suffixes: dict[Unite, str], valeur: Decimal, unite: str) -> str:
    suffixe = suffixes.get(Unite(unite), "")
    return SINGULIERS.get(suffixe, suffixe) if abs(valeur) < 2 else suffixe


@dataclass(frozen=True)
class Ecart:
    """A difference, and what it means: `favorable` is None where neither way is better."""

    ecart: Decimal
    #: « +2,4 points »; empty when nothing moved.
    signe: str
    mots: str
    favorable: bool | None = None


def tendance(definition: Definition, avant: Decimal, apres: Decimal) -> Ecart:
    """What the figure became, and whether it goes the way that the indicator wants."""
    ecart = round(apres - avant, 2)
    signe = ecrire_ecart(ecart, definition.unite)
    if not ecart:
        return Ecart(ecart, "", "stable")
    favorable = _va_dans_le_bon_sens(definition, avant, apres)
    mouvement = "en hausse" if ecart > 0 else "en baisse"
    if definition.sens == Sens.CIBLE and favorable is not None:
        suite = ", se rapproche de la cible" if favorable else ", s’éloigne de la cible"
    else:
        suite = {True: ", dans le sens attendu", False: ", à l’inverse du sens attendu", None: ""}[favorable]
    return Ecart(ecart, signe, mouvement + suite, favorable)


def _va_dans_le_bon_sens(definition: Definition, avant: Decimal, apres: Decimal) -> bool | None:
    if definition.sens == Sens.HAUSSE:
        return apres > avant
    if definition.sens == Sens.BAISSE:
        return apres < avant
    if definition.sens == Sens.CIBLE and definition.cible is not None:
        loin, pres = abs(avant - definition.cible), abs(apres - definition.cible)
        return None if loin == pres else pres < loin
    return None


def ecart_a_la_cible(definition: Definition, valeur: Decimal) -> Ecart | None:
    """How far from the target, None without one: « cible atteinte », « 4,7 points sous la cible »."""
    if definition.cible is None:
        return None
    ecart = round(valeur - definition.cible, 2)
    signe = ecrire_ecart(ecart, definition.unite)
    atteinte = {
        Sens.HAUSSE: ecart >= 0,
        Sens.BAISSE: ecart <= 0,
        Sens.CIBLE: not ecart,
    }.get(Sens(definition.sens))
    if atteinte:
        return Ecart(ecart, signe, "cible atteinte", True)
    if not ecart:
        return Ecart(ecart, signe, "à la cible")
    cote = "au-dessus de la cible" if ecart > 0 else "sous la cible"
    return Ecart(ecart, signe, f"{_sans_signe(ecart, definition.unite)} {cote}", atteinte)
