"""The report on paper, its slides for the réunion bilan, the synthesis that may be published."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.text import slugify

from evaluation.models import Rapport
from evaluation.selectors.rapports import parties_de_la_synthese
from evaluation.selectors.rapports_contenu import ContenuRapport
from evaluation.selectors.rapports_diapositives import diapositives
from socle.documents import render_pdf


def dessiner_rapport(contenu: ContenuRapport, *, emis_le: dt.date | None, par: str = "") -> bytes:
    """A4 portrait: title page, summary, a page for each objective, survey, method, annexes. Without a date, a
    project: every page says so.
    """
    return _dessiner("rapport", contenu, emis_le, par, contenu.rapport.titre)


def dessiner_diaporama(contenu: ContenuRapport, *, emis_le: dt.date | None, par: str = "") -> bytes:
    """A4 landscape: one idea a page, in large, for the screen of the meeting."""
    vues = {"diapositives": diapositives(contenu), "paysage": True}
    return _dessiner("diaporama", contenu, emis_le, par, contenu.rapport.titre, **vues)


def dessiner_synthese(contenu: ContenuRapport, *, emis_le: dt.date | None, par: str = "") -> bytes:
    """The summary on one page, then the words of the IEN-IO: no figure of a CIO."""
    titre = f"Synthèse – {contenu.rapport.titre}"
    return _dessiner("synthese", contenu, emis_le, par, titre, parties=parties_de_la_synthese(contenu))


def nom_du_fichier(rapport: Rapport, forme: str) -> str:
    """« rapport-041-t1-v1.pdf »."""
    campagne = rapport.campagne
    return f"{slugify(f'{forme} {campagne.departement.code} {campagne.code} v{rapport.version}')}.pdf"


def _dessiner(
    forme: str, contenu: ContenuRapport, emis_le: dt.date | None, par: str, titre: str, **autres: Any
) -> bytes:
    contexte = {
        "contenu": contenu,
        "rapport": contenu.rapport,
        "campagne": contenu.campagne,
        "parties": contenu.parties,
        "emis_le": emis_le,
        "emis_par": par,
        "projet": emis_le is None,
        **({"date_document": emis_le} if emis_le else {}),
        **autres,
    }
    return render_pdf(f"evaluation/documents/{forme}.html", contexte, titre=titre)
