"""French paths of the PsyEN, the répartitions and the arrêtés."""

from django.urls import path

from psyen.views import imports, psyen
from psyen.views.indicateurs import indicateurs
from psyen.views.repartitions import RepartitionDetail, RepartitionListe

app_name = "psyen"

urlpatterns = [
    path("psyen/", psyen.PsyENListe.as_view(), name="psyens"),
    path("psyen/nouveau/", psyen.PsyENCreer.as_view(), name="psyen_creer"),
    path("psyen/importer/", imports.ImporterPsyEN.as_view(), name="importer_psyen"),
    path("psyen/importer/modele/<slug:format_>/", imports.modele_psyen, name="modele_psyen"),
    path("psyen/<int:pk>/", psyen.PsyENDetail.as_view(), name="psyen"),
    path("psyen/<int:pk>/modifier/", psyen.PsyENModifier.as_view(), name="psyen_modifier"),
    path("psyen/<int:pk>/compte/", psyen.psyen_compte, name="psyen_compte"),
    path(
        "psyen/<int:pk>/rattachements/nouveau/",
        psyen.RattachementCreer.as_view(),
        name="rattachement_creer",
    ),
    path(
        "psyen/<int:pk>/rattachements/<int:rattachement>/corriger/",
        psyen.RattachementCorriger.as_view(),
        name="rattachement_corriger",
    ),
    path("reseaux/indicateurs/", indicateurs, name="indicateurs"),
    path("repartitions/", RepartitionListe.as_view(), name="repartitions"),
    path("repartitions/<int:pk>/", RepartitionDetail.as_view(), name="repartition"),
]
