"""Addresses of the missions."""

from django.urls import URLPattern, path

from missions.views import (
    biblio_labs,
    conventions,
    fiches_de_poste,
    partenaires,
    territoire,
    territoire_externalisables,
)

app_name = "missions"

#: What the CIO opens to its territory.
TERRITOIRE = [
    path("territoire/", territoire.TerritoireListe.as_view(), name="territoire"),
    path(
        "territoire/actions/ajouter/",
        territoire.ActionDeTerritoireCreer.as_view(),
        name="action_de_territoire_creer",
    ),
    path(
        "territoire/actions/<int:pk>/",
        territoire.ActionDeTerritoireFiche.as_view(),
        name="action_de_territoire",
    ),
    path(
        "territoire/actions/<int:pk>/modifier/",
        territoire.ActionDeTerritoireModifier.as_view(),
        name="action_de_territoire_modifier",
    ),
    path(
        "territoire/actions/<int:pk>/realiser/",
        territoire.ActionDeTerritoireRealiser.as_view(),
        name="action_de_territoire_realiser",
    ),
    path(
        "territoire/actions/<int:pk>/<slug:geste>/",
        territoire.action_de_territoire_geste,
        name="action_de_territoire_geste",
    ),
    path(
        "territoire/externalisables/",
        territoire_externalisables.ExternalisableListe.as_view(),
        name="externalisables",
    ),
    path(
        "territoire/externalisables/ajouter/",
        territoire_externalisables.ExternalisableCreer.as_view(),
        name="externalisable_creer",
    ),
    path(
        "territoire/externalisables/<int:pk>/",
        territoire_externalisables.ExternalisableFiche.as_view(),
        name="externalisable",
    ),
    path(
        "territoire/externalisables/<int:pk>/modifier/",
        territoire_externalisables.ExternalisableModifier.as_view(),
        name="externalisable_modifier",
    ),
    path(
        "territoire/externalisables/<int:pk>/<slug:geste>/",
        territoire_externalisables.externalisable_geste,
        name="externalisable_geste",
    ),
    path("territoire/biblio-labs/", biblio_labs.BiblioLabListe.as_view(), name="biblio_labs"),
    path("territoire/biblio-labs/inscrire/", biblio_labs.BiblioLabCreer.as_view(), name="biblio_lab_creer"),
    path("territoire/biblio-labs/<int:pk>/", biblio_labs.BiblioLabFiche.as_view(), name="biblio_lab"),
    path(
        "territoire/biblio-labs/<int:pk>/modifier/",
        biblio_labs.BiblioLabModifier.as_view(),
        name="biblio_lab_modifier",
    ),
    path("territoire/partenaires/", partenaires.PartenaireListe.as_view(), name="partenaires"),
    path("territoire/partenaires/inscrire/", partenaires.PartenaireCreer.as_view(), name="partenaire_creer"),
    path("territoire/partenaires/<int:pk>/", partenaires.PartenaireFiche.as_view(), name="partenaire"),
    path(
        "territoire/partenaires/<int:pk>/modifier/",
        partenaires.PartenaireModifier.as_view(),
        name="partenaire_modifier",
    ),
    path(
        "territoire/partenaires/<int:pk>/supprimer/",
        partenaires.partenaire_supprimer,
        name="partenaire_supprimer",
    ),
    path("territoire/conventions/", conventions.ConventionListe.as_view(), name="conventions"),
    path(
        "territoire/conventions/enregistrer/", conventions.ConventionCreer.as_view(), name="convention_creer"
    ),
    path("territoire/conventions/<int:pk>/", conventions.ConventionFiche.as_view(), name="convention"),
    path(
        "territoire/conventions/<int:pk>/modifier/",
        conventions.ConventionModifier.as_view(),
        name="convention_modifier",
    ),
]

#: « Actualiser les fiches de poste des secrétaires de CIO » (action 7).
FICHES_DE_POSTE = [
    path("fiches-de-poste/", fiches_de_poste.FicheListe.as_view(), name="fiches_de_poste"),
    path(
        "fiches-de-poste/preparer/", fiches_de_poste.FichePreparer.as_view(), name="fiche_de_poste_preparer"
    ),
    path("fiches-de-poste/<int:pk>/", fiches_de_poste.FicheDetail.as_view(), name="fiche_de_poste"),
    path(
        "fiches-de-poste/<int:pk>/ecrire/",
        fiches_de_poste.FicheModifier.as_view(),
        name="fiche_de_poste_modifier",
    ),
    path(
        "fiches-de-poste/<int:pk>/valider/",
        fiches_de_poste.FicheValider.as_view(),
        name="fiche_de_poste_valider",
    ),
    path(
        "fiches-de-poste/<int:pk>/mettre-fin/",
        fiches_de_poste.FicheClore.as_view(),
        name="fiche_de_poste_clore",
    ),
    path(
        "fiches-de-poste/<int:pk>/supprimer/",
        fiches_de_poste.fiche_supprimer,
        name="fiche_de_poste_supprimer",
    ),
    path("fiches-de-poste/<int:pk>/pdf/", fiches_de_poste.fiche_pdf, name="fiche_de_poste_pdf"),
]

urlpatterns: list[URLPattern] = [*TERRITOIRE, *FICHES_DE_POSTE]
