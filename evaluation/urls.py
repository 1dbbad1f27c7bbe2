"""Addresses of the evaluation."""

from django.urls import path

from evaluation.views import criteres, indicateurs

app_name = "evaluation"

#: What the experiment is judged on: criteria of the working group, definitions of the figures.
CADRE = [
    path("evaluation/criteres/", criteres.CritereListe.as_view(), name="criteres"),
    path("evaluation/criteres/proposer/", criteres.CritereProposer.as_view(), name="critere_proposer"),
    path("evaluation/criteres/<int:pk>/", criteres.CritereFiche.as_view(), name="critere"),
    path(
        "evaluation/criteres/<int:pk>/modifier/", criteres.CritereModifier.as_view(), name="critere_modifier"
    ),
    path("evaluation/criteres/<int:pk>/valider/", criteres.CritereValider.as_view(), name="critere_valider"),
    path("evaluation/criteres/<int:pk>/ecarter/", criteres.CritereEcarter.as_view(), name="critere_ecarter"),
    path("evaluation/criteres/<int:pk>/remettre/", criteres.critere_remettre, name="critere_remettre"),
    path("evaluation/indicateurs/", indicateurs.IndicateurListe.as_view(), name="indicateurs"),
    path("evaluation/indicateurs/ajouter/", indicateurs.IndicateurCreer.as_view(), name="indicateur_creer"),
    path("evaluation/indicateurs/<int:pk>/", indicateurs.IndicateurFiche.as_view(), name="indicateur"),
    path(
        "evaluation/indicateurs/<int:pk>/modifier/",
        indicateurs.IndicateurModifier.as_view(),
        name="indicateur_modifier",
    ),
    path(
        "evaluation/indicateurs/<int:pk>/retirer/", indicateurs.indicateur_retirer, name="indicateur_retirer"
    ),
    path(
        "evaluation/indicateurs/<int:pk>/retablir/",
        indicateurs.indicateur_retablir,
        name="indicateur_retablir",
    ),
]

urlpatterns = [*CADRE]
