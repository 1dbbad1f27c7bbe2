"""Lines of the dashboard, the list of actions, the COPIL and what leaves them.

A département shares its plan: the neighbouring CIO’s action is read as one’s own.
"""

from tests.acces.monde import Monde
from tests.acces.table import INEXISTANT, TOUS, Acces


def _plan(m: Monde) -> int:
    return m.plan.pk


def _action(m: Monde) -> tuple[int, int]:
    return m.plan.pk, m.action.pk


def _du_copil(geste: str, permis: str, **donnees: str) -> Acces:
    """Whoever holds the COPIL, then leads or comments; the action is not public, the Région sees none."""
    codes = {302: permis, 404: "R"}
    return Acces(
        f"planning:copil_{geste}",
        codes,
        codes | {403: "".join(lettre for lettre in TOUS if lettre not in f"{permis}R")},
        _action,
        "post",
        lambda m: donnees,
        inexistant=(INEXISTANT, INEXISTANT),
    )


COPIL = {403: "ACEPHR", 200: "DSIJ"}
ACCES_TABLEAU_DE_BORD = [
    Acces("planning:tableau_de_bord", {200: TOUS}),
    Acces("planning:plan", {200: TOUS}, {200: TOUS}, _plan),
    Acces("planning:plan_pdf", {200: TOUS}, {200: TOUS}, _plan),
    Acces("planning:frise_pdf", {200: TOUS}, {200: TOUS}, _plan),
    Acces("planning:actions", {200: TOUS}),
    Acces("planning:copil", COPIL, COPIL, _plan),
    Acces("planning:copil_releve", COPIL, COPIL, _plan),
    _du_copil("faite", "SIJ"),
    _du_copil("reportee", "SIJ", **{"reportee-calendrier": "Année 2090-2091", "reportee-motif": "Report"}),
    _du_copil("note", "DSIJ", **{"note-texte": "Note du COPIL"}),
]
