"""The timeline on one A3 sheet, landscape."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from planning.models import PlanDeTravail
from planning.selectors.frise import PAPIER_A3
from planning.selectors.tableau_de_bord import LigneAction
from planning.selectors.tableau_de_bord_page import frise_du_plan
from socle.documents import render_pdf

#: What an A3 sheet holds under its title, the months and the orientation year.
ACTIONS_PAR_FEUILLE = 20


def dessiner_frise_pdf(
    plan: PlanDeTravail, lignes: list[LigneAction], jour: dt.date, filtres: Sequence[str] = ()
) -> bytes:
    """As many actions to a sheet as hold; each sheet repeats the months."""
    premieres = sorted(lignes, key=lambda ligne: (ligne.action.debut, ligne.action.fin, ligne.action.numero))
    feuilles = [premieres[i : i + ACTIONS_PAR_FEUILLE] for i in range(0, len(premieres), ACTIONS_PAR_FEUILLE)]
    return render_pdf(
        "planning/documents/frise.html",
        {
            "plan": plan,
            "frises": [frise_du_plan(plan, feuille, jour, PAPIER_A3) for feuille in feuilles],
            "filtres": filtres,
            "jour": jour,
        },
        titre=f"Frise – {plan.titre}",
    )
