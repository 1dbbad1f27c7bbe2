"""The programme d'activités on paper: a title page, its contents, a part after the other."""

from __future__ import annotations

import datetime as dt

from missions.models import ProgrammeActivites
from missions.selectors.programmes import RubriqueProgramme, rubriques_des_missions
from missions.signals import rubriques_d_en_haut
from reseaux.models import CIO, AnneeScolaire
from socle.documents import render_pdf


def rubriques(cio: CIO, annee: AnneeScolaire) -> list[RubriqueProgramme]:
    """The parts of the document, on paper and on screen: ours, then what the apps above bring."""
    return [*rubriques_des_missions(cio, annee), *rubriques_d_en_haut(cio, annee)]


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
