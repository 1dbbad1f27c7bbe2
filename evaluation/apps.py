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
    "evaluation.enquete.creee": "Enquête préparée",
    "evaluation.enquete.modifiee": "Enquête réglée",
    "evaluation.enquete.supprimee": "Brouillon d’enquête supprimé",
    "evaluation.enquete.question_ajoutee": "Question ajoutée à l’enquête",
    "evaluation.enquete.question_modifiee": "Question de l’enquête modifiée",
    "evaluation.enquete.question_retiree": "Question retirée de l’enquête",
    "evaluation.enquete.questions_ordonnees": "Questions de l’enquête réordonnées",
    "evaluation.enquete.programmee": "Enquête programmée",
    "evaluation.enquete.reprise": "Enquête remise en préparation",
    "evaluation.enquete.ouverte": "Enquête ouverte",
    "evaluation.enquete.prolongee": "Enquête prolongée",
    "evaluation.enquete.close": "Enquête close",
    "evaluation.rapport.prepare": "Rapport d’évaluation préparé",
    "evaluation.rapport.compose": "Rapport d’évaluation modifié",
    "evaluation.rapport.abandonne": "Brouillon de rapport abandonné",
    "evaluation.rapport.emis": "Rapport d’évaluation émis",
    "evaluation.rapport.rattache": "Réunion bilan rattachée au rapport",
    "evaluation.synthese.publiee": "Synthèse de l’évaluation publiée",
    "evaluation.synthese.retiree": "Synthèse de l’évaluation retirée",
    "evaluation.export.fait": "Mesures exportées",
    "evaluation.export.programme": "Export programmé",
    "evaluation.export.arrete": "Export programmé arrêté",
    "evaluation.export.livre": "Export programmé livré",
}

#: Told only to those who build the survey, on its page.
ACTES_DE_PREPARATION = frozenset(
    f"evaluation.enquete.{geste}"
    for geste in ("question_ajoutee", "question_modifiee", "question_retiree", "questions_ordonnees")
)
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
    "questions": "questions",
    "question": "question",
    "invites": "personnes invitées",
    "reponses": "réponses",
    "cios": "CIO interrogés",
    "fichier": "fichier",
    "version": "version",
    "sha256": "empreinte SHA-256",
    "niveaux": "niveaux",
    "periode": "période",
}


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "Évaluation"

    def ready(self) -> None:
        from evaluation.models import Campagne  # noqa: PLC0415 - models exist only now
        from evaluation.notifications import enquetes, rapports  # noqa: PLC0415 - the same
        from evaluation.permissions import (  # noqa: PLC0415 - the same
            peut_joindre_documents,
            peut_lire_campagnes,
        )
        from evaluation.receivers import ecouter  # noqa: PLC0415 - the same
        from evaluation.selectors import (  # noqa: F401, PLC0415 - each registers its functions
            calculs_activite,
            calculs_couverture,
            calculs_enquete,
            calculs_moyens,
            calculs_pilotage,
            calculs_temps,
            calculs_territoire,
        )
        from evaluation.services import (  # noqa: F401, PLC0415 - their jobs, for the worker
            campagnes_calcul,
            exports,
            rapports_emission,
        )
        from socle.courriels import declarer_garde  # noqa: PLC0415 - models exist only now

        ecouter()
        declarer_actions(ACTIONS, reservees=ACTES_DE_PREPARATION)
        declarer_champs(CHAMPS)
        declarer_porteur(
            Campagne,
            lire=lambda perimetre, campagne: peut_lire_campagnes(perimetre),
            ecrire=peut_joindre_documents,
            page=lambda campagne: reverse("evaluation:campagne", args=[campagne.pk]),
        )
        declarer_garde(enquetes.GARDE, enquetes.est_encore_due)
        declarer_garde(enquetes.GARDE_RAPPEL, enquetes.est_encore_due, discrete=True)
        declarer_garde(rapports.GARDE_SYNTHESE, rapports.synthese_encore_due)
        declarer_garde(rapports.GARDE_LIVRAISON, rapports.livraison_encore_due)
