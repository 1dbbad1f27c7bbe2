"""Fictional people: combinations of common names, drawn in a fixed order."""

from collections.abc import Iterator

from socle.texte import normaliser_recherche

PRENOMS = [
    "Claire",
    "Julien",
    "Nadia",
    "Thomas",
    "Sophie",
    "Karim",
    "Élodie",
    "Antoine",
    "Fatou",
    "Vincent",
    "Camille",
    "Hugo",
    "Amina",
    "Laurent",
    "Inès",
    "Mathieu",
    "Sarah",
    "Olivier",
    "Léa",
    "Bruno",
    "Yasmine",
    "Étienne",
    "Maud",
    "Samir",
    "Hélène",
    "Nicolas",
    "Anaïs",
    "Rémi",
    "Louise",
    "Mehdi",
    "Agathe",
    "Pascal",
    "Juliette",
    "Adrien",
    "Mariam",
    "Fabien",
    "Céline",
    "Tanguy",
    "Odile",
    "Baptiste",
]
NOMS = [
    "Morel",
    "Lefèvre",
    "Garnier",
    "Benali",
    "Rousseau",
    "Perrin",
    "Diallo",
    "Chevalier",
    "Marchand",
    "Fontaine",
    "Roux",
    "Girard",
    "Lemaire",
    "Haddad",
    "Aubert",
    "Renaud",
    "Masson",
    "Barbier",
    "Colin",
    "Traoré",
    "Vidal",
    "Picard",
    "Leclerc",
    "Huet",
    "Royer",
    "Besson",
    "Carpentier",
    "Gaillard",
    "Prévost",
    "Lacroix",
    "Meunier",
    "Cordier",
    "Bertin",
    "Tessier",
    "Guyot",
    "Blondel",
    "Delorme",
    "Faivre",
    "Joubert",
    "Pasquier",
    "Tournier",
    "Mallet",
]
DOMAINE = "demo.reseaux-cio.example"


def personnes() -> Iterator[tuple[str, str]]:
    """(prénom, nom), in an order that mixes both lists."""
    for rang in range(len(PRENOMS) * len(NOMS)):
        yield PRENOMS[rang % len(PRENOMS)], NOMS[(rang * 5 + rang // len(NOMS)) % len(NOMS)]


def adresse(*mots: str) -> str:
    """« claire.morel@… » from the words given."""
    local = ".".join(normaliser_recherche(mot).replace(" ", "-") for mot in mots)
    return f"{local}@{DOMAINE}"
