"""« Synthèse de l'évaluation »: what the IEN-IO has published to the PsyEN and the chefs d'établissement."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from evaluation.permissions import peut_lire_syntheses
from evaluation.selectors.rapports import parties_de_la_synthese, rapports_lus
from evaluation.selectors.rapports_contenu import contenu_du_rapport
from evaluation.views.rapports import contexte_du_contenu
from socle.requetes import RequeteConnectee
from socle.views import reponse_fichier


@require_safe
def syntheses(request: RequeteConnectee) -> HttpResponse:
    """The newest in full, the others by their document."""
    if not peut_lire_syntheses(request.perimetre):
        raise PermissionDenied
    publies = rapports_lus().dans_perimetre(request.perimetre).filter(publie_le__isnull=False)
    rapports = list(publies.order_by("-campagne__date_observation", "-pk"))
    contexte: dict[str, Any] = {"rapports": rapports, "autres": rapports[1:]}
    if rapports:
        contenu = contenu_du_rapport(rapports[0])
        contexte |= contexte_du_contenu(contenu) | {"parties": parties_de_la_synthese(contenu)}
    return render(request, "evaluation/rapports/syntheses.html", contexte)


@require_safe
def synthese(request: RequeteConnectee, pk: int) -> HttpResponse:
    """The document, as it was frozen; withdrawn, it is no longer anywhere."""
    if not peut_lire_syntheses(request.perimetre):
        raise PermissionDenied
    publies = rapports_lus().dans_perimetre(request.perimetre).filter(publie_le__isnull=False)
    fichier = get_object_or_404(publies, pk=pk).synthese
    if fichier is None:
        raise Http404("La synthèse de ce rapport n’est pas émise.")
    return reponse_fichier(fichier, en_ligne=True)
