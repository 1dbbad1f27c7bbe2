"""French paths of the PsyEN, the répartitions and the arrêtés."""

from django.urls import path

from psyen.views import arretes, decision, gestes_dcio, imports, psyen
from psyen.views.accueil_dcio import mon_cio
from psyen.views.affecter import affecter
from psyen.views.grille import repartition_controler, repartition_grille
from psyen.views.indicateurs import indicateurs
from psyen.views.ma_semaine import ma_semaine
from psyen.views.mes_donnees import mes_donnees
from psyen.views.mon_psyen import commenter, mon_psyen
from psyen.views.repartitions import AffectationExport, RepartitionDetail, RepartitionListe

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
    path("repartitions/affectations/", AffectationExport.as_view(), name="affectations"),
    path("repartitions/preparer/", gestes_dcio.preparer, name="preparer"),
    path("repartitions/ouvrir/", gestes_dcio.repartition_ouvrir, name="repartition_ouvrir"),
    path("repartitions/<int:pk>/", RepartitionDetail.as_view(), name="repartition"),
    path("repartitions/<int:pk>/grille/", repartition_grille, name="repartition_grille"),
    path("repartitions/<int:pk>/grille/controle/", repartition_controler, name="repartition_controler"),
    path("repartitions/<int:pk>/affecter/", affecter, name="affecter"),
    path(
        "repartitions/<int:pk>/proposer/",
        gestes_dcio.RepartitionProposer.as_view(),
        name="repartition_proposer",
    ),
    path("repartitions/<int:pk>/retirer/", gestes_dcio.repartition_retirer, name="repartition_retirer"),
    path("repartitions/<int:pk>/reprendre/", gestes_dcio.repartition_reprendre, name="repartition_reprendre"),
    path("repartitions/<int:pk>/supprimer/", gestes_dcio.repartition_supprimer, name="repartition_supprimer"),
    path(
        "repartitions/<int:pk>/date-effet/",
        gestes_dcio.repartition_date_effet,
        name="repartition_date_effet",
    ),
    path(
        "repartitions/<int:pk>/actualiser/",
        gestes_dcio.repartition_actualiser,
        name="repartition_actualiser",
    ),
    path("repartitions/<int:pk>/projet/", arretes.projet, name="projet"),
    path("repartitions/<int:pk>/renvoyer/", decision.Renvoyer.as_view(), name="renvoyer"),
    path("repartitions/<int:pk>/avis/", decision.DonnerAvis.as_view(), name="avis"),
    path("a-decider/", decision.a_decider, name="a_decider"),
    path("a-decider/arreter/", decision.arreter, name="arreter"),
    path("arretes/", arretes.ArreteListe.as_view(), name="arretes"),
    path("arretes/modeles/", arretes.modeles_arrete, name="modeles_arrete"),
    path("arretes/modeles/<slug:code>/", arretes.ModeleArreteView.as_view(), name="modele_arrete"),
    path("arretes/<int:pk>/", arretes.ArreteDetail.as_view(), name="arrete"),
    path("arretes/<int:pk>/document/", arretes.arrete_document, name="arrete_document"),
    path("arretes/<int:pk>/extrait/", arretes.arrete_extrait, name="arrete_extrait"),
    path("mon-cio/", mon_cio, name="mon_cio"),
    path("mon-psyen/", mon_psyen, name="mon_psyen"),
    path("mon-psyen/commenter/<int:pk>/", commenter, name="commenter"),
    path("ma-semaine/", ma_semaine, name="ma_semaine"),
    path("mes-donnees/", mes_donnees, name="mes_donnees"),
]
