"""The closing: the urn is opened once, what may be told is computed, the rest is forgotten."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence

from evaluation.enums import EtatEnquete, GenreQuestion
from evaluation.models import Enquete, Invitation, Question, Reponse, ResultatEnquete, Urne
from evaluation.notifications.enquetes import oublier_les_envois
from evaluation.selectors.enquete_depouillement import Bulletin, depouiller
from evaluation.selectors.enquete_publication import Publication, ecrire_publication
from evaluation.selectors.enquetes import invites_par_cio
from evaluation.services import enquete_urne


def cloturer(enquete: Enquete, urne: Urne, jour: dt.date) -> int | None:
    """Within the transaction and under the locks of the caller; the number of answers, None when too few.

    Below the threshold no answer is kept at all. Above, answers are written one row each, all of them in an
    order drawn at random; texts that may not be shown are not kept. Who answered is forgotten, and who was
    reminded.
    """
    questions = list(enquete.questions.dans_l_ordre())
    bulletins = enquete_urne.ouvrir(urne)
    publication = depouiller(
        questions, bulletins, invites_par_cio(enquete), seuil=enquete.seuil, par_cio=enquete.par_cio
    )
    enquete.etat, enquete.close_le = EtatEnquete.CLOSE, jour
    enquete.save(update_fields=["etat", "close_le"])
    if publication.reponses is not None:
        Reponse.objects.bulk_create(_melanger(questions, bulletins, publication), batch_size=500)
    ResultatEnquete.objects.create(
        enquete=enquete,
        invites=publication.invites,
        reponses=publication.reponses,
        contenu=ecrire_publication(publication),
    )
    urne.delete()
    Invitation.objects.filter(enquete=enquete).update(lien_utilise=None, a_repondu=None)
    oublier_les_envois(enquete)
    return publication.reponses


def _melanger(
    questions: Sequence[Question], bulletins: Sequence[Bulletin], publication: Publication
) -> list[Reponse]:
    """Rows that keep nothing of the sheets: neither which answers stood together, nor in which order."""
    reponses = [
        Reponse(question=question, **valeur)
        for question in questions
        for bulletin in bulletins
        for valeur in _valeurs(question, bulletin, publication)
    ]
    enquete_urne.HASARD.shuffle(reponses)
    for reponse in reponses:
        reponse.pk = uuid.UUID(int=enquete_urne.HASARD.getrandbits(128), version=4)
    return reponses


def _valeurs(question: Question, bulletin: Bulletin, publication: Publication) -> Iterator[dict]:
    """One row for a value or a text, one for each choice ticked."""
    if question.pk not in bulletin.reponses:
        return
    lue = bulletin.reponses[question.pk]
    if question.genre == GenreQuestion.CHOIX_MULTIPLE:
        yield from ({"valeur": rang} for rang in lue)
    elif question.genre != GenreQuestion.TEXTE_LIBRE:
        yield {"valeur": lue}
    elif question.pk in publication.textes:
        yield {"texte": lue}
