"""French paths of the PsyEN, the répartitions and the arrêtés."""

from django.urls import path

from psyen.views.repartitions import RepartitionDetail, RepartitionListe

app_name = "psyen"

urlpatterns = [
    path("repartitions/", RepartitionListe.as_view(), name="repartitions"),
    path("repartitions/<int:pk>/", RepartitionDetail.as_view(), name="repartition"),
]
