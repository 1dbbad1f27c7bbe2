"""French paths of the territory: CIO, établissements, réseaux, habilitations, imports."""

from django.urls import URLPattern

app_name = "reseaux"

urlpatterns: list[URLPattern] = []
