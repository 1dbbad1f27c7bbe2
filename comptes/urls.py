"""Addresses of the account pages."""

from django.urls import path

from comptes import views

app_name = "comptes"

urlpatterns = [
    path("connexion/", views.Connexion.as_view(), name="connexion"),
    path("deconnexion/", views.Deconnexion.as_view(), name="deconnexion"),
    path("compte/", views.MonCompte.as_view(), name="mon_compte"),
    path("compte/courriel/", views.ChangerCourriel.as_view(), name="courriel_changer"),
    path("compte/courriel/confirmer/<str:jeton>/", views.courriel_confirmer, name="courriel_confirmer"),
    path("compte/mot-de-passe/", views.ChangerMotDePasse.as_view(), name="mot_de_passe_changer"),
    path("compte/sessions/fermer/", views.deconnecter_partout, name="deconnecter_partout"),
    path("mot-de-passe/oublie/", views.MotDePasseOublie.as_view(), name="mot_de_passe_oublie"),
    path("mot-de-passe/demande/", views.MotDePasseDemande.as_view(), name="mot_de_passe_demande"),
    path(
        "mot-de-passe/nouveau/<uidb64>/<token>/",
        views.MotDePasseNouveau.as_view(),
        name="mot_de_passe_nouveau",
    ),
]
