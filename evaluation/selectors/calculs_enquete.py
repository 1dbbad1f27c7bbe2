"""What the PsyEN answered: I24 participation, I23 and I25 means of the scales of the survey of the year.

The survey publishes its own figures, protected when it closes (`enquete_protection`); what it hides is hidden
here. `petits_effectifs` looks at them once more, as at any figure about persons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from django.urls import reverse

from evaluation.enums import DIMENSIONS_A_REDUIRE, Dimension, Niveau
from evaluation.models import Enquete
from evaluation.selectors.calcul import Contexte, LignesComptees, Resultat, calcul
from evaluation.selectors.enquete_resultats import (
    Mesuree,
    enquetes_closes,
    moyenne_de_dimension,
    moyennes_par_cio,
    participation,
    participations_par_cio,
)
from evaluation.selectors.statistiques import arrondir
from evaluation.selectors.territoires import territoires
from reseaux.perimetre import Perimetre

CACHE = "non publié : moins de {seuil} réponses, ou CIO regroupé avec un autre"
DEFINITION = """Moyenne, sur 10, des réponses à la question « {question} » de la dernière enquête sur la
qualité de vie au travail close dans l’année scolaire, au plus tard le jour observé{sens}.
Dénominateur : PsyEN qui ont répondu.
Exclus : les PsyEN qui n’ont pas répondu ; toute moyenne de moins de cinq réponses, ou qui permettrait de
connaître celle d’un groupe de moins de cinq personnes ou la réponse de chacun. Les réponses sont anonymes."""


def enquetes_de_l_annee(contexte: Contexte) -> list[Enquete]:
    """Closed since the rentrée and by the day observed, the last one first, with all that is published."""

    return contexte.lire(
        "enquetes", lambda: enquetes_closes(contexte.departement, contexte.annee.debut, contexte.jour)
    )


def _resultats(
    contexte: Contexte,
    enquete: Enquete | None,
    tout: Callable[[Enquete], Mesuree],
    par_cio: Callable[[Enquete], Mapping[int, Mesuree]],
    sans_enquete: str,
) -> list[Resultat]:
    """Of the département and of each CIO that the survey shows alone."""
    if enquete is None:
        motif = f"non calculable : {sans_enquete}"
        return [replace(territoire, motif=motif) for territoire in territoires(contexte, Niveau.CIO)]
    des_cios = par_cio(enquete)
    cache = CACHE.format(seuil=enquete.seuil)
    return [
        _dire(territoire, tout(enquete) if territoire.cio is None else des_cios.get(territoire.cio), cache)
        for territoire in territoires(contexte, Niveau.CIO)
    ]


def _dire(territoire: Resultat, mesuree: Mesuree | None, cache: str) -> Resultat:
    if mesuree is None:
        return replace(territoire, motif=cache)
    if mesuree.valeur is None:
        return replace(territoire, motif=f"non publié : {mesuree.motif}")
    return replace(
        territoire,
        valeur=arrondir(mesuree.valeur),
        numerateur=_nombre(mesuree.n) if mesuree.invites else None,
        denominateur=_nombre(mesuree.invites or mesuree.n),
        personnes=mesuree.n,
    )


def _nombre(nombre: int | None) -> Decimal | None:
    return None if nombre is None else arrondir(nombre)


# --- Rows: the surveys, never an answer ---------------------------------------------------------------


def _enquetes_lues(contexte: Contexte, perimetre: Perimetre, territoire: Resultat) -> LignesComptees:
    visibles = set(
        Enquete.objects.dans_perimetre(perimetre)
        .filter(departement=contexte.departement)
        .values_list("pk", flat=True)
    )
    lues = [enquete for enquete in enquetes_de_l_annee(contexte) if enquete.pk in visibles]
    return LignesComptees(
        ("Enquête", "Close le", "PsyEN invités"),
        [(enquete.titre, enquete.close_le, enquete.resultat.invites) for enquete in lues],
        [reverse("evaluation:enquete", args=[enquete.pk]) for enquete in lues],
        "Les réponses sont anonymes : aucune n’est montrée.",
    )


# --- I24 ----------------------------------------------------------------------------------------------


@calcul(
    "enquete_participation",
    "Participation à l’enquête sur la qualité de vie au travail",
    lignes=_enquetes_lues,
)
def participation_a_l_enquete(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : PsyEN qui ont répondu à la dernière enquête sur la qualité de vie au travail close dans
    l’année scolaire, au plus tard le jour observé.
    Dénominateur : PsyEN invités à y répondre.
    Exclus : les enquêtes encore ouvertes. Rien n’est publié au-dessous de cinq réponses, ni ce qui
    permettrait d’en déduire moins.
    """
    derniere = next(iter(enquetes_de_l_annee(contexte)), None)
    return _resultats(
        contexte, derniere, participation, participations_par_cio, "aucune enquête n’est close dans l’année"
    )


# --- I23, I25: one figure for each dimension ----------------------------------------------------------


def _mesurer_dimension(dimension: Dimension) -> Callable[[Contexte], Iterable[Resultat]]:
    def mesurer(contexte: Contexte) -> Iterable[Resultat]:
        qui_la_mesurent = (
            enquete
            for enquete in enquetes_de_l_annee(contexte)
            if any(question.dimension == dimension for question in enquete.questions.all())
        )
        return _resultats(
            contexte,
            next(qui_la_mesurent, None),
            lambda enquete: moyenne_de_dimension(enquete, dimension),
            lambda enquete: moyennes_par_cio(enquete, dimension),
            "aucune enquête close dans l’année ne mesure cette dimension",
        )

    sens = " : plus c’est élevé, moins c’est bon" if dimension in DIMENSIONS_A_REDUIRE else ""
    mesurer.__doc__ = DEFINITION.format(question=dimension.label, sens=sens)
    return mesurer


for _dimension in Dimension:
    calcul(f"enquete_{_dimension}", f"Enquête : {_dimension.label}", lignes=_enquetes_lues)(
        _mesurer_dimension(_dimension)
    )
