"""The texts of the reminders: those of the service, as an académie rewrote them, filled from a closed list.

A text is never evaluated: each « {word} » of the list is replaced by its value, once; anything else stays.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.text import Truncator

from comptes.models import Utilisateur
from planning.enums import GenreMessage
from planning.models import Jalon, ModeleDeMessage
from socle.templatetags.cio import en_toutes_lettres

BALISE = re.compile(r"\{([^{}]*)\}")
#: A subject stays readable in a list of mails.
LONGUEUR_OBJET, LONGUEUR_DANS_L_OBJET = 200, 110
NOMS_AU_PLUS = 8


class Texte(NamedTuple):
    objet: str
    corps: str


_ECHEANCE = {
    "destinataire": "la personne qui reçoit le message",
    "jalon": "ce qui est attendu, en quelques mots",
    "attendu": "ce qui est attendu, avec l’action",
    "action": "le numéro et le titre de l’action",
    "plan": "le plan de travail",
    "echeance": "la date, en toutes lettres",
    "delai": "« dans 7 jours », « demain », « depuis 9 jours »",
    "responsables": "toutes les personnes qui en répondent",
    "lien": "l’adresse de la page où répondre",
}
_RECAPITULATIF = {
    "destinataire": "la personne qui reçoit le message",
    "date": "le jour de l’envoi, en toutes lettres",
    "nombre": "« 3 échéances »",
    "liste": "les échéances, une par ligne",
    "lien": "l’adresse de la page où répondre",
}
_RELANCE = {cle: sens for cle, sens in _ECHEANCE.items() if cle != "destinataire"} | {
    "auteur": "la personne qui relance"
}
#: The words that a text may hold, and what stands in their place.
BALISES: dict[str, dict[str, str]] = {
    GenreMessage.RAPPEL: _ECHEANCE,
    GenreMessage.RETARD: _ECHEANCE,
    GenreMessage.ESCALADE: _ECHEANCE,
    GenreMessage.RECAPITULATIF: _RECAPITULATIF,
    GenreMessage.RELANCE: _RELANCE,
}

TEXTES: dict[str, Texte] = {
    GenreMessage.RAPPEL: Texte(
        "Pour le {echeance} ({delai}) : {jalon}",
        "Le plan de travail « {plan} » attend de vous, pour le {echeance} ({delai}) :\n\n– {attendu}\n\n"
        "Qui en répond : {responsables}.\n\n"
        "Pour dire que c’est fait, reporter l’échéance ou laisser un mot aux autres responsables :\n\n{lien}",
    ),
    GenreMessage.RETARD: Texte(
        "En retard {delai} : {jalon}",
        "Sauf erreur, ce que le plan de travail « {plan} » attendait pour le {echeance} n’est pas encore "
        "déclaré fait :\n\n– {attendu}\n\n"
        "Qui en répond : {responsables}.\n\n"
        "Si c’est fait, il suffit de le dire ; sinon, vous pouvez convenir d’une nouvelle date :\n\n{lien}",
    ),
    GenreMessage.ESCALADE: Texte(
        "Retard signalé, {delai} : {jalon}",
        "Une échéance du plan de travail « {plan} » est dépassée {delai}. Il était attendu, pour le "
        "{echeance} :\n\n– {attendu}\n\n"
        "Qui en répond : {responsables}.\n\n"
        "Vous pouvez relancer ces personnes ou convenir d’une nouvelle date :\n\n{lien}",
    ),
    GenreMessage.RECAPITULATIF: Texte(
        "Plan de travail : {nombre} à suivre",
        "Voici, au {date}, ce qui appelle votre attention dans le plan de travail.\n\n{liste}\n\n"
        "Pour dire ce qui est fait ou convenir d’une nouvelle date :\n\n{lien}",
    ),
    GenreMessage.RELANCE: Texte(
        "{jalon} : où en êtes-vous ?",
        "Plan de travail « {plan} », échéance du {echeance} ({delai}) :\n\n– {attendu}\n\n"
        "Pourriez-vous me dire où vous en êtes ? Si c’est fait, il suffit de le déclarer à l’adresse "
        "ci-dessous ; vous pouvez aussi y signaler une difficulté.\n\n{lien}\n\n{auteur}",
    ),
}


@dataclass(frozen=True)
class Messages:
    """The texts of every académie that rewrote some, in one query; the others have those of the service."""

    reecrits: Mapping[tuple[int, str], Texte]

    @classmethod
    def lus(cls, academie: int | None = None) -> Self:
        modeles = ModeleDeMessage.objects.order_by("pk")
        if academie is not None:
            modeles = modeles.filter(academie=academie)
        champs = modeles.values_list("academie", "genre", "objet", "corps")
        return cls({(academie, genre): Texte(objet, corps) for academie, genre, objet, corps in champs})

    def composer(self, academie: int, genre: str, valeurs: Mapping[str, str]) -> Texte:
        """The subject, on one line, and the body."""
        texte = self.reecrits.get((academie, genre), TEXTES[genre])
        courtes = {
            cle: Truncator(valeur).chars(LONGUEUR_DANS_L_OBJET, truncate="…")
            for cle, valeur in valeurs.items()
        }
        objet = " ".join(remplir(texte.objet, courtes).split())
        return Texte(Truncator(objet).chars(LONGUEUR_OBJET, truncate="…"), remplir(texte.corps, valeurs))


def remplir(texte: str, valeurs: Mapping[str, str]) -> str:
    """Each word of the list by its value; a value that holds braces is not read again."""
    return BALISE.sub(lambda trouvee: valeurs.get(trouvee[1], trouvee[0]), texte)


def verifier_texte(genre: str, texte: Texte) -> None:
    """Refuses an unknown word, a brace alone, a text without its link; says which words exist."""
    erreurs: dict[str, list[str]] = {}
    connues = BALISES[genre]
    for champ, ecrit in texte._asdict().items():
        inconnues = [mot for mot in BALISE.findall(ecrit) if mot not in connues]
        if inconnues or set("{}") & set(BALISE.sub("", ecrit)):
            fautes = ", ".join(f"{{{mot}}}" for mot in inconnues) or "une accolade isolée"
            possibles = ", ".join(f"{{{mot}}}" for mot in connues)
            erreurs.setdefault(champ, []).append(
                f"Ce texte contient {fautes}. Les mots entre accolades possibles sont : {possibles}."
            )
    obligatoires = ("lien", "liste") if genre == GenreMessage.RECAPITULATIF else ("lien",)
    for mot in obligatoires:
        if f"{{{mot}}}" not in texte.corps:
            erreurs.setdefault("corps", []).append(f"Gardez {{{mot}}} : le message ne peut pas s’en passer.")
    if erreurs:
        raise ValidationError(erreurs)


# --- Values ----------------------------------------------------------------------------------------


def valeurs_de_l_echeance(
    jalon: Jalon, jour: dt.date, responsables: Iterable[Utilisateur], lien: str
) -> dict[str, str]:
    """What stands for each word about one milestone (`action__plan` joined)."""
    return {
        "jalon": _une_ligne(jalon.intitule),
        "attendu": attendu(jalon),
        "action": f"n° {jalon.action.numero} : {_une_ligne(jalon.action.titre)}",
        "plan": jalon.action.plan.titre,
        "echeance": jour_en_mots(jalon.echeance),
        "delai": delai_en_mots(jalon.echeance, jour),
        "responsables": noms(responsables),
        "lien": lien,
    }


def attendu(jalon: Jalon) -> str:
    """« Réunir les chefs (action n° 3 : …) »; the end of an action is the action itself."""
    action = f"n° {jalon.action.numero} : {_une_ligne(jalon.action.titre)}"
    return (
        f"Terminer l’action {action}"
        if jalon.est_final
        else f"{_une_ligne(jalon.intitule)} (action {action})"
    )


def jour_en_mots(jour: dt.date) -> str:
    """« lundi 1er mars 2027 »."""
    return f"{date_format(jour, 'l')} {en_toutes_lettres(jour)}"


def delai_en_mots(echeance: dt.date, jour: dt.date) -> str:
    """« dans 7 jours », « demain », « aujourd’hui », « depuis hier », « depuis 9 jours »."""
    jours = (echeance - jour).days
    proches = {0: "aujourd’hui", 1: "demain", -1: "depuis hier"}
    if jours in proches:
        return proches[jours]
    return f"dans {jours} jours" if jours > 0 else f"depuis {-jours} jours"


def noms(personnes: Iterable[Utilisateur]) -> str:
    """« Claire MARTIN, Paul DURAND et 3 autres »."""
    ecrits = [str(personne) for personne in personnes]
    reste = len(ecrits) - NOMS_AU_PLUS
    if reste > 0:
        return f"{', '.join(ecrits[:NOMS_AU_PLUS])} et {reste} autre{'s' if reste > 1 else ''}"
    return ", ".join(ecrits) or "plus personne en poste"


def nombre_en_mots(nombre: int) -> str:
    return f"{nombre} échéance{'s' if nombre > 1 else ''}"


def _une_ligne(texte: str) -> str:
    return " ".join(texte.split())


# --- Layout ----------------------------------------------------------------------------------------


class Bloc(NamedTuple):
    """A paragraph, or the lines of a list (« – » before each)."""

    texte: str
    puces: list[str]


def blocs(corps: str) -> list[Bloc]:
    """The text cut at its blank lines, for the HTML of the mail and the preview alike."""
    lus = []
    for paragraphe in re.split(r"\n\s*\n", corps.replace("\r\n", "\n").strip()):
        lignes = paragraphe.strip().split("\n")
        puces = [ligne.removeprefix("–").strip() for ligne in lignes if ligne.startswith("–")]
        lus.append(Bloc("", puces) if len(puces) == len(lignes) else Bloc(paragraphe.strip(), []))
    return lus
