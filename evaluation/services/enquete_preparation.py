"""The builder of a survey: its settings, its questions, their order. Everything here stops at the opening."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max

from evaluation.enums import GENRES_A_CHOIX, GenreQuestion
from evaluation.models import Enquete, Question
from evaluation.permissions import peut_creer_enquete, peut_preparer_enquete
from evaluation.selectors.enquetes import cios_possibles, questionnaire_type
from reseaux.models import CIO, Departement
from reseaux.perimetre import Perimetre
from socle.journal import journaliser

CHOIX_AU_MOINS, CHOIX_AU_PLUS = 2, 12
QUESTIONS_AU_PLUS = 60
LONGUEUR_D_UN_CHOIX = 120
ENTRE_TEMPS = (
    "Un collègue a modifié {quoi} entre-temps. Votre saisie est encore à l’écran : gardez-en une copie, "
    "rouvrez la page et recommencez sur la version enregistrée."
)


@transaction.atomic
def creer_enquete(
    *,
    perimetre: Perimetre,
    departement: Departement,
    titre: str,
    date_ouverture: dt.date,
    date_fermeture: dt.date,
    introduction: str = "",
    cios: Iterable[CIO] = (),
    par_cio: bool = True,
    avec_questionnaire_type: bool = False,
) -> Enquete:
    """A draft, empty or with the questions of the DEPP."""
    if not peut_creer_enquete(perimetre, departement):
        raise PermissionDenied
    enquete = Enquete(departement=departement)
    _regler(
        enquete,
        titre=titre.strip(),
        introduction=introduction.strip(),
        date_ouverture=date_ouverture,
        date_fermeture=date_fermeture,
        par_cio=par_cio,
    )
    _choisir_cios(enquete, cios)
    if avec_questionnaire_type:
        for rang, ligne in enumerate(questionnaire_type(), start=1):
            _ecrire_question(Question(enquete=enquete, rang=rang), ligne)
    _journaliser(perimetre, "creee", enquete, apres={"questions": enquete.questions.count()})
    return enquete


@transaction.atomic
def modifier_enquete(
    *,
    perimetre: Perimetre,
    enquete: Enquete,
    revision: int,
    titre: str,
    date_ouverture: dt.date,
    date_fermeture: dt.date,
    introduction: str = "",
    cios: Iterable[CIO] = (),
    par_cio: bool = True,
) -> Enquete:
    """`revision` is the one that was on the screen: the second of two colleagues is told."""
    enquete = verrouiller_brouillon(perimetre, enquete)
    if revision != enquete.revision:
        raise ValidationError(ENTRE_TEMPS.format(quoi="les réglages"), code="depasse")
    avant = _en_clair(enquete)
    _regler(
        enquete,
        titre=titre.strip(),
        introduction=introduction.strip(),
        date_ouverture=date_ouverture,
        date_fermeture=date_fermeture,
        par_cio=par_cio,
    )
    _choisir_cios(enquete, cios)
    _journaliser(perimetre, "modifiee", enquete, avant=avant, apres=_en_clair(enquete))
    return enquete


@transaction.atomic
def supprimer_enquete(*, perimetre: Perimetre, enquete: Enquete) -> None:
    """A draft leaves with its questions; the journal keeps its title."""
    enquete = verrouiller_brouillon(perimetre, enquete)
    _journaliser(perimetre, "supprimee", enquete, avant=_en_clair(enquete))
    enquete.delete()


# --- Questions ----------------------------------------------------------------------------------------


@transaction.atomic
def ajouter_question(*, perimetre: Perimetre, enquete: Enquete, valeurs: dict[str, Any]) -> Question:
    """The last of the survey; `valeurs`: genre, libelle, precision, dimension, choix."""
    enquete = verrouiller_brouillon(perimetre, enquete)
    if enquete.questions.count() >= QUESTIONS_AU_PLUS:
        raise ValidationError(f"Une enquête compte {QUESTIONS_AU_PLUS} questions au plus : retirez-en une.")
    dernier = enquete.questions.aggregate(dernier=Max("rang"))["dernier"] or 0
    question = Question(enquete=enquete, rang=dernier + 1)
    _ecrire_question(question, valeurs)
    _journaliser(perimetre, "question_ajoutee", enquete, apres={"question": question.libelle})
    return question


@transaction.atomic
def modifier_question(
    *, perimetre: Perimetre, question: Question, revision: int, valeurs: dict[str, Any]
) -> Question:
    """Its kind does not change: another kind is another question."""
    enquete = verrouiller_brouillon(perimetre, question.enquete)
    trouvee = Question.objects.filter(pk=question.pk, enquete=enquete).first()
    if trouvee is None:
        raise ValidationError("Un collègue a retiré cette question entre-temps.")
    if trouvee.revision != revision:
        raise ValidationError(ENTRE_TEMPS.format(quoi="cette question"), code="depasse")
    avant = trouvee.libelle
    trouvee.revision += 1
    _ecrire_question(trouvee, valeurs | {"genre": trouvee.genre})
    _journaliser(
        perimetre,
        "question_modifiee",
        enquete,
        avant={"question": avant},
        apres={"question": trouvee.libelle},
    )
    return trouvee


@transaction.atomic
def deplacer_question(*, perimetre: Perimetre, question: Question, pas: int) -> None:
    """One place up (-1) or down (+1); nothing at either end."""
    enquete = verrouiller_brouillon(perimetre, question.enquete)
    questions = list(enquete.questions.dans_l_ordre())
    place = next((rang for rang, autre in enumerate(questions) if autre.pk == question.pk), None)
    if place is None or not 0 <= place + pas < len(questions):
        return
    questions[place], questions[place + pas] = questions[place + pas], questions[place]
    _renumeroter(questions)
    _journaliser(perimetre, "questions_ordonnees", enquete, apres={"question": question.libelle})


@transaction.atomic
def retirer_question(*, perimetre: Perimetre, question: Question) -> None:
    enquete = verrouiller_brouillon(perimetre, question.enquete)
    enquete.questions.filter(pk=question.pk).delete()
    _renumeroter(list(enquete.questions.dans_l_ordre()))
    _journaliser(perimetre, "question_retiree", enquete, avant={"question": question.libelle})


# --- Rules --------------------------------------------------------------------------------------------


def verrouiller_brouillon(perimetre: Perimetre, enquete: Enquete) -> Enquete:
    """Read again under lock; one gesture at a time on a draft."""
    lignes = Enquete.objects.select_for_update(of=("self",)).select_related("departement")
    trouvee = lignes.filter(pk=enquete.pk).first()
    if trouvee is None:
        raise ValidationError("Ce brouillon a été supprimé entre-temps.")
    if not peut_creer_enquete(perimetre, trouvee.departement):
        raise PermissionDenied
    if not peut_preparer_enquete(perimetre, trouvee):
        raise ValidationError(
            f"Cette enquête est {trouvee.get_etat_display().lower()} : ses questions ne changent plus."
        )
    return trouvee


def _regler(enquete: Enquete, **reglages: Any) -> None:
    for champ, valeur in reglages.items():
        setattr(enquete, champ, valeur)
    if enquete.date_fermeture < enquete.date_ouverture:
        raise ValidationError({"date_fermeture": "L’enquête doit finir après avoir commencé."})
    enquete.revision += 1
    enquete.full_clean()
    enquete.save()


def _choisir_cios(enquete: Enquete, cios: Iterable[CIO]) -> None:
    choisis = [cio.pk for cio in cios]
    possibles = cios_possibles(enquete.departement).filter(pk__in=choisis)
    if possibles.count() != len(set(choisis)):
        raise ValidationError({"cios": "Choisissez des CIO du département."})
    enquete.cios.set(possibles)


def _ecrire_question(question: Question, valeurs: dict[str, Any]) -> None:
    question.genre, question.libelle = valeurs["genre"], valeurs["libelle"].strip()
    question.precision = valeurs.get("precision", "").strip()
    question.dimension = valeurs.get("dimension", "")
    question.choix = _choix_valides(valeurs.get("choix", ())) if question.genre in GENRES_A_CHOIX else []
    if question.genre != GenreQuestion.ECHELLE:
        question.dimension = ""
    question.full_clean()
    question.save()


def _choix_valides(choix: Sequence[str]) -> list[str]:
    nets = [" ".join(ecrit.split()) for ecrit in choix if ecrit.strip()]
    if not CHOIX_AU_MOINS <= len(nets) <= CHOIX_AU_PLUS:
        raise ValidationError(
            {"choix": f"Proposez de {CHOIX_AU_MOINS} à {CHOIX_AU_PLUS} réponses, une par ligne."}
        )
    if len(set(nets)) < len(nets):
        raise ValidationError({"choix": "Deux réponses sont identiques : retirez l’une d’elles."})
    if any(len(net) > LONGUEUR_D_UN_CHOIX for net in nets):
        raise ValidationError({"choix": f"Une réponse tient en {LONGUEUR_D_UN_CHOIX} caractères."})
    return nets


def _renumeroter(questions: Sequence[Question]) -> None:
    for rang, question in enumerate(questions, start=1):
        question.rang = rang
    Question.objects.bulk_update(questions, ["rang"])


def _en_clair(enquete: Enquete) -> dict[str, Any]:
    return {
        "titre": enquete.titre,
        "date_ouverture": enquete.date_ouverture,
        "date_fermeture": enquete.date_fermeture,
        "cios": ", ".join(enquete.cios.order_by("nom", "pk").values_list("nom", flat=True)),
        "par_cio": enquete.par_cio,
    }


def _journaliser(perimetre: Perimetre, geste: str, enquete: Enquete, **valeurs: Any) -> None:
    journaliser(
        perimetre=perimetre,
        action=f"evaluation.enquete.{geste}",
        objet=enquete,
        departement_id=enquete.departement_id,
        **valeurs,
    )
