"""The results on paper and as a spreadsheet: the figures of the page, nothing more."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from evaluation.documents.enquetes import dessiner_resultats
from evaluation.exports.enquetes import COLONNES_RESULTATS, lignes_resultats
from evaluation.models import Enquete
from evaluation.permissions import peut_lire_resultats
from evaluation.selectors.enquete_resultats import Resultats, lire_resultats
from evaluation.views.enquetes import ENQUETES
from socle.listes import FORMATS_EXPORT
from socle.requetes import RequeteConnectee
from socle.tableurs import TYPES_MIME, ecrire_tableau


@require_safe
def resultats_exporter(request: RequeteConnectee, pk: int, format_: Any) -> HttpResponse:
    """CSV, XLSX or ODS."""
    if format_ not in FORMATS_EXPORT:
        raise Http404
    resultats = _resultats(request, pk)
    contenu = ecrire_tableau(
        format_, colonnes=COLONNES_RESULTATS, lignes=lignes_resultats(resultats), titre="Résultats"
    )
    return _piece(resultats.enquete, contenu, format_, TYPES_MIME[format_])


@require_safe
def resultats_pdf(request: RequeteConnectee, pk: int) -> HttpResponse:
    resultats = _resultats(request, pk)
    return _piece(resultats.enquete, dessiner_resultats(resultats), "pdf", "application/pdf")


def _resultats(request: RequeteConnectee, pk: int) -> Resultats:
    enquete = get_object_or_404(ENQUETES.dans_perimetre(request.perimetre), pk=pk)
    if not peut_lire_resultats(request.perimetre, enquete):
        raise PermissionDenied
    return lire_resultats(enquete)


def _piece(enquete: Enquete, contenu: bytes, extension: str, type_mime: str) -> HttpResponse:
    response = HttpResponse(contenu, content_type=type_mime)
    nom = f"resultats-{slugify(enquete.titre)}.{extension}"
    response.headers["Content-Disposition"] = (
        content_disposition_header(extension != "pdf", nom) or "attachment"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
