from django.apps import AppConfig

from planning.enums import GenreCible
from socle.actions import declarer_actions, declarer_champs

ACTIONS = {
    "planning.plan.cree": "Plan de travail créé",
    "planning.plan.regle": "Plan de travail réglé",
    "planning.plan.clos": "Plan de travail clos",
    "planning.plan.rouvert": "Plan de travail rouvert",
    "planning.objectifs.charges": "Objectifs de l’expérimentation chargés",
    "planning.action.creee": "Action ajoutée au plan",
    "planning.action.modifiee": "Action modifiée",
    "planning.action.faite": "Action faite",
    "planning.action.reportee": "Action reportée",
    "planning.action.abandonnee": "Action abandonnée",
    "planning.action.rouverte": "Action rouverte",
    "planning.action.rappels_suspendus": "Rappels suspendus",
    "planning.action.commentee": "Commentaire ajouté",
    "planning.preuve.ajoutee": "Preuve ajoutée",
    "planning.preuve.retiree": "Preuve retirée",
    "planning.jalon.cree": "Jalon ajouté",
    "planning.jalon.modifie": "Jalon modifié",
    "planning.jalon.fait": "Jalon fait",
    "planning.jalon.reporte": "Jalon reporté",
    "planning.jalon.abandonne": "Jalon abandonné",
    "planning.jalon.rouvert": "Jalon rouvert",
    "planning.periode_non_ouvree.creee": "Période non ouvrée ajoutée",
    "planning.periode_non_ouvree.modifiee": "Période non ouvrée modifiée",
    "planning.periode_non_ouvree.supprimee": "Période non ouvrée supprimée",
    "planning.calendrier.charge": "Jours fériés et vacances de l’année chargés",
    "planning.periode_orientation.creee": "Période d’orientation ajoutée",
    "planning.periode_orientation.modifiee": "Période d’orientation modifiée",
    "planning.periode_orientation.supprimee": "Période d’orientation supprimée",
    "planning.orientation.chargee": "Calendrier d’orientation type repris",
    "planning.rythme.choisi": "Rythme de l’année choisi",
    "planning.flux.cree": "Calendrier partagé créé",
    "planning.flux.renouvele": "Lien du calendrier partagé renouvelé",
    "planning.flux.revoque": "Calendrier partagé révoqué",
}

#: What these acts keep besides the fields of their object.
CHAMPS = {
    "jours_avant": "rappels avant l’échéance (jours)",
    "predecesseurs": "attend les actions n°",
    "objectifs": "objectifs",
    "texte": "texte",
    "etablissement": "établissement",
    "cio": "CIO",
    "periodes": "périodes",
}


class PlanningConfig(AppConfig):
    name = "planning"
    verbose_name = "Plan de travail"

    def ready(self) -> None:
        declarer_actions(ACTIONS)
        declarer_champs(CHAMPS, {"cible": dict(GenreCible.choices)})
