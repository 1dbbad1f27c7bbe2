"""The actions of a plan as a spreadsheet: what is shown, and what remains to be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from planning.models import Objectif
from planning.models.action import ActionQuerySet
from planning.permissions import peut_lire_suivi
from planning.selectors.cibles import lire_cibles
from planning.selectors.tableau_de_bord import completer, reste_a_faire
from reseaux.perimetre import Perimetre
from socle.tableurs import Colonne

COLONNES_PUBLIQUES = (
    Colonne("plan", "Plan de travail", largeur=30),
    Colonne("numero", "N°", "entier", largeur=6),
    Colonne("titre", "Action", largeur=60),
    Colonne("calendrier", "Calendrier", largeur=24),
    Colonne("debut", "Début", "date", largeur=12),
    Colonne("fin", "Échéance", "date", largeur=12),
    Colonne("situation", "Situation", largeur=16),
    Colonne("faite_le", "Faite le", "date", largeur=12),
    Colonne("objectifs", "Objectifs", largeur=18),
)
#: Not for the Région, which reads no staff data (R08).
COLONNES_DE_SUIVI = (
    Colonne("attribution", "Attribution", largeur=34),
    Colonne("responsables", "Responsables", largeur=34),
    Colonne("reste", "Reste à faire", largeur=60),
)


def colonnes_actions(perimetre: Perimetre) -> tuple[Colonne, ...]:
    return COLONNES_PUBLIQUES + (COLONNES_DE_SUIVI if peut_lire_suivi(perimetre) else ())


def lignes_actions(actions: ActionQuerySet, perimetre: Perimetre, jour: dt.date) -> Iterator[tuple[Any, ...]]:
    """Rows of the columns above, in the order of the list. The free text (reasons, comments) stays out."""
    lues = list(actions.select_related("plan__annee"))
    suivi = peut_lire_suivi(perimetre)
    cibles = lire_cibles([action for action in lues if action.est_ouverte]) if suivi else {}
    codes = dict(Objectif.objects.dans_perimetre(perimetre).order_by("pk").values_list("pk", "code"))
    for ligne in completer(lues, perimetre, jour):
        action = ligne.action
        publiques = (
            action.plan.titre,
            action.numero,
            action.titre,
            action.calendrier,
            action.debut,
            action.fin,
            str(ligne.situation.label),
            action.faite_le,
            ", ".join(codes[pk] for pk in ligne.objectifs),
        )
        if not suivi:
            yield publiques
            continue
        responsables = ", ".join(responsable.libelle for responsable in ligne.responsables)
        reste = " ; ".join(reste_a_faire(ligne, cibles.get(action.pk)))
        yield (*publiques, action.attribution, responsables, reste)
