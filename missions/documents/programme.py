"""The programme d'activités on paper: a title page, its contents, a part after the other."""

from __future__ import annotations

import datetime as dt

from missions.models import ProgrammeActivites
from missions.selectors.programmes import rubriques
from socle.documents import render_pdf


def dessiner_programme(programme: ProgrammeActivites, *, publie_le: dt.date | None, par: str = "") -> bytes:
    """As it will be frozen; without a date, the draft, marked so on each page."""
    return render_pdf(
        "missions/documents/programme.html",
        {
            "programme": programme,
            "rubriques": rubriques(programme.cio, programme.annee),
            "publie_le": publie_le,
            "publie_par": par,
            "projet": publie_le is None,
            **({"date_document": publie_le} if publie_le else {}),
        },
        titre=f"Programme d’activités {programme.annee} – {programme.cio}",
    )
