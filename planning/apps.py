from django.apps import AppConfig

from socle.actions import declarer_actions, declarer_champs

ACTIONS = {
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
    "periodes": "périodes",
}


class PlanningConfig(AppConfig):
    name = "planning"
    verbose_name = "Plan de travail"

    def ready(self) -> None:
        declarer_actions(ACTIONS)
        declarer_champs(CHAMPS)
