"""French paths of the PsyEN, the répartitions and the arrêtés."""

from django.urls import URLPattern

app_name = "psyen"

urlpatterns: list[URLPattern] = []
