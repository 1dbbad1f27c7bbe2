"""Addresses of the screens of `socle`."""

from django.urls import path

from socle import ecrans, ecrans_documents

app_name = "socle"

urlpatterns = [
    path("courriels/", ecrans.Courriels.as_view(), name="courriels"),
    path("courriels/<int:pk>/", ecrans.DetailCourriel.as_view(), name="courriel"),
    path("courriels/<int:pk>/piece/", ecrans.courriel_piece, name="courriel_piece"),
    path("courriels/<int:pk>/renvoyer/", ecrans.courriel_renvoyer, name="courriel_renvoyer"),
    path(
        "documents/<int:type>/<int:objet>/deposer/",
        ecrans_documents.DeposerDocument.as_view(),
        name="document_deposer",
    ),
    path(
        "documents/<int:pk>/nouvelle-version/",
        ecrans_documents.NouvelleVersion.as_view(),
        name="document_nouvelle_version",
    ),
    path("documents/<int:pk>/retirer/", ecrans_documents.document_retirer, name="document_retirer"),
    path("documents/versions/<int:version>/", ecrans_documents.document_version, name="document_version"),
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
