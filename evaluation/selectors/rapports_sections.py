"""The sections of a report: those written, then those that the campaign has brought since."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from evaluation.enums import GenreSection
from evaluation.models import Rapport, SectionRapport
from evaluation.selectors.definitions import Definition, definitions

#: Title of the part where stand the figures that serve no objective.
SANS_OBJECTIF = "Autres indicateurs"
AVANT_LES_OBJECTIFS = (GenreSection.RESUME, GenreSection.SYNTHESE)
APRES_LES_OBJECTIFS = (GenreSection.ENQUETE, GenreSection.METHODE, GenreSection.ANNEXES)


def cle_de_l_objectif(objectif: str) -> str:
    """The same text is the same section, from one version to the next."""
    return f"objectif-{sha256(objectif.encode()).hexdigest()[:10]}"


def sections_de(rapport: Rapport, definies: Iterable[Definition] | None = None) -> list[SectionRapport]:
    """In their order; those of an issued report as they were written. In a draft, an objective that came with
    the campaign since is added at its usual place; one that is gone keeps its section only if something is
    written in it.
    """
    ecrites = list(rapport.sections.order_by("rang", "pk"))
    if rapport.est_emis:
        return ecrites
    proposees = sections_proposees(rapport, definitions(rapport.campagne) if definies is None else definies)
    cles = {section.cle for section in proposees}
    gardees = [section for section in ecrites if section.cle in cles or section.commentaire]
    if not gardees:
        return proposees
    connues = {section.cle for section in gardees}
    precedente: str | None = None
    for proposee in proposees:
        if proposee.cle not in connues:
            rangs = [s.cle for s in gardees]
            place = rangs.index(precedente) + 1 if precedente in rangs else 0
            gardees.insert(place, proposee)
        precedente = proposee.cle
    return _numeroter(gardees)


def sections_proposees(rapport: Rapport, definies: Iterable[Definition]) -> list[SectionRapport]:
    """What a new report holds, unsaved."""
    objectifs = list(dict.fromkeys(definition.objectif for definition in definies))
    # Those without an objective come last, whatever their rank.
    objectifs.sort(key=lambda objectif: objectif == "")
    sections = [
        *(_fixe(rapport, genre) for genre in AVANT_LES_OBJECTIFS),
        *(_objectif(rapport, objectif) for objectif in objectifs),
        *(_fixe(rapport, genre) for genre in APRES_LES_OBJECTIFS),
    ]
    return _numeroter(sections)


def _fixe(rapport: Rapport, genre: GenreSection) -> SectionRapport:
    return SectionRapport(rapport=rapport, cle=genre.value, genre=genre, titre=str(genre.label))


def _objectif(rapport: Rapport, objectif: str) -> SectionRapport:
    return SectionRapport(
        rapport=rapport,
        cle=cle_de_l_objectif(objectif),
        genre=GenreSection.OBJECTIF,
        titre=objectif or SANS_OBJECTIF,
    )


def _numeroter(sections: list[SectionRapport]) -> list[SectionRapport]:
    for rang, section in enumerate(sections, start=1):
        section.rang = rang
    return sections
