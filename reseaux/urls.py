"""French paths of the territory: CIO, établissements, réseaux, habilitations, imports."""

from django.urls import URLPattern, path

from reseaux.views import annees, cio, etablissements, habilitations, imports, listes_reseaux, perimetre

app_name = "reseaux"

urlpatterns: list[URLPattern] = [
    path("etablissements/", etablissements.EtablissementListe.as_view(), name="etablissements"),
    path("etablissements/<int:pk>/", etablissements.EtablissementDetail.as_view(), name="etablissement"),
    path("etablissements/sectorisation/", etablissements.Sectorisation.as_view(), name="sectorisation"),
    path(
        "etablissements/sectorisation/enregistrer/",
        etablissements.sectorisation_enregistrer,
        name="sectorisation_enregistrer",
    ),
    path("cio/", cio.CIOListe.as_view(), name="cios"),
    path("cio/nouveau/", cio.CIOCreer.as_view(), name="cio_creer"),
    path("cio/<int:pk>/", cio.CIODetail.as_view(), name="cio"),
    path("cio/<int:pk>/modifier/", cio.CIOModifier.as_view(), name="cio_modifier"),
    path("cio/<int:pk>/fiche/", cio.CIOFiche.as_view(), name="cio_fiche"),
    *(
        path(f"cio/<int:pk>/{geste}/", cio.cio_geste, {"geste": geste}, name=f"cio_{geste}")
        for geste in cio.GESTES
    ),
    path("reseaux/", listes_reseaux.ReseauListe.as_view(), name="reseaux"),
    path("reseaux/<int:pk>/", listes_reseaux.ReseauDetail.as_view(), name="reseau"),
    path("reseaux/carte/", perimetre.carte, name="carte"),
    path("reseaux/perimetre/<int:cio>/<slug:annee>/", perimetre.perimetre, name="perimetre"),
    path(
        "reseaux/perimetre/<int:cio>/<slug:annee>/placer/",
        perimetre.etablissements_placer,
        name="etablissements_placer",
    ),
    path(
        "reseaux/perimetre/<int:cio>/<slug:annee>/nouveau/",
        perimetre.ReseauCreerView.as_view(),
        name="reseau_creer",
    ),
    path(
        "reseaux/perimetre/<int:cio>/<slug:annee>/copier/",
        perimetre.perimetre_copier,
        name="perimetre_copier",
    ),
    path("reseaux/<int:pk>/modifier/", perimetre.ReseauModifierView.as_view(), name="reseau_modifier"),
    path("reseaux/<int:pk>/dissoudre/", perimetre.reseau_dissoudre, name="reseau_dissoudre"),
    path("habilitations/", habilitations.HabilitationListe.as_view(), name="habilitations"),
    path("habilitations/porter/", habilitations.porter, name="porter_habilitation"),
    path(
        "habilitations/<int:pk>/revoquer/",
        habilitations.HabilitationRevoquer.as_view(),
        name="habilitation_revoquer",
    ),
    path("comptes/", habilitations.CompteListe.as_view(), name="comptes"),
    path("comptes/nouveau/", habilitations.CompteCreer.as_view(), name="compte_creer"),
    path("comptes/<int:pk>/", habilitations.CompteDetail.as_view(), name="compte"),
    path("comptes/<int:pk>/nom/", habilitations.CompteCorriger.as_view(), name="compte_corriger"),
    path(
        "comptes/<int:pk>/habilitations/nouvelle/",
        habilitations.HabilitationAccorder.as_view(),
        name="habilitation_accorder",
    ),
    *(
        path(
            f"comptes/<int:pk>/{geste}/", habilitations.compte_geste, {"geste": geste}, name=f"compte_{geste}"
        )
        for geste in habilitations.GESTES
    ),
    path("imports/annuaire/", imports.ImporterAnnuaire.as_view(), name="importer_annuaire"),
    path("imports/effectifs/", imports.ImporterEffectifs.as_view(), name="importer_effectifs"),
    path("annees/", annees.AnneeListe.as_view(), name="annees"),
    path("annees/nouvelle/", annees.annee_creer, name="annee_creer"),
    *(
        path(f"annees/<int:pk>/{geste}/", annees.annee_geste, {"geste": geste}, name=f"annee_{geste}")
        for geste in annees.GESTES
    ),
]
