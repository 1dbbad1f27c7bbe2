"""The results of closed surveys, as read by the page, the PDF, the exports and the indicators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from evaluation.enums import DIMENSIONS_A_REDUIRE, Dimension, EtatEnquete, GenreQuestion
from evaluation.models import Enquete, Question, Reponse, ResultatEnquete
from evaluation.selectors.enquete_publication import Agregat, GroupePublie, Publication, lire_publication
from reseaux.models import Departement

MASQUE = "masqué"


@dataclass(frozen=True)
class QuestionLue:
    """A closed question and its figures; `par_groupe` follows the groups, None where nothing is shown."""

    question: Question
    agregat: Agregat
    par_groupe: tuple[Agregat | None, ...]

    @property
    def est_a_reduire(self) -> bool:
        """The higher, the worse."""
        return self.question.dimension in DIMENSIONS_A_REDUIRE

    @property
    def a_des_moyennes_par_groupe(self) -> bool:
        return any(agregat is not None for agregat in self.par_groupe)


@dataclass(frozen=True)
class TextesLus:
    """A free-text question; `textes` is None when they may not be shown."""

    question: Question
    textes: Sequence[str] | None


@dataclass(frozen=True)
class Resultats:
    """All that is published of one survey."""

    enquete: Enquete
    publication: Publication
    questions: Sequence[QuestionLue]
    textes: Sequence[TextesLus]

    @property
    def groupes(self) -> Sequence[GroupePublie]:
        return self.publication.groupes

    @property
    def participation(self) -> Decimal | None:
        return taux(self.publication)

    @property
    def echelles(self) -> list[QuestionLue]:
        return [lue for lue in self.questions if lue.question.genre == GenreQuestion.ECHELLE]

    @property
    def choix(self) -> list[QuestionLue]:
        return [lue for lue in self.questions if lue.question.genre != GenreQuestion.ECHELLE]


def lire_resultats(enquete: Enquete) -> Resultats:
    """Of a closed survey; `ResultatEnquete.DoesNotExist` before: the figures do not exist yet."""
    publication = lire_publication(ResultatEnquete.objects.get(enquete=enquete), enquete.seuil)
    questions = list(enquete.questions.dans_l_ordre())
    libres = [question for question in questions if question.genre == GenreQuestion.TEXTE_LIBRE]
    return Resultats(
        enquete=enquete,
        publication=publication,
        questions=[
            QuestionLue(question, publiee.agregat, publiee.par_groupe)
            for question in questions
            if (publiee := publication.question(question.pk)) is not None
        ],
        textes=_lire_textes(libres, publication) if publication.reponses is not None else [],
    )


def _lire_textes(libres: Sequence[Question], publication: Publication) -> list[TextesLus]:
    """By their identifier, drawn at random: an order that says nothing, and the same at each reading."""
    textes: dict[int, list[str]] = {question.pk: [] for question in libres}
    reponses = Reponse.objects.filter(question__in=publication.textes).order_by("id")
    for question, texte in reponses.values_list("question", "texte"):
        textes[question].append(texte)
    return [
        TextesLus(question, textes[question.pk] if question.pk in publication.textes else None)
        for question in libres
    ]


def taux(publication: Publication) -> Decimal | None:
    """Answers for a hundred persons invited, one decimal; None below the threshold."""
    if publication.reponses is None:
        return None
    return _pour_cent(publication.reponses, publication.invites)


def _pour_cent(reponses: int, invites: int) -> Decimal:
    return (Decimal(100) * reponses / invites).quantize(Decimal("0.1"))


# --- For the indicators -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mesuree:
    """A figure of a survey: `valeur` for `n` persons, or why there is none (« moins de 5 réponses »)."""

    enquete: Enquete
    valeur: Decimal | None
    n: int | None
    motif: str = ""
    #: Of the participation rate: persons invited.
    invites: int | None = None


def enquetes_closes(departement: Departement, debut: dt.date, fin: dt.date) -> list[Enquete]:
    """Those of the département closed between these days, the last one first, with their questions and all
    that is published: two queries, and none for the figures below.
    """
    closes = Enquete.objects.filter(
        departement=departement, etat=EtatEnquete.CLOSE, close_le__gte=debut, close_le__lte=fin
    )
    lues = closes.select_related("resultat").prefetch_related("questions")
    return list(lues.order_by("-close_le", "-pk"))


def participation(enquete: Enquete) -> Mesuree:
    """I24: answers for a hundred PsyEN invited (%, one decimal), of a closed survey; no figure below the
    threshold.
    """
    publication = lire_publication(enquete.resultat, enquete.seuil)
    valeur = taux(publication)
    motif = "" if valeur is not None else _trop_peu(enquete)
    return Mesuree(enquete, valeur, publication.reponses, motif, publication.invites)


def participations_par_cio(enquete: Enquete) -> dict[int, Mesuree]:
    """CIO → the same rate, for those that stand alone and may be shown; gathered or hidden ones are
    absent.
    """
    publication = lire_publication(enquete.resultat, enquete.seuil)
    return {
        groupe.cios[0]: Mesuree(
            enquete, _pour_cent(groupe.reponses, groupe.invites), groupe.reponses, "", groupe.invites
        )
        for groupe in publication.groupes
        if groupe.reponses is not None and len(groupe.cios) == 1
    }


def moyenne_de_dimension(enquete: Enquete, dimension: Dimension) -> Mesuree:
    """I23, I25: mean of a scale out of 10 (one decimal), for the whole survey, and how many answered."""
    question, publication = _publication_de(enquete, dimension)
    publiee = publication.question(question.pk) if question else None
    if publication.reponses is None:
        return Mesuree(enquete, None, None, _trop_peu(enquete))
    if publiee is None:
        return Mesuree(enquete, None, None, "aucune question ne mesure cette dimension")
    agregat = publiee.agregat
    if agregat.moyenne is None:
        raison = "réponses homogènes" if agregat.homogene else "réponses trop proches d’une extrémité"
        return Mesuree(enquete, None, agregat.n, f"{raison} : la moyenne dirait celle de chacun")
    return Mesuree(enquete, agregat.moyenne, agregat.n)


def moyennes_par_cio(enquete: Enquete, dimension: Dimension) -> dict[int, Mesuree]:
    """CIO → mean of the same scale, for the CIO that stand alone and may be shown; gathered or masked ones
    are absent.
    """
    question, publication = _publication_de(enquete, dimension)
    publiee = publication.question(question.pk) if question else None
    if publiee is None:
        return {}
    return {
        groupe.cios[0]: Mesuree(enquete, agregat.moyenne, agregat.n)
        for groupe, agregat in zip(publication.groupes, publiee.par_groupe, strict=True)
        if agregat is not None and len(groupe.cios) == 1
    }


def _publication_de(enquete: Enquete, dimension: Dimension) -> tuple[Question | None, Publication]:
    publication = lire_publication(enquete.resultat, enquete.seuil)
    # One question at most measures a dimension (database).
    return next((q for q in enquete.questions.all() if q.dimension == dimension), None), publication


def _trop_peu(enquete: Enquete) -> str:
    return f"moins de {enquete.seuil} réponses"
