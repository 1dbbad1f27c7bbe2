"""Cells of the annuaire → values of our models; a ValueError holds the reason of a refusal, in French."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from reseaux.enums import EducationPrioritaire, EtatEtablissement, Secteur
from socle.texte import normaliser_recherche

EXCEL = "Le fichier semble avoir été réenregistré par un tableur : téléchargez à nouveau l’original."
#: « 2099-01-01 » stands for « not known yet ».
ANNEE_SENTINELLE = 2099

ETATS = {
    "ouvert": EtatEtablissement.OUVERT,
    "a ouvrir": EtatEtablissement.A_OUVRIR,
    "a fermer": EtatEtablissement.A_FERMER,
    "ferme": EtatEtablissement.FERME,
    # Codes of the « adresse et géolocalisation » file.
    "1": EtatEtablissement.OUVERT,
    "2": EtatEtablissement.FERME,
    "3": EtatEtablissement.A_FERMER,
}


#: Words that a name of place writes small: « Bassin du Cher ».
MOTS_OUTILS = re.compile(r"\b(De|Du|Des|La|Le|Les|Et|En|Sur|Sous|[DL]’)(?=[\s\-]|(?<=’))")


class Ecartee(Exception):
    """A value of no consequence that cannot be kept: the school is, and the preview says so."""


def lire_departement(ecrit: str) -> str:
    """Three characters, « 018 », « 02A », « 971 »: 18 is the académie d’Orléans-Tours, not the Cher."""
    if not re.fullmatch(r"\d{3}|02[AB]", ecrit, re.ASCII):
        raise ValueError(
            f"« {ecrit} » n’est pas un code de département à trois caractères (018, 02A). {EXCEL}"
        )
    return ecrit


def lire_academie(ecrit: str) -> str:
    if not re.fullmatch(r"\d{2}", ecrit, re.ASCII):
        raise ValueError(f"« {ecrit} » n’est pas un code d’académie à deux chiffres (03, 18). {EXCEL}")
    # Caen and Rouen became Normandie in 2020.
    return "70" if ecrit in {"05", "21"} else ecrit


def lire_secteur(ecrit: str) -> str:
    mot = normaliser_recherche(ecrit)
    for secteur in Secteur:
        if mot.startswith(secteur[:3]):
            return secteur
    raise ValueError(f"« {ecrit} » : le secteur attendu est « Public » ou « Privé ».")


def lire_code_postal(ecrit: str) -> str:
    if not re.fullmatch(r"\d{5}", ecrit, re.ASCII):
        raise ValueError(f"« {ecrit} » n’est pas un code postal à cinq chiffres. {EXCEL}")
    return ecrit


def lire_code_commune(ecrit: str) -> str:
    if not re.fullmatch(r"\d{5}|2[AB]\d{3}", ecrit, re.ASCII):
        raise ValueError(f"« {ecrit} » n’est pas un code de commune à cinq caractères. {EXCEL}")
    return ecrit


def lire_siret(ecrit: str) -> str:
    """Not kept; « 2,17003E+13 » betrays a copy that lost digits."""
    if re.search(r"[eE.,]", ecrit):
        raise ValueError(f"« {ecrit} » n’est pas un numéro SIRET à quatorze chiffres. {EXCEL}")
    return ecrit


def lire_jour(ecrit: str) -> dt.date | None:
    """ISO date of the portal, or None for the far-away sentinel."""
    if re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4}", ecrit):
        raise ValueError(f"« {ecrit} » : la date attendue s’écrit 2026-05-27. {EXCEL}")
    try:
        jour = dt.date.fromisoformat(ecrit[:10])
    except ValueError:
        raise ValueError(f"« {ecrit} » n’est pas une date de la forme 2026-05-27.") from None
    return None if jour.year >= ANNEE_SENTINELLE else jour


def _coordonnee(borne: int) -> Callable[[str], float]:
    def lire(ecrit: str) -> float:
        brut = ecrit.replace(",", ".")
        if not re.fullmatch(r"-?\d{1,20}(\.\d{1,20})?", brut, re.ASCII) or abs(float(brut)) > borne:
            raise ValueError(
                f"« {ecrit} » n’est pas une coordonnée en degrés, entre -{borne} et {borne}. {EXCEL}"
            )
        return float(brut)

    return lire


def lire_trois_etats(ecrit: str) -> bool:
    if ecrit not in {"0", "1"}:
        raise ValueError(f"« {ecrit} » : la valeur attendue est 1, 0 ou rien.")
    return ecrit == "1"


def lire_etat(ecrit: str) -> str:
    etat = ETATS.get(normaliser_recherche(ecrit))
    if etat is None:
        raise ValueError(f"« {ecrit} » : l’état attendu est OUVERT, A OUVRIR ou A FERMER.")
    return etat


def lire_education_prioritaire(ecrit: str) -> str:
    brut = ecrit.upper().replace(" ", "")
    if brut not in EducationPrioritaire.values:
        raise ValueError(f"« {ecrit} » : la valeur attendue est REP, REP+ ou rien.")
    return brut


def lire_telephone(ecrit: str) -> str:
    """« 0254785463 » → « 02 54 78 54 63 »; what is written otherwise (overseas) stays as it is."""
    chiffres = re.sub(r"[\s.\-]", "", ecrit)
    if re.fullmatch(r"0\d{9}", chiffres, re.ASCII):
        return " ".join(chiffres[i : i + 2] for i in range(0, 10, 2))
    if len(ecrit) > 20:
        raise Ecartee(f"« {ecrit} » est trop long pour un numéro de téléphone : il n’est pas repris.")
    return ecrit


def lire_courriel(ecrit: str) -> str:
    courriel = ecrit.lower()
    try:
        validate_email(courriel)
    except ValidationError:
        raise Ecartee(f"« {ecrit} » n’est pas une adresse électronique : elle n’est pas reprise.") from None
    return courriel


def lire_site(ecrit: str) -> str:
    site = ecrit if re.match(r"https?://", ecrit, re.IGNORECASE) else f"http://{ecrit}"
    if len(site) > 200 or not re.fullmatch(
        r"https?://[\w-]+(\.[\w-]+)+(:\d+)?([/?#]\S*)?", site, re.IGNORECASE
    ):
        raise Ecartee("Cette adresse de site est trop longue ou illisible : elle n’est pas reprise.")
    return site


def _texte(longueur: int) -> Callable[[str], str]:
    def lire(ecrit: str) -> str:
        if len(ecrit) > longueur:
            raise ValueError(f"Ce texte dépasse {longueur} caractères.")
        return typographier(ecrit)

    return lire


def typographier(ecrit: str) -> str:
    """« l'Orme » → « l’Orme », as the screens and the arrêtés write it."""
    return ecrit.replace("'", "’")


def lire_nom_de_bassin(ecrit: str) -> str:
    """« DREUX-NOGENT LE ROTROU » → « Dreux-Nogent le Rotrou »; what has small letters stays as it is."""
    nom = _texte(80)(ecrit)
    if not nom.isupper():
        return nom
    nom = MOTS_OUTILS.sub(lambda mot: mot[0].lower(), nom.title())
    return nom[0].upper() + nom[1:]


#: Our column → how its cell is read. An empty cell is never read.
CONVERTISSEURS: dict[str, Callable[[str], Any]] = {
    "academie": lire_academie,
    "nom": _texte(160),
    "commune": _texte(80),
    "code_commune": lire_code_commune,
    "code_postal": lire_code_postal,
    "latitude": _coordonnee(90),
    "longitude": _coordonnee(180),
    "telephone": lire_telephone,
    "courriel": lire_courriel,
    "site": lire_site,
    "internat": lire_trois_etats,
    "ulis": lire_trois_etats,
    "segpa": lire_trois_etats,
    "education_prioritaire": lire_education_prioritaire,
    "etat": lire_etat,
    "date_ouverture": lire_jour,
    "siret": lire_siret,
    "bassin": _texte(10),
    "nom_bassin": lire_nom_de_bassin,
}


def telephones_tronques(ecrits: Iterable[str]) -> bool:
    """Most numbers have nine digits: a spreadsheet dropped their leading zero. One alone is a slip."""
    lus = [re.sub(r"[\s.\-]", "", ecrit) for ecrit in ecrits if ecrit]
    return sum(bool(re.fullmatch(r"[1-9]\d{8}", t, re.ASCII)) for t in lus) * 2 > len(lus)


def joindre_adresse(morceaux: Iterable[str]) -> str:
    """« 6 rue Aguétant, BP 508 »; the line « 01011 BOURG EN BRESSE CEDEX » repeats the commune."""
    utiles = (m for m in morceaux if m and not re.match(r"\d{5} ", m))
    return typographier(", ".join(dict.fromkeys(utiles)))[:200]
