"""The results of a survey on paper."""

from __future__ import annotations

from evaluation.selectors.enquete_resultats import Resultats
from socle.documents import render_pdf


def dessiner_resultats(resultats: Resultats) -> bytes:
    """What the page shows, texts included: they are read where they are, and nowhere else."""
    return render_pdf(
        "evaluation/documents/enquete.html",
        {
            "resultats": resultats,
            "enquete": resultats.enquete,
            "date_document": resultats.enquete.close_le,
        },
        titre=f"Résultats de l’enquête « {resultats.enquete} »",
    )
