"""The timeline on one A3 sheet, landscape."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from planning.models import PlanDeTravail
from planning.selectors.frise import PAPIER_A3, Echelle
from planning.selectors.tableau_de_bord import LigneAction
from planning.selectors.tableau_de_bord_page import frise_du_plan
from socle.documents import render_pdf

#: What an A3 sheet holds under its title, the months and the orientation year.
ACTIONS_PAR_FEUILLE = 18
#: In the pixels of the drawing: the height left to the actions, and the highest row.
HAUTEUR_UTILE, RANG_MAX = 690, 54


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
            "frises": [frise_du_plan(plan, feuille, jour, _echelle(feuilles)) for feuille in feuilles],
            "filtres": filtres,
            "jour": jour,
        },
        titre=f"Frise – {plan.titre}",
    )


def _echelle(feuilles: Sequence[Sequence[LigneAction]]) -> Echelle:
    """A short plan takes the height of the sheet: higher rows, the same on every sheet."""
    rangs = max(len(feuille) for feuille in feuilles)
    return replace(PAPIER_A3, hauteur_rang=min(max(HAUTEUR_UTILE // rangs, PAPIER_A3.hauteur_rang), RANG_MAX))
