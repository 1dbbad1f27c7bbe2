"""The gestures on a meeting, by POST, and its two documents."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from planning.documents.reunions import dessiner_compte_rendu, dessiner_ordre_du_jour
from planning.enums import ReponseInvitation, StatutPoint
from planning.forms.reunions import PointForm
from planning.models import Participant, PointOrdreDuJour, Reunion
from planning.permissions import peut_lire_compte_rendu, peut_lire_participants
from planning.services.reunions import retirer_demande
from planning.services.reunions_invitations import (
    envoyer_invitations,
    repondre_a_l_invitation,
    retirer_participant,
)
from planning.services.reunions_ordre import (
    arreter_ordre_du_jour,
    deplacer_point,
    proposer_point,
    retirer_point,
    rouvrir_ordre_du_jour,
    statuer_sur_point,
)
from planning.services.reunions_seance import diffuser_compte_rendu, noter_presences
from socle.requetes import RequeteConnectee
from socle.views import executer_geste

#: Gesture of the address → service, sentence said afterwards, section of the page to come back to.
GESTES: dict[str, tuple[Callable[..., object], str, str]] = {
    "retirer": (retirer_demande, "Votre demande est retirée.", ""),
    "arreter-l-ordre": (arreter_ordre_du_jour, "L’ordre du jour est arrêté.", "ordre-du-jour"),
    "rouvrir-l-ordre": (rouvrir_ordre_du_jour, "L’ordre du jour est rouvert.", "ordre-du-jour"),
    "envoyer": (envoyer_invitations, "Les invitations partent par courriel.", "participants"),
    "present": (
        partial(repondre_a_l_invitation, reponse=ReponseInvitation.OUI),
        "Vous êtes attendu : votre réponse est enregistrée.",
        "",
    ),
    "excuse": (
        partial(repondre_a_l_invitation, reponse=ReponseInvitation.NON),
        "Vous êtes excusé : votre réponse est enregistrée.",
        "",
    ),
    "diffuser": (
        diffuser_compte_rendu,
        "Le compte rendu est diffusé : chaque participant reçoit un courriel.",
        "compte-rendu",
    ),
}
GESTES_DU_POINT: dict[str, tuple[Callable[..., object], str]] = {
    "retenir": (partial(statuer_sur_point, statut=StatutPoint.RETENU), "Le point est retenu."),
    "ecarter": (partial(statuer_sur_point, statut=StatutPoint.ECARTE), "Le point est écarté."),
    "monter": (partial(deplacer_point, vers_le_haut=True), "Le point est remonté d’une place."),
    "descendre": (partial(deplacer_point, vers_le_haut=False), "Le point est descendu d’une place."),
    "retirer": (retirer_point, "Le point est retiré."),
}


def _reunion(request: RequeteConnectee, pk: int) -> Reunion:
    return get_object_or_404(Reunion.objects.dans_perimetre(request.perimetre), pk=pk)


def _page(reunion: Reunion, ancre: str = "") -> str:
    return reverse("planning:reunion", args=[reunion.pk]) + (f"#{ancre}" if ancre else "")


@require_POST
def reunion_geste(request: RequeteConnectee, pk: int, geste: str) -> HttpResponse:
    reunion = _reunion(request, pk)
    if geste not in GESTES:
        raise Http404
    service, message, ancre = GESTES[geste]
    return executer_geste(
        request,
        lambda: service(perimetre=request.perimetre, reunion=reunion),
        message=message,
        retour=_page(reunion, ancre),
    )


@require_POST
def point_proposer(request: RequeteConnectee, pk: int) -> HttpResponse:
    reunion = _reunion(request, pk)
    form = PointForm(request.POST)

    def proposer() -> None:
        if not form.is_valid():
            raise ValidationError([f"{form[nom].label} : {e}" for nom, es in form.errors.items() for e in es])
        proposer_point(perimetre=request.perimetre, reunion=reunion, **form.cleaned_data)

    return executer_geste(
        request, proposer, message="Le point est proposé.", retour=_page(reunion, "ordre-du-jour")
    )


@require_POST
def point_geste(request: RequeteConnectee, point: int, geste_point: str) -> HttpResponse:
    points = PointOrdreDuJour.objects.dans_perimetre(request.perimetre).select_related("reunion")
    le_point = get_object_or_404(points, pk=point)
    if geste_point not in GESTES_DU_POINT:
        raise Http404
    service, message = GESTES_DU_POINT[geste_point]
    return executer_geste(
        request,
        lambda: service(perimetre=request.perimetre, point=le_point),
        message=message,
        retour=_page(le_point.reunion, "ordre-du-jour"),
    )


@require_POST
def participant_retirer(request: RequeteConnectee, participant: int) -> HttpResponse:
    participants = Participant.objects.dans_perimetre(request.perimetre).select_related("reunion")
    la_personne = get_object_or_404(participants, pk=participant)
    return executer_geste(
        request,
        lambda: retirer_participant(perimetre=request.perimetre, participant=la_personne),
        message=f"{la_personne} ne figure plus parmi les participants.",
        retour=_page(la_personne.reunion, "participants"),
    )


@require_POST
def reunion_presences(request: RequeteConnectee, pk: int) -> HttpResponse:
    """The boxes ticked are those who came."""
    reunion = _reunion(request, pk)
    coches = set(request.POST.getlist("present"))
    siens = reunion.participants.order_by("pk").values_list("pk", flat=True)
    return executer_geste(
        request,
        lambda: noter_presences(
            perimetre=request.perimetre,
            reunion=reunion,
            presents=[cle for cle in siens if str(cle) in coches],
        ),
        message="Les présences sont enregistrées : la réunion est tenue.",
        retour=_page(reunion, "presences"),
    )


@require_safe
def ordre_du_jour_pdf(request: RequeteConnectee, pk: int) -> HttpResponse:
    reunion = _reunion(request, pk)
    contenu = dessiner_ordre_du_jour(reunion, avec_noms=peut_lire_participants(request.perimetre))
    return _pdf(contenu, f"ordre-du-jour-{slugify(reunion.titre)}")


@require_safe
def compte_rendu_pdf(request: RequeteConnectee, pk: int) -> HttpResponse:
    reunion = _reunion(request, pk)
    if not peut_lire_compte_rendu(request.perimetre, reunion):
        raise PermissionDenied
    contenu = dessiner_compte_rendu(reunion, avec_noms=peut_lire_participants(request.perimetre))
    return _pdf(contenu, f"compte-rendu-{slugify(reunion.titre)}")


def _pdf(contenu: bytes, nom: str) -> HttpResponse:
    response = HttpResponse(contenu, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, f"{nom[:80]}.pdf") or "inline"
    return response
