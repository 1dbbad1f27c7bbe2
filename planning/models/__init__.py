"""The work plan: objectives, actions, milestones, reminders, meetings, calendars."""

from planning.models.action import Action, Dependance, Preuve, ResponsableAction
from planning.models.calendrier import ChoixRythme, PeriodeNonOuvree, PeriodeOrientation
from planning.models.flux import FluxCalendrier
from planning.models.jalon import Commentaire, Jalon
from planning.models.plan import Objectif, PlanDeTravail
from planning.models.rappel import ModeleDeMessage, PreferenceRappels, Rappel
from planning.models.responsable import Responsabilite
from planning.models.reunion import Decision, Participant, PointOrdreDuJour, Reunion

__all__ = [
    "Action",
    "ChoixRythme",
    "Commentaire",
    "Decision",
    "Dependance",
    "FluxCalendrier",
    "Jalon",
    "ModeleDeMessage",
    "Objectif",
    "Participant",
    "PeriodeNonOuvree",
    "PeriodeOrientation",
    "PlanDeTravail",
    "PointOrdreDuJour",
    "PreferenceRappels",
    "Preuve",
    "Rappel",
    "Responsabilite",
    "ResponsableAction",
    "Reunion",
]
