"""Addresses of the evaluation."""

from django.urls import path

from evaluation.views import (
    analyses,
    campagne_indicateur,
    campagnes,
    comparaisons,
    criteres,
    enquete_questions,
    enquete_reponse,
    enquete_resultats,
    enquetes,
    exports,
    indicateurs,
    mesures,
    rapports,
    rapports_synthese,
)

app_name = "evaluation"

#: What the experiment is judged on: criteria of the working group, definitions of the figures.
CADRE = [
    path("criteres/", criteres.CritereListe.as_view(), name="criteres"),
    path("criteres/bibliotheque/", criteres.bibliotheque_charger, name="bibliotheque_charger"),
    path("criteres/proposer/", criteres.CritereProposer.as_view(), name="critere_proposer"),
    path("criteres/<int:pk>/", criteres.CritereFiche.as_view(), name="critere"),
    path("criteres/<int:pk>/modifier/", criteres.CritereModifier.as_view(), name="critere_modifier"),
    path("criteres/<int:pk>/valider/", criteres.CritereValider.as_view(), name="critere_valider"),
    path("criteres/<int:pk>/ecarter/", criteres.CritereEcarter.as_view(), name="critere_ecarter"),
    path("criteres/<int:pk>/remettre/", criteres.critere_remettre, name="critere_remettre"),
    path("indicateurs/", indicateurs.IndicateurListe.as_view(), name="indicateurs"),
    path("indicateurs/ajouter/", indicateurs.IndicateurCreer.as_view(), name="indicateur_creer"),
    path("indicateurs/<int:pk>/", indicateurs.IndicateurFiche.as_view(), name="indicateur"),
    path(
        "indicateurs/<int:pk>/modifier/",
        indicateurs.IndicateurModifier.as_view(),
        name="indicateur_modifier",
    ),
    path("indicateurs/<int:pk>/retirer/", indicateurs.indicateur_retirer, name="indicateur_retirer"),
    path(
        "indicateurs/<int:pk>/retablir/",
        indicateurs.indicateur_retablir,
        name="indicateur_retablir",
    ),
]

#: Campaigns, their figures, what is said of them.
CAMPAGNES = [
    path("campagnes/", campagnes.CampagneListe.as_view(), name="campagnes"),
    path("campagnes/ouvrir/", campagnes.CampagneOuvrir.as_view(), name="campagne_ouvrir"),
    path("campagnes/<int:pk>/", campagnes.CampagneDetail.as_view(), name="campagne"),
    path("campagnes/<int:pk>/regler/", campagnes.CampagneRegler.as_view(), name="campagne_regler"),
    path(
        "campagnes/<int:pk>/indicateurs/<int:indicateur>/",
        campagne_indicateur.CampagneIndicateur.as_view(),
        name="campagne_indicateur",
    ),
    path(
        "campagnes/<int:pk>/lignes/<int:mesure>/",
        campagne_indicateur.MesureLignes.as_view(),
        name="mesure_lignes",
    ),
    path("campagnes/<int:pk>/analyser/", analyses.AnalyseEcrire.as_view(), name="campagne_analyser"),
    path(
        "campagnes/<int:pk>/indicateurs/<int:indicateur>/analyser/",
        analyses.AnalyseEcrire.as_view(),
        name="indicateur_analyser",
    ),
    path("campagnes/<int:pk>/importer/", mesures.ImporterMesures.as_view(), name="mesures_importer"),
    path("campagnes/<int:pk>/modele/<slug:format_>/", mesures.mesures_modele, name="mesures_modele"),
    path("campagnes/<int:pk>/saisir/", mesures.SaisirMesures.as_view(), name="mesures_saisir"),
    path("campagnes/<int:pk>/calculer/", campagnes.campagne_calculer, name="campagne_calculer"),
    path(
        "campagnes/<int:pk>/mesures/<slug:format_>/",
        campagnes.campagne_mesures,
        name="campagne_mesures",
    ),
    path(
        "campagnes/<int:pk>/gestes/<slug:geste_campagne>/",
        campagnes.campagne_geste,
        name="campagne_geste",
    ),
    path("comparer/", comparaisons.Comparer.as_view(), name="comparer"),
]

#: The QVT survey: what is built, what is answered, what is read.
ENQUETES = [
    path("enquetes/", enquetes.EnqueteListe.as_view(), name="enquetes"),
    path("enquetes/preparer/", enquetes.EnqueteCreer.as_view(), name="enquete_creer"),
    path("enquetes/merci/", enquete_reponse.enquete_merci, name="enquete_merci"),
    path("enquetes/repondre/<str:jeton>/", enquete_reponse.enquete_repondre, name="enquete_repondre"),
    path(
        "enquetes/questions/<int:pk>/", enquete_questions.QuestionModifier.as_view(), name="question_modifier"
    ),
    path(
        "enquetes/questions/<int:pk>/<slug:geste>/", enquete_questions.question_geste, name="question_geste"
    ),
    path("enquetes/<int:pk>/", enquetes.EnqueteFiche.as_view(), name="enquete"),
    path("enquetes/<int:pk>/regler/", enquetes.EnqueteModifier.as_view(), name="enquete_modifier"),
    path("enquetes/<int:pk>/prolonger/", enquetes.EnqueteProlonger.as_view(), name="enquete_prolonger"),
    path("enquetes/<int:pk>/apercu/", enquete_questions.EnqueteApercu.as_view(), name="enquete_apercu"),
    path(
        "enquetes/<int:pk>/questions/<slug:genre>/",
        enquete_questions.QuestionAjouter.as_view(),
        name="question_ajouter",
    ),
    path("enquetes/<int:pk>/resultats.pdf", enquete_resultats.resultats_pdf, name="enquete_pdf"),
    path(
        "enquetes/<int:pk>/resultats.<slug:format_>",
        enquete_resultats.resultats_exporter,
        name="enquete_exporter",
    ),
    path("enquetes/<int:pk>/<slug:geste>/", enquetes.enquete_geste, name="enquete_geste"),
]

#: What is said of a campaign: composed, issued, published; what the ADMIN takes away.
RAPPORTS = [
    path("rapports/", rapports.Rapports.as_view(), name="rapports"),
    path("rapports/preparer/", rapports.RapportPreparer.as_view(), name="rapport_preparer"),
    path("rapports/<int:pk>/", rapports.RapportDetail.as_view(), name="rapport"),
    path("rapports/<int:pk>/composer/", rapports.RapportComposer.as_view(), name="rapport_composer"),
    path("rapports/<int:pk>/apercu/", rapports.rapport_apercu, name="rapport_apercu"),
    path("rapports/<int:pk>/bilan/", rapports.RapportBilan.as_view(), name="rapport_bilan"),
    path("rapports/<int:pk>/projet/<slug:forme>/", rapports.rapport_projet, name="rapport_projet"),
    path("rapports/<int:pk>/emettre/", rapports.rapport_emettre, name="rapport_emettre"),
    path("rapports/<int:pk>/abandonner/", rapports.rapport_abandonner, name="rapport_abandonner"),
    path("rapports/<int:pk>/nouvelle-version/", rapports.rapport_version, name="rapport_version"),
    path("rapports/<int:pk>/publier/", rapports.synthese_publier, name="synthese_publier"),
    path("rapports/<int:pk>/retirer/", rapports.synthese_retirer, name="synthese_retirer"),
    path("rapports/<int:pk>/<slug:forme>.pdf", rapports.rapport_document, name="rapport_document"),
    path("rapports/<int:pk>/annexe.<slug:format_>", rapports.rapport_annexe, name="rapport_annexe"),
    path("synthese-evaluation/", rapports_synthese.syntheses, name="syntheses"),
    path("synthese-evaluation/<int:pk>.pdf", rapports_synthese.synthese, name="synthese"),
    path("exports-evaluation/", exports.Exports.as_view(), name="exports"),
    path("exports-evaluation/programmer/", exports.ExportProgrammer.as_view(), name="export_programmer"),
    path("exports-evaluation/<int:pk>/arreter/", exports.export_arreter, name="export_arreter"),
    path("exports-evaluation/livraisons/<int:pk>/", exports.livraison, name="livraison"),
]

urlpatterns = [*CADRE, *CAMPAGNES, *ENQUETES, *RAPPORTS]
