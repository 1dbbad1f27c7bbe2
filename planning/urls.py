"""Addresses of the work plan."""

from django.urls import URLPattern, path

from planning.enums import Rythme
from planning.views import calendrier, calendrier_orientation, flux

app_name = "planning"
urlpatterns: list[URLPattern] = [
    # --- orientation calendar, holidays
    path(
        "calendrier-orientation/", calendrier_orientation.CalendrierOrientation.as_view(), name="orientation"
    ),
    path(
        "calendrier-orientation/<slug:annee>/nouvelle/",
        calendrier_orientation.PeriodeOrientationCreer.as_view(),
        name="periode_orientation_creer",
    ),
    path(
        "calendrier-orientation/<slug:annee>/charger/",
        calendrier_orientation.orientation_charger,
        name="orientation_charger",
    ),
    path(
        "calendrier-orientation/<slug:annee>/rythmes/",
        calendrier_orientation.Rythmes.as_view(),
        name="rythmes",
    ),
    *(
        path(
            f"calendrier-orientation/<slug:annee>/rythmes/<int:pk>/{rythme}/",
            calendrier_orientation.rythme_choisir,
            {"rythme": rythme.value},
            name=f"rythme_{rythme}",
        )
        for rythme in Rythme
    ),
    path(
        "calendrier-orientation/periodes/<int:pk>/modifier/",
        calendrier_orientation.PeriodeOrientationModifier.as_view(),
        name="periode_orientation_modifier",
    ),
    path(
        "calendrier-orientation/periodes/<int:pk>/supprimer/",
        calendrier_orientation.periode_orientation_supprimer,
        name="periode_orientation_supprimer",
    ),
    path("jours-non-ouvres/", calendrier.JoursNonOuvres.as_view(), name="jours_non_ouvres"),
    path(
        "jours-non-ouvres/nouvelle/",
        calendrier.PeriodeNonOuvreeCreer.as_view(),
        name="periode_non_ouvree_creer",
    ),
    path(
        "jours-non-ouvres/<int:pk>/modifier/",
        calendrier.PeriodeNonOuvreeModifier.as_view(),
        name="periode_non_ouvree_modifier",
    ),
    path(
        "jours-non-ouvres/<int:pk>/supprimer/",
        calendrier.periode_non_ouvree_supprimer,
        name="periode_non_ouvree_supprimer",
    ),
    path(
        "jours-non-ouvres/<slug:annee>/charger/",
        calendrier.jours_non_ouvres_charger,
        name="jours_non_ouvres_charger",
    ),
    # --- shared calendars
    path("mes-calendriers/", flux.MesFlux.as_view(), name="mes_flux"),
    path("mes-calendriers/nouveau/", flux.FluxCreer.as_view(), name="flux_creer"),
    path("mes-calendriers/<int:pk>/renouveler/", flux.flux_renouveler, name="flux_renouveler"),
    path("mes-calendriers/<int:pk>/revoquer/", flux.flux_revoquer, name="flux_revoquer"),
    path("calendriers/<str:jeton>.ics", flux.flux_ics, name="flux_ics"),
]
