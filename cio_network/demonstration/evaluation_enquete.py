"""The surveys of a département: one closed, with its results and what they mask, one being prepared."""

from __future__ import annotations

import datetime as dt
import re
from random import Random

from cio_network.demonstration.personnes import Equipe
from evaluation.enums import GenreQuestion
from evaluation.models import Enquete, Question
from evaluation.services.enquete_conduite import clore_enquete, lancer_enquete
from evaluation.services.enquete_preparation import creer_enquete
from evaluation.services.enquete_reponse import deposer_reponse
from reseaux.models import Departement
from socle.models import Courriel

#: Days between the opening of the closed survey and today, and how long it stayed open.
OUVERTE_DEPUIS, DUREE = dt.timedelta(days=64), dt.timedelta(days=27)
LIEN = re.compile(r"/enquetes/repondre/([\w-]+)/")
INTRODUCTION = (
    "Cette enquête dit où nous en sommes de la qualité de vie au travail, avant que l’organisation en "
    "réseaux n’ait produit tous ses effets. Elle sera refaite dans un an, avec les mêmes questions."
)
#: What is answered on average, near the figures that the DEPP published (satisfaction 5.9, charge 7.4…).
MOYENNES = {
    "satisfaction": 6,
    "charge": 7,
    "autonomie": 7,
    "reconnaissance": 5,
    "equipe": 8,
    "equilibre": 5,
    "sens": 8,
    "deplacements": 5,
    "deux_autorites": 6,
    "equipement": 4,
    "epuisement": 6,
    "remuneration": 4,
    "perspectives": 3,
    "qui_decide": 5,
}
TEXTES = (
    "Garder les journées entières dans un même lycée : on y connaît enfin les équipes.",
    "Le réseau donne des interlocuteurs, mais les trajets du lundi sont trop longs.",
    "Il manque un bureau fermé dans deux collèges.",
    "Les réunions de réseau sont utiles quand l’ordre du jour arrive avant.",
    "Mieux dire qui décide quand le collège et le CIO demandent la même demi-journée.",
    "Plus de temps au CIO pendant les vœux, moins en novembre.",
    "Garder les deux PsyEN par lycée tête de réseau.",
    "Prévoir un remplacement quand l’un de nous est absent longtemps.",
    "Un calendrier commun aux établissements du réseau ferait gagner du temps.",
)


def charger_enquetes(departement: Departement, equipe: Equipe, aujourd_hui: dt.date) -> None:
    """Everyone answers but one in six; in one CIO, too few do: it is masked, and another with it."""
    ouverture = aujourd_hui - OUVERTE_DEPUIS
    enquete = creer_enquete(
        perimetre=equipe.ien_io,
        departement=departement,
        titre="Qualité de vie au travail des PsyEN",
        introduction=INTRODUCTION,
        date_ouverture=ouverture,
        date_fermeture=ouverture + DUREE,
        avec_questionnaire_type=True,
    )
    enquete = lancer_enquete(perimetre=equipe.ien_io, enquete=enquete, jour=ouverture)
    _repondre(enquete, ouverture)
    clore_enquete(perimetre=equipe.ien_io, enquete=enquete, jour=ouverture + DUREE + dt.timedelta(days=1))
    creer_enquete(
        perimetre=equipe.ien_io,
        departement=departement,
        titre="Qualité de vie au travail des PsyEN, un an après",
        introduction="Les mêmes questions que l’an dernier, pour mesurer ce qui a changé.",
        date_ouverture=aujourd_hui + dt.timedelta(days=120),
        date_fermeture=aujourd_hui + dt.timedelta(days=148),
        avec_questionnaire_type=True,
    )


def _repondre(enquete: Enquete, ouverture: dt.date) -> None:
    """By the link that each received, as if on the third day."""
    hasard, questions = Random(41), list(enquete.questions.dans_l_ordre())  # noqa: S311 - a fiction
    invitations = enquete.invitations.order_by("cio__nom", "pk").values_list("pk", "cio__commune")
    silencieux = _petit_cio([commune for _, commune in invitations])
    textes, du_petit = iter(TEXTES), 0
    for rang, (pk, commune) in enumerate(invitations):
        du_petit += commune == silencieux
        if rang % 6 == 5 or (commune == silencieux and du_petit > 3):
            continue
        courriel = Courriel.objects.get(cle=f"evaluation.enquete:{pk}:invitation")
        trouve = LIEN.search(courriel.corps_texte)
        assert trouve is not None  # noqa: S101 - the invitation was written a moment ago
        texte = next(textes, "") if rang % 3 else ""
        reponses = {question.pk: _valeur(question, hasard, texte) for question in questions}
        deposer_reponse(jeton=trouve[1], reponses=reponses, jour=ouverture + dt.timedelta(days=2))


def _petit_cio(communes: list[str]) -> str:
    """The CIO of which too few answer: the smallest, when there are several."""
    presents = sorted(set(communes))
    return min(presents, key=communes.count) if len(presents) > 2 else ""


def _valeur(question: Question, hasard: Random, texte: str):
    if question.genre == GenreQuestion.ECHELLE:
        return min(10, max(0, round(hasard.gauss(MOYENNES[question.dimension], 2.2))))
    if question.genre == GenreQuestion.CHOIX_MULTIPLE:
        return [rang for rang in range(len(question.choix)) if hasard.random() < 0.65 - rang / 9]
    return texte
