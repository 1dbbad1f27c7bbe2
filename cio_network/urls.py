"""Every address of the service: French paths, one include per app."""

from django.urls import include, path

from cio_network import sante, views

urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("", include("comptes.urls")),
    path("", include("socle.urls")),
    path("", include("reseaux.urls")),
    path("", include("psyen.urls")),
    path("", include("missions.urls")),
    path("", include("planning.urls")),
    path("", include("evaluation.urls")),
    path("mentions-legales/", views.mentions_legales, name="mentions_legales"),
    path("accessibilite/", views.accessibilite, name="accessibilite"),
    path("donnees-personnelles/", views.donnees_personnelles, name="donnees_personnelles"),
    path("plan-du-site/", views.plan_du_site, name="plan_du_site"),
    path("sante/vivant", sante.vivant, name="sante_vivant"),
    path("sante/pret", sante.pret, name="sante_pret"),
    path("sante/mesures", sante.donner_les_mesures, name="sante_mesures"),
    path("depot-trop-lourd/", views.depot_trop_lourd, name="depot_trop_lourd"),
    path("aide/", views.aide, name="aide"),
    path("aide/<slug:role>/", views.aide, name="aide_du_role"),
]

handler400 = views.requete_refusee
handler403 = views.acces_refuse
handler404 = views.page_introuvable
handler500 = views.erreur_interne
