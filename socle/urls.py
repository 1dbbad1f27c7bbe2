"""Addresses of the screens of `socle`."""

from django.urls import path

from socle import ecrans

app_name = "socle"

urlpatterns = [
    path("courriels/", ecrans.Courriels.as_view(), name="courriels"),
    path("courriels/<int:pk>/", ecrans.DetailCourriel.as_view(), name="courriel"),
    path("courriels/<int:pk>/piece/", ecrans.courriel_piece, name="courriel_piece"),
    path("courriels/<int:pk>/renvoyer/", ecrans.courriel_renvoyer, name="courriel_renvoyer"),
    path("journal/", ecrans.Journal.as_view(), name="journal"),
    path("journal/<int:pk>/", ecrans.DetailEntreeJournal.as_view(), name="entree_journal"),
    path("notifications/", ecrans.Notifications.as_view(), name="notifications"),
    path("notifications/lire/", ecrans.notifications_lire, name="notifications_lire"),
    path("notifications/<int:pk>/lire/", ecrans.notification_lire, name="notification_lire"),
    path("travaux/", ecrans.Travaux.as_view(), name="travaux"),
    path("travaux/<int:pk>/", ecrans.Travail.as_view(), name="travail"),
    path("travaux/<int:pk>/etat/", ecrans.travail_etat, name="travail_etat"),
    path("travaux/<int:pk>/resultat/", ecrans.travail_resultat, name="travail_resultat"),
]
