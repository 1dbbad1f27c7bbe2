"""The scheduled exports of someone, with what they delivered."""

from __future__ import annotations

from django.db.models import F, Prefetch, QuerySet

from evaluation.models import ExportProgramme, LivraisonExport
from reseaux.perimetre import Perimetre


def exports_programmes(perimetre: Perimetre) -> QuerySet[ExportProgramme]:
    """Those that run first, the newest on top; the deliveries of each, the newest first."""
    livraisons = LivraisonExport.objects.order_by("-faite_le", "-pk")
    siens = ExportProgramme.objects.dans_perimetre(perimetre).select_related("campagne__departement")
    return siens.prefetch_related(Prefetch("livraisons", livraisons)).order_by(
        F("arrete_le").asc(nulls_first=True), "-pk"
    )
