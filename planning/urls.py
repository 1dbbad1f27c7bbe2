"""Addresses of the work plan."""

from django.urls import URLPattern, path

from planning.enums import Rythme
from planning.views import (
    actions,
    actions_gestes,
    calendrier,
    calendrier_orientation,
    copil,
    echeances,
    exports_plan,
    flux,
    groupes,
    jalons,
    messages,
    objectifs,
    plans,
    reconduction,
    relances,
    reunions,
    reunions_formulaires,
    reunions_gestes,
    tableau_de_bord,
)

app_name = "planning"
urlpatterns: list[URLPattern] = [
    # --- dashboard, COPIL, exports
    path("plan/", tableau_de_bord.PlanDetail.as_view(), name="tableau_de_bord"),
    path("plan/<int:pk>/", tableau_de_bord.PlanDetail.as_view(), name="plan"),
    path("plan/<int:pk>/plan.pdf", exports_plan.PlanPdf.as_view(), name="plan_pdf"),
    path("plan/<int:pk>/frise.pdf", exports_plan.FrisePdf.as_view(), name="frise_pdf"),
    path("plan/<int:pk>/copil/", copil.Copil.as_view(), name="copil"),
    path("plan/<int:pk>/copil/releve.pdf", copil.copil_releve, name="copil_releve"),
    *(
        path(
            f"plan/<int:pk>/copil/<int:action>/{geste}/",
            copil.copil_geste,
            {"geste": geste},
            name=f"copil_{geste}",
        )
        for geste in copil.FORMULAIRES
    ),
    path("plan/actions/", tableau_de_bord.ActionListe.as_view(), name="actions"),
    # --- plans, objectives, groups
    path("plan/plans/", plans.Plans.as_view(), name="plans"),
    path("plan/nouveau/", plans.PlanCreer.as_view(), name="plan_creer"),
    path("plan/<int:pk>/regler/", plans.PlanRegler.as_view(), name="plan_regler"),
    path("plan/<int:pk>/reconduire/", reconduction.PlanReconduire.as_view(), name="plan_reconduire"),
    path("plan/<int:pk>/gestes/<slug:geste_plan>/", plans.plan_geste, name="plan_geste"),
    path("plan/objectifs/", objectifs.Objectifs.as_view(), name="objectifs"),
    path("plan/objectifs/nouveau/<slug:niveau>/", objectifs.ObjectifCreer.as_view(), name="objectif_creer"),
    path("plan/objectifs/<int:objectif>/", objectifs.ObjectifModifier.as_view(), name="objectif_modifier"),
    path(
        "plan/objectifs/<int:objectif>/<slug:geste_objectif>/",
        objectifs.objectif_geste,
        name="objectif_geste",
    ),
    path("plan/groupes/", groupes.Groupes.as_view(), name="groupes"),
    path("plan/groupes/nouveau/", groupes.GroupeCreer.as_view(), name="groupe_creer"),
    path("plan/groupes/<int:groupe>/renommer/", groupes.GroupeRenommer.as_view(), name="groupe_renommer"),
    path("plan/groupes/<int:groupe>/supprimer/", groupes.groupe_supprimer, name="groupe_supprimer"),
    path("plan/groupes/<int:groupe>/membre/", groupes.MembreAjouter.as_view(), name="membre_ajouter"),
    path(
        "plan/groupes/membres/<int:membre>/retirer/", groupes.MembreRetirer.as_view(), name="membre_retirer"
    ),
    # --- actions and milestones
    path("plan/<int:pk>/actions/nouvelle/", actions.ActionCreer.as_view(), name="action_creer"),
    path("plan/actions/<int:action>/", actions.ActionDetail.as_view(), name="action"),
    path("plan/actions/<int:action>/modifier/", actions.ActionModifier.as_view(), name="action_modifier"),
    path("plan/actions/<int:action>/commenter/", actions.ActionCommenter.as_view(), name="action_commenter"),
    path("plan/actions/<int:action>/preuve/", actions.PreuveAjouter.as_view(), name="preuve_ajouter"),
    path("plan/actions/<int:action>/jalon/", jalons.JalonCreer.as_view(), name="jalon_creer"),
    path(
        "plan/actions/<int:action>/decider/<slug:geste>/",
        actions_gestes.ActionGeste.as_view(),
        name="action_geste",
    ),
    path("plan/preuves/<int:preuve>/retirer/", actions.preuve_retirer, name="preuve_retirer"),
    path("plan/jalons/<int:jalon>/", jalons.JalonDetail.as_view(), name="jalon"),
    path("plan/jalons/<int:jalon>/modifier/", jalons.JalonModifier.as_view(), name="jalon_modifier"),
    path("plan/jalons/<int:jalon>/commenter/", jalons.JalonCommenter.as_view(), name="jalon_commenter"),
    path("plan/jalons/<int:jalon>/decider/<slug:geste>/", jalons.JalonGeste.as_view(), name="jalon_geste"),
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
    # --- what awaits me, reminders
    path("mes-echeances/", echeances.MesEcheances.as_view(), name="mes_echeances"),
    path("mes-echeances/rappels/", echeances.mode_rappels, name="mode_rappels"),
    path("mes-echeances/<int:pk>/faite/", echeances.echeance_faite, name="echeance_faite"),
    path("plan/jalons/<int:jalon>/relancer/", relances.Relancer.as_view(), name="relancer"),
    path("textes-des-rappels/", messages.MessageListe.as_view(), name="messages"),
    path("textes-des-rappels/<slug:genre>/", messages.MessageModifier.as_view(), name="message"),
    path("textes-des-rappels/<slug:genre>/retablir/", messages.message_retablir, name="message_retablir"),
    # --- meetings
    path("reunions/", reunions.ReunionListe.as_view(), name="reunions"),
    path("reunions/convoquer/", reunions_formulaires.ReunionConvoquer.as_view(), name="reunion_creer"),
    path(
        "reunions/demander/",
        reunions_formulaires.ConcertationDemander.as_view(),
        name="concertation_demander",
    ),
    path("reunions/<int:pk>/", reunions.ReunionDetail.as_view(), name="reunion"),
    path(
        "reunions/<int:pk>/modifier/", reunions_formulaires.ReunionModifier.as_view(), name="reunion_modifier"
    ),
    path(
        "reunions/<int:pk>/convoquer/",
        reunions_formulaires.DemandeConvoquer.as_view(),
        name="demande_convoquer",
    ),
    path("reunions/<int:pk>/annuler/", reunions_formulaires.ReunionAnnuler.as_view(), name="reunion_annuler"),
    path("reunions/<int:pk>/inviter/", reunions_formulaires.Inviter.as_view(), name="reunion_inviter"),
    path(
        "reunions/<int:pk>/inviter/exterieur/",
        reunions_formulaires.InviterExterieur.as_view(),
        name="reunion_inviter_exterieur",
    ),
    path("reunions/<int:pk>/points/", reunions_gestes.point_proposer, name="point_proposer"),
    path("reunions/<int:pk>/presences/", reunions_gestes.reunion_presences, name="reunion_presences"),
    path("reunions/<int:pk>/compte-rendu/", reunions_formulaires.CompteRendu.as_view(), name="compte_rendu"),
    path("reunions/<int:pk>/ordre-du-jour.pdf", reunions_gestes.ordre_du_jour_pdf, name="ordre_du_jour_pdf"),
    path("reunions/<int:pk>/compte-rendu.pdf", reunions_gestes.compte_rendu_pdf, name="compte_rendu_pdf"),
    path("reunions/<int:pk>/gestes/<slug:geste>/", reunions_gestes.reunion_geste, name="reunion_geste"),
    path("reunions/points/<int:point>/<slug:geste_point>/", reunions_gestes.point_geste, name="point_geste"),
    path(
        "reunions/participants/<int:participant>/retirer/",
        reunions_gestes.participant_retirer,
        name="participant_retirer",
    ),
    path(
        "reunions/decisions/<int:decision>/action/",
        reunions_formulaires.DecisionTransformer.as_view(),
        name="decision_action",
    ),
]
