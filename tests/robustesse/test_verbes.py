"""Reading writes nothing, a gesture is never a link, an unknown verb is refused (reliability row 23)."""

from __future__ import annotations

import pytest
from django.test import Client

from comptes.enums import Role
from tests.robustesse.conftest import ROLES, Scene
from tests.robustesse.hostile import part
from tests.robustesse.lieux import NOMS

pytestmark = [pytest.mark.django_db, pytest.mark.hostile]

#: The pages that are only a gesture: a link, a prefetch or an image must never set them off.
GESTES = {
    "comptes:deconnecter_partout",
    "comptes:deconnexion",
    "comptes:session_fermer",
    "comptes:sessions_fermer_autres",
    "evaluation:bibliotheque_charger",
    "evaluation:campagne_calculer",
    "evaluation:campagne_geste",
    "evaluation:critere_remettre",
    "evaluation:enquete_geste",
    "evaluation:export_arreter",
    "evaluation:indicateur_retablir",
    "evaluation:indicateur_retirer",
    "evaluation:question_geste",
    "evaluation:rapport_abandonner",
    "evaluation:rapport_apercu",
    "evaluation:rapport_emettre",
    "evaluation:rapport_projet",
    "evaluation:rapport_version",
    "evaluation:synthese_publier",
    "evaluation:synthese_retirer",
    "missions:action_de_territoire_geste",
    "missions:dossier_geste",
    "missions:dossiers_charger",
    "missions:externalisable_geste",
    "missions:fiche_de_poste_supprimer",
    "missions:lettre_emettre",
    "missions:lettres_ensemble",
    "missions:matrice_abandonner",
    "missions:matrice_acteur_geste",
    "missions:matrice_ligne_geste",
    "missions:matrice_preparer",
    "missions:matrice_valider",
    "missions:mission_geste",
    "missions:missions_commenter",
    "missions:nomenclature_charger",
    "missions:partenaire_supprimer",
    "missions:programme_abandonner",
    "missions:programme_publier",
    "missions:public_geste",
    "planning:copil_faite",
    "planning:copil_note",
    "planning:copil_reportee",
    "planning:echeance_faite",
    "planning:flux_renouveler",
    "planning:flux_revoquer",
    "planning:groupe_supprimer",
    "planning:jours_non_ouvres_charger",
    "planning:message_retablir",
    "planning:mode_rappels",
    "planning:objectif_geste",
    "planning:orientation_charger",
    "planning:participant_retirer",
    "planning:periode_non_ouvree_supprimer",
    "planning:periode_orientation_supprimer",
    "planning:plan_geste",
    "planning:point_geste",
    "planning:point_proposer",
    "planning:preuve_retirer",
    "planning:reunion_geste",
    "planning:reunion_presences",
    "planning:rythme_semestre",
    "planning:rythme_trimestre",
    "psyen:commenter",
    "psyen:psyen_compte",
    "psyen:repartition_actualiser",
    "psyen:repartition_controler",
    "psyen:repartition_date_effet",
    "psyen:repartition_ouvrir",
    "psyen:repartition_reprendre",
    "psyen:repartition_retirer",
    "psyen:repartition_supprimer",
    "reseaux:annee_clore",
    "reseaux:annee_creer",
    "reseaux:annee_ouvrir",
    "reseaux:cio_fermer",
    "reseaux:cio_rouvrir",
    "reseaux:compte_delier",
    "reseaux:compte_desactiver",
    "reseaux:compte_inviter",
    "reseaux:compte_reactiver",
    "reseaux:compte_reinitialiser",
    "reseaux:etablissements_placer",
    "reseaux:porter_habilitation",
    "reseaux:sectorisation_enregistrer",
    "socle:courriel_renvoyer",
    "socle:document_retirer",
    "socle:notification_lire",
    "socle:notifications_lire",
}


@pytest.mark.parametrize("nom", part(NOMS, "verbes"))
def test_lire_n_ecrit_rien(nom: str, scene: Scene):
    """The trap of the suite watches GET and HEAD; here OPTIONS, TRACE and the verbs that nobody wrote."""
    anomalies = []
    for adresse in scene.adresses(nom):
        for role in (Role.ADMIN, Role.DCIO):
            for methode in ("options", "trace", "put", "patch", "delete"):
                visite = scene.visiteurs[role].demander(methode, adresse)
                if visite.empreinte is not None or visite.statut >= 500:
                    anomalies.append((methode, adresse, role, visite.statut, visite.faute))
    assert anomalies == []


@pytest.mark.parametrize("nom", NOMS)
def test_un_geste_ne_se_fait_que_par_post(nom: str, scene: Scene):
    """405 to whoever has the right; nobody finds a page there."""
    for adresse in scene.adresses(nom):
        codes = {role: scene.visiteurs[role].demander("get", adresse).statut for role in ROLES}
        if nom in GESTES:
            assert 405 in codes.values(), codes
            assert set(codes.values()) <= {403, 404, 405}, codes
        else:
            assert 405 not in codes.values(), codes


#: Answered without the cookie that the token wants: the address is itself a secret that no other site knows.
ADRESSES_SECRETES = {"evaluation:enquete_repondre"}


@pytest.mark.parametrize("nom", NOMS)
def test_sans_jeton_rien_ne_s_ecrit(nom: str, scene: Scene):
    """Another site can only send a form without our token: refused before the view."""
    mefiant = Client(enforce_csrf_checks=True)
    mefiant.cookies.load(scene.visiteurs[Role.DCIO].temoins)
    for adresse in scene.adresses(nom):
        attendus = {404} if nom in ADRESSES_SECRETES else {403, 405}
        assert mefiant.post(adresse, {"csrfmiddlewaretoken": "x" * 64}).status_code in attendus, adresse
