from django.apps import AppConfig

from socle.actions import declarer_actions, declarer_champs

ACTIONS = {
    "missions.nomenclature.chargee": "Nomenclature de la fiche 1 chargée",
    "missions.mission.creee": "Mission ajoutée à la nomenclature",
    "missions.mission.modifiee": "Mission de la nomenclature modifiée",
    "missions.mission.retrait": "Mission retirée de la nomenclature",
    "missions.mission.retablissement": "Mission rétablie dans la nomenclature",
    "missions.mission.suppression": "Mission de la nomenclature supprimée",
    "missions.public.cree": "Public ajouté à la nomenclature",
    "missions.public.modifie": "Public de la nomenclature modifié",
    "missions.public.retrait": "Public retiré de la nomenclature",
    "missions.public.retablissement": "Public rétabli dans la nomenclature",
    "missions.public.suppression": "Public de la nomenclature supprimé",
    "missions.confiees.enregistrees": "Missions confiées à un PsyEN",
    "missions.commentaire.ajoute": "Commentaire sur les missions",
    "missions.priorite.dite": "Priorité de l’établissement enregistrée",
}

#: What these acts keep besides the fields of their object.
CHAMPS = {
    "missions": "missions",
    "publics": "publics",
    "confiees": "missions confiées",
}


class MissionsConfig(AppConfig):
    name = "missions"
    verbose_name = "Missions et autorités"

    def ready(self) -> None:
        declarer_actions(ACTIONS)
        declarer_champs(CHAMPS)
