from django.apps import AppConfig
from django.urls import reverse

from socle.actions import declarer_actions, declarer_champs
from socle.porteurs import declarer_porteur

ACTIONS = {
    "evaluation.critere.propose": "Critère proposé",
    "evaluation.critere.modifie": "Critère modifié",
    "evaluation.critere.valide": "Critère validé par le groupe de travail",
    "evaluation.critere.ecarte": "Critère écarté par le groupe de travail",
    "evaluation.critere.remis": "Critère remis en discussion",
    "evaluation.criteres.charges": "Critères proposés par la bibliothèque chargés",
    "evaluation.indicateurs.charges": "Indicateurs de la bibliothèque chargés",
    "evaluation.indicateur.cree": "Indicateur ajouté",
    "evaluation.indicateur.modifie": "Indicateur modifié",
    "evaluation.indicateur.retire": "Indicateur retiré",
    "evaluation.indicateur.retabli": "Indicateur rétabli",
    "evaluation.campagne.ouverte": "Campagne d’évaluation ouverte",
    "evaluation.campagne.modifiee": "Campagne d’évaluation modifiée",
    "evaluation.campagne.calculee": "Indicateurs de la campagne calculés",
    "evaluation.campagne.relancee": "Saisies manquantes demandées",
    "evaluation.campagne.figee": "Campagne d’évaluation figée",
    "evaluation.mesure.saisie": "Mesure saisie",
    "evaluation.mesure.retiree": "Mesure retirée",
    "evaluation.mesures.importees": "Mesures importées d’un tableur",
    "evaluation.analyse.ecrite": "Analyse enregistrée",
}

#: What these acts keep besides the fields of their object.
CHAMPS = {
    "valeur": "valeur",
    "indicateur": "indicateur",
    "indicateurs": "indicateurs",
    "criteres": "critères",
    "territoire": "territoire",
    "mesures": "mesures",
    "non_calculables": "non calculables",
    "manquantes": "saisies manquantes",
}


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "Évaluation"

    def ready(self) -> None:
        from evaluation.models import Campagne  # noqa: PLC0415 - models exist only now
        from evaluation.permissions import peut_joindre_documents, peut_lire_campagnes  # noqa: PLC0415
        from evaluation.selectors import (  # noqa: F401, PLC0415 - each registers its functions
            calculs_activite,
            calculs_couverture,
            calculs_moyens,
            calculs_pilotage,
            calculs_temps,
            calculs_territoire,
        )
        from evaluation.services import campagnes_calcul  # noqa: F401, PLC0415 - its job, for the worker

        declarer_actions(ACTIONS)
        declarer_champs(CHAMPS)
        declarer_porteur(
            Campagne,
            lire=lambda perimetre, campagne: peut_lire_campagnes(perimetre),
            ecrire=peut_joindre_documents,
            page=lambda campagne: reverse("evaluation:campagne", args=[campagne.pk]),
        )
