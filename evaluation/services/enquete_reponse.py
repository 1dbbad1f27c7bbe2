"""A sheet sent by whoever holds a link: counted once, kept without anything that leads back to its author.

No actor, no journal entry, no message, no date: nothing of this gesture is written but the two rows below.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from evaluation.enums import ECHELLE, TEXTE_AU_PLUS, GenreQuestion, LienRefuse
from evaluation.models import Enquete, Invitation, Question, Urne
from evaluation.selectors.enquete_depouillement import Bulletin
from evaluation.selectors.enquetes import invitation_du_jeton, refus_du_lien
from evaluation.services.enquete_urne import glisser


class LienSansEffet(Exception):
    """The link opens no questionnaire: unknown, used already, or the survey is over."""

    def __init__(self, refus: LienRefuse) -> None:
        super().__init__(refus.label)
        self.refus = refus


@transaction.atomic
def deposer_reponse(*, jeton: str, reponses: Mapping[int, Any], jour: dt.date | None = None) -> Enquete:
    """Slips one sheet in the urn and uses the link up, together or not at all.

    LienSansEffet when the link opens nothing, ValidationError when a closed question has no answer.
    """
    invitation = invitation_du_jeton(jeton)
    if invitation is None:
        raise LienSansEffet(LienRefuse.INCONNU)
    # The closing takes the same lock: a sheet is in the urn before it, or is refused.
    urne = Urne.objects.select_for_update().filter(enquete=invitation.enquete_id).first()
    invitation.enquete.refresh_from_db(fields=["etat", "date_fermeture"])
    refus = refus_du_lien(invitation, jour or timezone.localdate())
    if urne is None or refus == LienRefuse.FERMEE:
        raise LienSansEffet(LienRefuse.FERMEE)
    questions = list(Question.objects.filter(enquete=invitation.enquete_id).dans_l_ordre())
    valides = valider(questions, reponses)
    if not _user_le_lien(invitation):
        raise LienSansEffet(LienRefuse.UTILISE)
    glisser(urne, Bulletin(invitation.cio_id, valides), questions)
    return invitation.enquete


def _user_le_lien(invitation: Invitation) -> bool:
    """Of two sheets sent with the same link, the conditional UPDATE lets one through."""
    return bool(Invitation.objects.filter(pk=invitation.pk, lien_utilise=False).update(lien_utilise=True))


# --- What a sheet may hold ----------------------------------------------------------------------------


def valider(questions: Sequence[Question], reponses: Mapping[int, Any]) -> dict[int, Any]:
    """The answers in their plain form; nothing is kept of an empty text."""
    valides: dict[int, Any] = {}
    for question in questions:
        lue = _lire(question, reponses.get(question.pk))
        if lue is None:
            raise ValidationError(f"Répondez à la question « {question} ».")
        if lue != "":
            valides[question.pk] = lue
    return valides


def _lire(question: Question, valeur: Any) -> Any:
    """None when the answer is missing, or is none of those proposed."""
    if question.genre == GenreQuestion.TEXTE_LIBRE:
        return _texte(valeur)
    if question.genre == GenreQuestion.CHOIX_MULTIPLE:
        choisis = sorted(set(valeur or ()))
        return choisis if all(rang in range(len(question.choix)) for rang in choisis) else None
    possibles = ECHELLE if question.genre == GenreQuestion.ECHELLE else range(len(question.choix))
    return valeur if valeur in possibles else None


def _texte(valeur: Any) -> str:
    """Printable characters and line breaks only: each takes four bytes at most in the urn."""
    lignes = "\n".join(str(valeur or "").splitlines())
    imprimables = (c if c.isprintable() or c == "\n" else " " for c in lignes)
    return "".join(imprimables).strip()[:TEXTE_AU_PLUS]
