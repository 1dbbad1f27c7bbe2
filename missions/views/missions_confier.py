"""The grid places × missions of one PsyEN, written by his CIO."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from missions.forms.missions import Case, Cases, lire_saisie
from missions.forms.missions_ecran import EcranMissions
from missions.permissions import peut_confier, peut_lire_missions
from missions.selectors.missions import MissionsDuPsyen, missions_du_psyen_au_cio
from missions.selectors.missions_reprise import (
    missions_a_confier,
    missions_a_reprendre,
    publics_a_choisir,
    sources_de_reprise,
)
from missions.services.missions import confier_missions
from missions.views.missions import missions_ou_404
from missions.views.missions_annee import annee_ecrite
from reseaux.models import AnneeScolaire
from socle.requetes import RequeteConnectee


@require_http_methods(["GET", "HEAD", "POST"])
def missions_confier(request: RequeteConnectee, psyen: int, annee: str) -> HttpResponse:
    """`?reprendre=avant` or a colleague's key fills the grid with a draft; nothing is written by reading."""
    if not peut_lire_missions(request.perimetre):
        raise PermissionDenied
    ecrite = annee_ecrite(annee)
    missions = missions_ou_404(request.perimetre, psyen, ecrite)
    if not peut_confier(request.perimetre, missions.cio, ecrite):
        raise PermissionDenied
    if request.method == "POST":
        return _enregistrer(request, missions, ecrite)
    ecran = _ecran(missions)
    source = request.GET.get("reprendre", "")
    if source:
        ecran.cases = _cases_reprises(source, missions, ecrite)
    return _page(request, ecran, ecrite, source=source)


def _enregistrer(request: RequeteConnectee, missions: MissionsDuPsyen, annee: AnneeScolaire) -> HttpResponse:
    ecran = _ecran(missions)
    saisie = lire_saisie(missions, ecran.offertes, request.POST)
    ecran.cases, ecran.illisibles, ecran.retirees = saisie.cases, saisie.illisibles, saisie.retirees
    ecran.empreinte_lue = request.POST.get("empreinte")
    if saisie.fautes:
        return _page(request, ecran, annee, fautes=saisie.fautes)
    try:
        change = confier_missions(
            perimetre=request.perimetre,
            psyen=missions.psyen,
            cio=missions.cio,
            annee=annee,
            saisies=saisie.saisies,
            retirees=saisie.retirees,
            empreinte=ecran.empreinte_lue,
        )
    except ValidationError as refus:
        return _refus(request, ecran, annee, refus)
    messages.success(request, "Les missions sont enregistrées." if change else "Rien n’avait changé.")
    return redirect("missions:missions_psyen", missions.psyen.pk, annee.code)


def _refus(
    request: RequeteConnectee, ecran: EcranMissions, annee: AnneeScolaire, refus: ValidationError
) -> HttpResponse:
    """What was typed stays; after a colleague's edit, beside what is saved now."""
    if getattr(refus, "code", "") == "conflit":
        relues = missions_du_psyen_au_cio(ecran.missions.psyen, ecran.missions.cio, annee)
        ecran.missions, ecran.en_conflit = relues or ecran.missions, True
    return _page(request, ecran, annee, fautes=refus.messages)


def _page(
    request: RequeteConnectee,
    ecran: EcranMissions,
    annee: AnneeScolaire,
    *,
    fautes: list[str] | None = None,
    source: str = "",
) -> HttpResponse:
    contexte: dict[str, Any] = {
        "ecran": ecran,
        "missions": ecran.missions,
        "annee": annee,
        "fautes": fautes or [],
        "sources": sources_de_reprise(ecran.missions, annee),
        "source": source,
    }
    return render(request, "missions/missions/confier.html", contexte)


def _ecran(missions: MissionsDuPsyen) -> EcranMissions:
    academie = missions.cio.departement.academie_id
    return EcranMissions(
        missions, missions_a_confier(academie, missions), publics_a_choisir(academie, missions)
    )


def _cases_reprises(source: str, missions: MissionsDuPsyen, annee: AnneeScolaire) -> Cases:
    """Only what has a place in his own week is taken up."""
    lignes = missions_a_reprendre(source, missions.psyen, missions.cio, annee)
    return {(str(ligne.etablissement_id or "cio"), ligne.mission_id): Case.de(ligne) for ligne in lignes}
