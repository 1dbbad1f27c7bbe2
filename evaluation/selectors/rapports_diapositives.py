"""The slides of the réunion bilan: one idea a page, the figure in large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.enums import GenreSection
from evaluation.selectors.rapports_contenu import ContenuRapport, LigneIndicateur, Partie

#: Characters of a text that one reads from the back of the room.
LISIBLE = 900


@dataclass(frozen=True)
class Diapositive:
    """A page: its kind names its template, its title is its only idea."""

    genre: str
    titre: str
    surtitre: str = ""
    textes: Sequence[str] = ()
    ligne: LigneIndicateur | None = None
    lignes: Sequence[LigneIndicateur] = ()


def diapositives(contenu: ContenuRapport) -> list[Diapositive]:
    """After the title page, the sections that are kept, in their order."""
    vues: list[Diapositive] = []
    for partie in contenu.parties:
        lecteur = LECTEURS.get(GenreSection(partie.section.genre))
        if lecteur is not None:
            vues += lecteur(contenu, partie)
    return vues


def _resume(contenu: ContenuRapport, partie: Partie) -> list[Diapositive]:
    vues = [Diapositive("mesure", "Ce qui a été mesuré")]
    if partie.section.commentaire:
        vues += _textes("À retenir", partie.section.commentaire)
    return vues


def _synthese(contenu: ContenuRapport, partie: Partie) -> list[Diapositive]:
    textes = [partie.section.commentaire, contenu.synthese.texte if contenu.synthese else ""]
    return [vue for texte in textes if texte for vue in _textes("La synthèse de l’IEN-IO", texte)]


def _objectif(contenu: ContenuRapport, partie: Partie) -> list[Diapositive]:
    """The objective with its criteria, what is said of it, then one page for each figure that is known."""
    vues = [Diapositive("objectif", partie.section.titre, textes=partie.criteres, lignes=partie.lignes)]
    if partie.section.commentaire:
        vues += _textes(partie.section.titre, partie.section.commentaire)
    return vues + [
        Diapositive("chiffre", ligne.definition.libelle, partie.section.titre, ligne=ligne)
        for ligne in partie.lignes
        if ligne.est_connu
    ]


def _enquete(contenu: ContenuRapport, partie: Partie) -> list[Diapositive]:
    """How many answered and the means of the whole; the choices and the CIO are in the report."""
    vues = []
    if contenu.enquete is not None and contenu.enquete.publication.reponses is not None:
        vues.append(Diapositive("enquete", "Qualité de vie au travail", "Ce qu’ont répondu les PsyEN"))
    if partie.section.commentaire:
        vues += _textes("Qualité de vie au travail", partie.section.commentaire)
    return vues


def _methode(contenu: ContenuRapport, partie: Partie) -> list[Diapositive]:
    return [Diapositive("methode", "Lire ces chiffres avec prudence", lignes=contenu.externes)]


def _textes(titre: str, texte: str) -> list[Diapositive]:
    """Cut between paragraphs, so that each page stays readable; a longer paragraph has its own page."""
    pages: list[list[str]] = [[]]
    for paragraphe in filter(None, (ligne.strip() for ligne in texte.splitlines())):
        if pages[-1] and sum(map(len, pages[-1])) + len(paragraphe) > LISIBLE:
            pages.append([])
        pages[-1].append(paragraphe)
    return [
        Diapositive("texte", titre if rang == 0 else f"{titre} (suite)", textes=page)
        for rang, page in enumerate(pages)
    ]


LECTEURS = {
    GenreSection.RESUME: _resume,
    GenreSection.SYNTHESE: _synthese,
    GenreSection.OBJECTIF: _objectif,
    GenreSection.ENQUETE: _enquete,
    GenreSection.METHODE: _methode,
}
