"""Addresses of the missions."""

from django.urls import URLPattern, path

from missions.views import (
    activite,
    activite_import,
    activite_saisie,
    autorites,
    biblio_labs,
    champs,
    conventions,
    dossiers,
    fiches_de_poste,
    lettres,
    matrice,
    matrice_edition,
    missions,
    missions_confier,
    missions_ecole,
    nomenclature,
    partenaires,
    programmes,
    territoire,
    territoire_externalisables,
)

app_name = "missions"

#: The tree of fiche 1 and its publics.
NOMENCLATURE = [
    path("nomenclature/", nomenclature.Nomenclature.as_view(), name="nomenclature"),
    path("nomenclature/charger/", nomenclature.nomenclature_charger, name="nomenclature_charger"),
    path("nomenclature/missions/ajouter/", nomenclature.MissionCreer.as_view(), name="mission_creer"),
    path(
        "nomenclature/missions/<int:mission>/",
        nomenclature.MissionModifier.as_view(),
        name="mission_modifier",
    ),
    path(
        "nomenclature/missions/<int:mission>/<slug:geste_nomenclature>/",
        nomenclature.mission_geste,
        name="mission_geste",
    ),
    path("nomenclature/publics/ajouter/", nomenclature.PublicCreer.as_view(), name="public_creer"),
    path("nomenclature/publics/<int:public>/", nomenclature.PublicModifier.as_view(), name="public_modifier"),
    path(
        "nomenclature/publics/<int:public>/<slug:geste_nomenclature>/",
        nomenclature.public_geste,
        name="public_geste",
    ),
]

#: What is entrusted: the CIO, the PsyEN, the chef d’établissement.
CONFIEES = [
    path("missions/", missions.MissionsDuCio.as_view(), name="missions"),
    path(
        "missions/psyen/<int:psyen>/<slug:annee>/",
        missions.MissionsDuPsyenPage.as_view(),
        name="missions_psyen",
    ),
    path(
        "missions/psyen/<int:psyen>/<slug:annee>/confier/",
        missions_confier.missions_confier,
        name="confier",
    ),
    path(
        "missions/psyen/<int:psyen>/<slug:annee>/commenter/",
        missions.missions_commenter,
        name="missions_commenter",
    ),
    path("mes-missions/", missions.MesMissions.as_view(), name="mes_missions"),
    path(
        "missions-de-mon-etablissement/",
        missions_ecole.MissionsDeMonEtablissement.as_view(),
        name="mon_etablissement",
    ),
]

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

#: « Elaborer un Qui fait quoi ? » (action 3).
MATRICE = [
    path("qui-fait-quoi/", matrice.MatricePage.as_view(), name="matrice"),
    path("qui-fait-quoi/<int:pk>/", matrice.MatriceVersion.as_view(), name="matrice_version"),
    path(
        "qui-fait-quoi/<int:pk>/comparer/<int:autre>/",
        matrice.MatriceComparer.as_view(),
        name="matrice_comparer",
    ),
    path("qui-fait-quoi/<int:pk>/pdf/", matrice.MatricePdf.as_view(), name="matrice_pdf"),
    path(
        "qui-fait-quoi/<int:pk>/export/<str:format_>/",
        matrice.MatriceExporter.as_view(),
        name="matrice_exporter",
    ),
    path("qui-fait-quoi/preparer/<int:departement>/", matrice.matrice_preparer, name="matrice_preparer"),
    path("qui-fait-quoi/<int:pk>/valider/", matrice.matrice_valider, name="matrice_valider"),
    path("qui-fait-quoi/<int:pk>/abandonner/", matrice.matrice_abandonner, name="matrice_abandonner"),
    path("qui-fait-quoi/<int:pk>/grille/", matrice_edition.MatriceGrille.as_view(), name="matrice_grille"),
    path("qui-fait-quoi/<int:pk>/titre/", matrice_edition.MatriceRenommer.as_view(), name="matrice_renommer"),
    path(
        "qui-fait-quoi/<int:pk>/importer/", matrice_edition.MatriceImporter.as_view(), name="matrice_importer"
    ),
    path(
        "qui-fait-quoi/<int:pk>/activites/ajouter/",
        matrice_edition.LigneCreer.as_view(),
        name="matrice_ligne_creer",
    ),
    path(
        "qui-fait-quoi/activites/<int:ligne>/", matrice_edition.LigneModifier.as_view(), name="matrice_ligne"
    ),
    path(
        "qui-fait-quoi/activites/<int:ligne>/<slug:geste>/",
        matrice_edition.ligne_geste,
        name="matrice_ligne_geste",
    ),
    path("qui-fait-quoi/<int:pk>/acteurs/", matrice_edition.Acteurs.as_view(), name="matrice_acteurs"),
    path(
        "qui-fait-quoi/<int:pk>/acteurs/ajouter/",
        matrice_edition.ActeurCreer.as_view(),
        name="matrice_acteur_creer",
    ),
    path(
        "qui-fait-quoi/acteurs/<int:acteur>/", matrice_edition.ActeurModifier.as_view(), name="matrice_acteur"
    ),
    path(
        "qui-fait-quoi/acteurs/<int:acteur>/<slug:geste>/",
        matrice_edition.acteur_geste,
        name="matrice_acteur_geste",
    ),
]

#: « Pilote sur délégation de l'IEN-IO certains dossiers transversaux »; fields of the direction (action 6).
DOSSIERS = [
    path("dossiers/", dossiers.Dossiers.as_view(), name="dossiers"),
    path("dossiers/ajouter/<int:departement>/", dossiers.DossierCreer.as_view(), name="dossier_creer"),
    path("dossiers/charger/<int:departement>/", dossiers.dossiers_charger, name="dossiers_charger"),
    path("dossiers/<int:pk>/", dossiers.DossierDetail.as_view(), name="dossier"),
    path("dossiers/<int:pk>/modifier/", dossiers.DossierModifier.as_view(), name="dossier_modifier"),
    path("dossiers/<int:pk>/pdf/", dossiers.dossier_pdf, name="dossier_pdf"),
    path("dossiers/<int:pk>/deleguer/", dossiers.DelegationCreer.as_view(), name="delegation_creer"),
    path("dossiers/<int:pk>/gestes/<slug:geste>/", dossiers.dossier_geste, name="dossier_geste"),
    path("dossiers/delegations/<int:delegation>/", dossiers.DelegationDetail.as_view(), name="delegation"),
    path(
        "dossiers/delegations/<int:delegation>/retirer/",
        dossiers.DelegationRetirer.as_view(),
        name="delegation_retirer",
    ),
    path("dossiers/champs-d-intervention/", champs.Champs.as_view(), name="champs"),
    path(
        "dossiers/champs-d-intervention/<int:departement>/<int:membre>/",
        champs.ChampDefinir.as_view(),
        name="champ_definir",
    ),
]

#: Counts of the activity, aggregate only.
ACTIVITE = [
    path("activite/", activite.Activite.as_view(), name="activite"),
    path("activite/releves.<slug:format_>", activite.releves, name="activite_releves"),
    path("activite/importer/", activite_import.ImporterActivite.as_view(), name="activite_importer"),
    path("activite/compter/", activite_saisie.CompterActivite.as_view(), name="activite_compter"),
    path(
        "activite/compter/<int:pk>/<slug:mois>/",
        activite_saisie.SaisirActivite.as_view(),
        name="activite_saisir",
    ),
]

#: « responsables du programme d'activités du CIO ».
PROGRAMMES = [
    path("programmes/", programmes.ProgrammeListe.as_view(), name="programmes"),
    path("programmes/preparer/", programmes.ProgrammePreparer.as_view(), name="programme_preparer"),
    path("programmes/<int:pk>/", programmes.ProgrammeDetail.as_view(), name="programme"),
    path("programmes/<int:pk>/ecrire/", programmes.ProgrammeModifier.as_view(), name="programme_modifier"),
    path("programmes/<int:pk>/pdf/", programmes.programme_pdf, name="programme_pdf"),
    path("programmes/<int:pk>/publier/", programmes.programme_publier, name="programme_publier"),
    path("programmes/<int:pk>/abandonner/", programmes.programme_abandonner, name="programme_abandonner"),
]

#: What is exercised under whom; letters of mission.
LETTRES = [
    path("autorites/", autorites.autorites, name="autorites"),
    path("lettres/", lettres.Lettres.as_view(), name="lettres"),
    path("lettres/<int:pk>/", lettres.lettre, name="lettre"),
    path("lettres/<int:psyen>/<slug:annee>/projet/", lettres.lettre_projet, name="lettre_projet"),
    path("lettres/<int:psyen>/<slug:annee>/emettre/", lettres.lettre_emettre, name="lettre_emettre"),
    path("lettres/ensemble/<slug:annee>/", lettres.lettres_ensemble, name="lettres_ensemble"),
    path("mon-etablissement/<int:pk>/<slug:annee>/fiche/", lettres.fiche_ecole, name="fiche_ecole"),
]

urlpatterns: list[URLPattern] = [
    *LETTRES,
    *NOMENCLATURE,
    *CONFIEES,
    *TERRITOIRE,
    *FICHES_DE_POSTE,
    *MATRICE,
    *DOSSIERS,
    *ACTIVITE,
    *PROGRAMMES,
]
