"""What the preview of a text shows: an action and persons that do not exist."""

from planning.enums import GenreMessage
from planning.selectors.messages import Messages, Texte

_LIEN = "https://reseaux-cio.example/plan/jalons/1/"
_VALEURS = {
    "destinataire": "Claire MARTIN",
    "jalon": "Réunir les chefs d’établissement du bassin",
    "attendu": "Réunir les chefs d’établissement du bassin (action n° 8 : Présenter le cadre expérimental)",
    "action": "n° 8 : Présenter le cadre expérimental",
    "plan": "Plan de travail de l’année",
    "echeance": "jeudi 11 mars 2027",
    "delai": "dans 7 jours",
    "responsables": "Claire MARTIN, Paul DURAND",
    "auteur": "Anne LEROY, IEN-IO",
    "lien": _LIEN,
    "date": "4 mars 2027",
    "nombre": "2 échéances",
    "liste": "En retard :\n\n"
    "– lundi 1er mars 2027 (depuis 3 jours) : Terminer l’action n° 5 : Définir les critères. "
    "Qui en répond : Claire MARTIN.\n\n"
    "À venir :\n\n"
    "– jeudi 11 mars 2027 (dans 7 jours) : Réunir les chefs d’établissement du bassin "
    "(action n° 8 : Présenter le cadre expérimental). Qui en répond : Claire MARTIN, Paul DURAND.",
}
_DEPASSE = {"echeance": "mardi 23 février 2027", "delai": "depuis 9 jours"}


def apercu(genre: GenreMessage, texte: Texte) -> Texte:
    """The mail as it would leave, with examples in place of the words between braces."""
    depasse = genre in (GenreMessage.RETARD, GenreMessage.ESCALADE)
    valeurs = _VALEURS | (_DEPASSE if depasse else {})
    return Messages({(0, genre): texte}).composer(0, genre, valeurs)
