"""Addresses of the account pages."""

from django.urls import path

from comptes.views import compte, connexion, second_facteur, sessions

app_name = "comptes"

urlpatterns = [
    path("connexion/", connexion.Connexion.as_view(), name="connexion"),
    path("connexion/code/", connexion.Code.as_view(), name="code"),
    path("connexion/fournisseur/", connexion.fournisseur, name="fournisseur"),
    path("connexion/fournisseur/retour/", connexion.fournisseur_retour, name="fournisseur_retour"),
    path("deconnexion/", connexion.Deconnexion.as_view(), name="deconnexion"),
    path("compte/", compte.MonCompte.as_view(), name="mon_compte"),
    path("compte/courriel/", compte.ChangerCourriel.as_view(), name="courriel_changer"),
    path("compte/courriel/confirmer/<str:jeton>/", compte.courriel_confirmer, name="courriel_confirmer"),
    path("compte/mot-de-passe/", compte.ChangerMotDePasse.as_view(), name="mot_de_passe_changer"),
    path("compte/presence/", sessions.presence, name="presence"),
    path("compte/sessions/fermer/", sessions.deconnecter_partout, name="deconnecter_partout"),
    path("compte/sessions/fermer-les-autres/", sessions.fermer_les_autres, name="sessions_fermer_autres"),
    path("compte/sessions/fermer-une/", sessions.fermer_une_session, name="session_fermer"),
    path("compte/second-facteur/", second_facteur.MonSecondFacteur.as_view(), name="second_facteur"),
    path("compte/second-facteur/activer/", second_facteur.Activer.as_view(), name="second_facteur_activer"),
    path("compte/second-facteur/codes/", second_facteur.RenouvelerCodes.as_view(), name="codes_renouveler"),
    path("compte/second-facteur/retirer/", second_facteur.Retirer.as_view(), name="second_facteur_retirer"),
    path("mot-de-passe/oublie/", compte.MotDePasseOublie.as_view(), name="mot_de_passe_oublie"),
    path("mot-de-passe/demande/", compte.MotDePasseDemande.as_view(), name="mot_de_passe_demande"),
    path(
        "mot-de-passe/nouveau/<uidb64>/<token>/",
        compte.MotDePasseNouveau.as_view(),
        name="mot_de_passe_nouveau",
    ),
]
