"""Lines of the meetings. Those who are neither of the direction nor invited do not read them (404)."""

from __future__ import annotations

from typing import Any

from planning.models import Decision, Participant, PointOrdreDuJour, Reunion
from tests.acces.monde import Monde
from tests.acces.table import INEXISTANT, Acces
from tests.planning.factories import creer_reunion

#: The CIO and, above it, the département; beside, the département only.
CHEZ_SOI, A_COTE = "DSIJCE", "DSIJ"


def _neuve(monde: Monde) -> Reunion:
    return creer_reunion(departement=monde.departement, cio=monde.cio)


def _reunion(monde: Monde) -> int:
    return _neuve(monde).pk


def _demande(monde: Monde) -> int:
    sans_date = {"debut": None, "fin": None, "etat": "demandee"}
    return creer_reunion(departement=monde.departement, cio=monde.cio, **sans_date).pk


def _geste(geste: str) -> Any:
    return lambda monde: (_reunion(monde), geste)


def point_de(reunion: Reunion) -> PointOrdreDuJour:
    """One point of its agenda, made once."""
    return reunion.points.get_or_create(titre="Moyens", defaults={"rang": 1})[0]


def participant_de(reunion: Reunion) -> Participant:
    """One of those invited, made once."""
    return reunion.participants.get_or_create(courriel="ana@ac-essai.fr", defaults={"nom": "Ana"})[0]


def decision_de(reunion: Reunion) -> Decision:
    """One of its decisions, made once."""
    return reunion.decisions.get_or_create(texte="Publier", defaults={"rang": 1})[0]


def _point(monde: Monde) -> tuple[int, str]:
    return point_de(_neuve(monde)).pk, "retenir"


def _participant(monde: Monde) -> int:
    return participant_de(_neuve(monde)).pk


def _reunion_de_psyen(monde: Monde) -> int:
    """The name of the PsyEN of the world must not leave it."""
    reunion, psyen = _neuve(monde), monde.psyen
    Participant.objects.create(reunion=reunion, psyen=psyen, nom=str(psyen), courriel=psyen.courriel)
    return reunion.pk


def _decision(monde: Monde) -> int:
    return decision_de(_neuve(monde)).pk


def _ligne(url: str, objet: Any, code: int = 200, methode: str = "get", refus: str = "") -> Acces:
    """`refus`: letters of those who read the meeting without that right."""
    propre = {code: "".join(lettre for lettre in CHEZ_SOI if lettre not in refus), 403: refus}
    voisin = {code: "".join(lettre for lettre in A_COTE if lettre not in refus)}
    voisin[403] = "".join(lettre for lettre in A_COTE if lettre in refus)
    return Acces(url, propre, voisin, objet, methode, sinon=404)


def _geste_de_deux(url: str, objet: Any, mot: str, refus: str = "") -> Acces:
    ligne = _ligne(url, objet, 302, "post", refus)
    return Acces(
        ligne.url, ligne.propre, ligne.voisin, objet, "post", sinon=404, inexistant=(INEXISTANT, mot)
    )


ACCES_REUNIONS = [
    Acces("planning:reunions", {200: "DSIJCEPHR"}),
    Acces("planning:reunion_creer", {200: "DSIJCE"}),
    Acces("planning:concertation_demander", {200: "CEP"}),
    _ligne("planning:reunion", _reunion_de_psyen),
    _ligne("planning:reunion_modifier", _reunion),
    _ligne("planning:demande_convoquer", _demande, refus="E"),
    _ligne("planning:reunion_annuler", _reunion, refus="E"),
    _ligne("planning:reunion_inviter", _reunion),
    _ligne("planning:reunion_inviter_exterieur", _reunion),
    Acces(
        "planning:point_proposer",
        {302: CHEZ_SOI},
        {302: A_COTE},
        _reunion,
        "post",
        lambda monde: {"titre": "Moyens"},
        sinon=404,
    ),
    _ligne("planning:reunion_presences", _reunion, 302, "post"),
    _ligne("planning:compte_rendu", _reunion),
    _ligne("planning:ordre_du_jour_pdf", _reunion_de_psyen),
    _ligne("planning:compte_rendu_pdf", _reunion_de_psyen),
    _geste_de_deux("planning:reunion_geste", _geste("envoyer"), "envoyer"),
    _geste_de_deux("planning:point_geste", _point, "retenir", refus="E"),
    _ligne("planning:participant_retirer", _participant, 302, "post"),
    _ligne("planning:decision_action", _decision, refus="DSCE"),
]
