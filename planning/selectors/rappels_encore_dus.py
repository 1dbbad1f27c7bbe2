"""Asked again when a mail is about to leave: is it still owed to that person?"""

from __future__ import annotations

from django.utils import timezone

from planning.enums import EtatAction, EtatJalon
from planning.models import Rappel
from planning.selectors.rappels import (
    RELANCE,
    pilotes_du_departement,
    resoudre,
    responsables_des_actions,
    type_cle,
)
from planning.selectors.rappels_etapes import ESCALADE
from planning.selectors.responsables import Titulaires
from socle.models import Courriel


def encore_du(courriel: Courriel) -> bool:
    """Every line of the mail still holds; one that does not withdraws them all, and the next tick writes
    again what is still true.
    """
    rappels = list(
        Rappel.objects.filter(courriel=courriel).select_related("jalon__action__plan").order_by("pk")
    )
    if not rappels or not all(_tient_toujours(rappel) for rappel in rappels):
        return False
    if courriel.essais <= 1 and not all(_est_de_son_jour(rappel) for rappel in rappels):
        return False
    destinataire = rappels[0].destinataire_id
    # A tick of a day to come (`envoyer_rappels --au`) is judged on that day.
    jour = max(timezone.localdate(), rappels[0].jour)
    departements = {rappel.jalon.action.plan.departement_id for rappel in rappels}
    titulaires = Titulaires.des_departements(departements, jour, personne=destinataire)
    actions = responsables_des_actions(
        {rappel.jalon.action_id for rappel in rappels if not rappel.jalon.a_un_responsable}
    )
    return all(_est_concerne(rappel, titulaires, actions[rappel.jalon.action_id]) for rappel in rappels)


def _tient_toujours(rappel: Rappel) -> bool:
    """Same due date, still to be done; not muted, unless someone asked by hand."""
    jalon, action = rappel.jalon, rappel.jalon.action
    ouvert = jalon.etat == EtatJalon.A_FAIRE and action.etat == EtatAction.OUVERTE
    if not ouvert or not action.plan.est_modifiable or jalon.echeance != rappel.echeance:
        return False
    silence = action.silence_jusqu_au
    return rappel.etape.startswith(RELANCE) or silence is None or silence < rappel.jour


def _est_de_son_jour(rappel: Rappel) -> bool:
    """« dans 7 jours » is true on its day: a mail that waited in the queue is written again.

    Not one that was already tried: it may have arrived, and must come back the same or not at all.
    """
    return rappel.etape.startswith(RELANCE) or rappel.jour >= timezone.localdate()


def _est_concerne(rappel: Rappel, titulaires: Titulaires, cles_de_l_action: tuple[type_cle, ...]) -> bool:
    """An owner in post, or whoever drives the plan: told of a delay, or in place of an owner who left.

    `titulaires` holds that one person: whoever is found is the recipient.
    """
    jalon, departement = rappel.jalon, rappel.jalon.action.plan.departement_id
    if rappel.etape != ESCALADE:
        cles = (jalon.cle_responsable,) if jalon.a_un_responsable else cles_de_l_action
        if resoudre(titulaires, cles, departement, jalon.cio_id):
            return True
    return bool(pilotes_du_departement(titulaires, departement))
