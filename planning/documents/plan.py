"""The work plan and the relevé de décisions on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from planning.models import PlanDeTravail
from planning.permissions import peut_lire_suivi
from planning.selectors.avancement import Compte
from planning.selectors.cibles import lire_cibles
from planning.selectors.tableau_de_bord import LigneAction, reste_a_faire
from planning.selectors.tableau_de_bord_copil import Decision
from reseaux.perimetre import Perimetre
from socle.documents import render_pdf


def dessiner_plan(
    plan: PlanDeTravail, lignes: Sequence[LigneAction], perimetre: Perimetre, filtres: Sequence[str] = ()
) -> bytes:
    """« Actions, attribution, calendrier », as in the source, then where each action stands."""
    suivi = peut_lire_suivi(perimetre)
    ouvertes = [ligne.action for ligne in lignes if ligne.est_ouverte]
    cibles = lire_cibles(ouvertes) if suivi and ouvertes else {}
    rangs = [(ligne, reste_a_faire(ligne, cibles.get(ligne.pk)) if suivi else []) for ligne in lignes]
    return render_pdf(
        "planning/documents/plan.html",
        {
            "plan": plan,
            "rangs": rangs,
            "suivi": suivi,
            "filtres": filtres,
            "jour": timezone.localdate(),
            "compte": Compte.de(lignes),
            "paysage": True,
        },
        titre=plan.titre,
    )


def dessiner_releve(plan: PlanDeTravail, releve: Sequence[Decision], jour: dt.date) -> bytes:
    """What the committee decided and noted on a day, in order."""
    return render_pdf(
        "planning/documents/releve.html",
        {
            "plan": plan,
            "decisions": [decision for decision in releve if not decision.est_une_note],
            "notes": [decision for decision in releve if decision.est_une_note],
            "jour": jour,
        },
        titre=f"Relevé de décisions – {plan.titre}",
    )
