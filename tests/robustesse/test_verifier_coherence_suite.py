"""`verifier_coherence` of documents, missions, work plan and campaigns: each sentence, its fault planted."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone

from cio_network.coherence import anomalies, verifier_et_prevenir
from comptes.enums import Role
from evaluation.models import Mesure
from missions.models import Delegation, FicheDePoste, LettreDeMission, Matrice
from planning.models import Dependance, Jalon, Rappel
from planning.services.rappels import envoyer_rappels
from reseaux.models import Reseau
from socle.fichiers import enregistrer_fichier
from socle.journal import journaliser
from socle.models import Courriel, Document, VersionDocument
from tests.evaluation.factories import creer_campagne, creer_indicateur_calcule, creer_mesure
from tests.missions.factories import creer_delegation, creer_dossier, creer_matrice
from tests.missions.factories_territoire import creer_fiche, creer_secretaire
from tests.planning.factories import creer_action, creer_jalon, creer_plan
from tests.psyen.factories import creer_psyen
from tests.reseaux.factories import creer_annee, creer_departement, creer_perimetre, creer_reseau
from tests.robustesse.test_verifier_coherence import ecrire, seule_anomalie

pytestmark = pytest.mark.django_db
PARIS = timezone.get_default_timezone()
#: A Thursday of winter, at the hour of the check.
NUIT_DE_JEUDI = dt.datetime(2027, 3, 4, 4, 30, tzinfo=PARIS)


def sans_exclusion(table: str) -> None:
    """PostgreSQL refuses two overlapping periods whatever the triggers."""
    if connection.vendor == "postgresql":
        ecrire(f"ALTER TABLE {table} DROP CONSTRAINT {table}_sans_chevauchement")


def seule_anomalie_de_donnees() -> str:
    """Beside the constraint that the test took down."""
    (anomalie,) = (trouvee for trouvee in anomalies() if "contrainte" not in trouvee)
    return anomalie


# --- Documents --------------------------------------------------------------------------------------
def deposer(objet_id: int, *, versions: int = 1) -> Document:
    genre = ContentType.objects.get_for_model(Reseau)
    document = Document.objects.create(objet_type=genre, objet_id=objet_id, titre="Charte")
    for numero in range(1, versions + 1):
        fichier = enregistrer_fichier(nom="charte.pdf", type_mime="application/pdf", contenu=b"%PDF-1.7")
        VersionDocument.objects.create(document=document, numero=numero, fichier=fichier)
    return document


def test_document_d_un_objet_disparu():
    deposer(creer_reseau().pk)
    assert anomalies() == []
    orphelin = deposer(987_654)
    assert (
        seule_anomalie() == f"Le document n° {orphelin.pk} est joint à un objet qui n’existe plus (réseau)."
    )


def test_document_sans_version():
    vide = deposer(creer_reseau().pk, versions=0)
    assert seule_anomalie() == f"Le document n° {vide.pk} n’a aucune version."


# --- Missions ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(("debut", "anormale"), [(201, False), (100, True)])
def test_delegations_superposees(debut: int, anormale: bool):
    premiere = creer_delegation()
    seconde = creer_delegation(premiere.dossier, debut=300, fin=400)
    sans_exclusion("missions_delegation")
    ecrire("UPDATE missions_delegation SET debut = %s WHERE id = %s",
           timezone.localdate() + dt.timedelta(days=debut), seconde.pk)  # fmt: skip
    trouvees = [a for a in anomalies() if "contrainte" not in a]
    assert trouvees == (
        [f"La délégation n° {seconde.pk} du dossier « FOQUALE » en recouvre une autre."] if anormale else []
    )


def test_une_delegation_retiree_ou_d_un_autre_dossier_ne_compte_pas():
    premiere = creer_delegation(retiree_le=timezone.localdate(), motif="Mutation")
    creer_delegation(premiere.dossier)
    creer_delegation(creer_dossier("Dispositifs relais"))
    assert Delegation.objects.count() == 3
    assert anomalies() == []


def test_fiches_de_poste_superposees():
    secretaire = creer_secretaire()
    premiere = creer_fiche(secretaire)
    ecrire("UPDATE missions_fichedeposte SET fin = %s WHERE id = %s", "2026-12-31", premiere.pk)
    seconde = creer_fiche(secretaire, version=2, debut=dt.date(2027, 1, 1))
    assert anomalies() == []
    sans_exclusion("missions_fichedeposte")
    ecrire("UPDATE missions_fichedeposte SET fin = NULL WHERE id = %s", premiere.pk)
    assert f"La fiche de poste n° {seconde.pk} " in seule_anomalie_de_donnees()
    FicheDePoste.objects.filter(pk=seconde.pk).delete()


def deux_matrices() -> tuple[Matrice, Matrice]:
    return creer_matrice(), creer_matrice(creer_departement("018"))


def test_acteur_d_une_autre_matrice_qui_decide():
    propre, autre = deux_matrices()
    ligne, acteur = propre.lignes.order_by("pk")[0], autre.acteurs.order_by("pk")[0]
    ecrire("UPDATE missions_lignematrice SET decide_id = %s WHERE id = %s", acteur.pk, ligne.pk)
    assert seule_anomalie().startswith(f"« {ligne.activite} » : l’acteur qui décide")


def test_part_d_un_acteur_d_une_autre_matrice():
    propre, autre = deux_matrices()
    ligne, acteur = propre.lignes.exclude(cases=None).order_by("pk")[0], autre.acteurs.order_by("pk")[0]
    case = ligne.cases.order_by("pk")[0]
    ecrire("UPDATE missions_casematrice SET acteur_id = %s WHERE id = %s", acteur.pk, case.pk)
    assert seule_anomalie().startswith(f"« {ligne.activite} » : une part")


def test_version_de_lettre_disparue():
    psyen, annee = creer_psyen(), creer_annee()
    fichier = enregistrer_fichier(nom="lettre.pdf", type_mime="application/pdf", contenu=b"%PDF-1.7 lettre")
    for version in (1, 3):
        LettreDeMission.objects.create(
            psyen=psyen,
            cio=psyen.rattachements.get().cio,
            annee=annee,
            version=version,
            fichier=fichier,
            emise_le=timezone.localdate(),
            emise_par="Le directeur",
        )
    assert seule_anomalie() == (
        f"Les versions des lettres de mission du PsyEN n° {psyen.pk} ne se suivent pas."
    )


# --- Work plan --------------------------------------------------------------------------------------
def test_action_sans_jalon_de_fin():
    action = creer_action(titre="Sans fin")
    Jalon.objects.filter(action=action, est_final=True).delete()
    assert "n’a pas de jalon de fin" in seule_anomalie()


def test_jalon_de_fin_a_une_autre_date():
    action = creer_action(fin=40)
    Jalon.objects.filter(action=action, est_final=True).update(echeance=action.fin + dt.timedelta(days=1))
    assert "son jalon de fin le" in seule_anomalie()


def test_dependance_entre_deux_plans():
    ailleurs = creer_action(creer_plan("Ailleurs", departement=creer_departement("018")))
    Dependance.objects.create(action=creer_action(creer_plan("Ici")), predecesseur=ailleurs)
    assert seule_anomalie() == "L’action 1 de « Ici » attend une action d’un autre plan."


@pytest.fixture
def nuit_de_jeudi():
    with time_machine.travel(NUIT_DE_JEUDI, tick=False):
        creer_perimetre(Role.DCIO)
        yield


def passer(jours: int) -> None:
    envoyer_rappels(maintenant=(NUIT_DE_JEUDI + dt.timedelta(days=jours)).replace(hour=9))


def test_rappel_du_et_jamais_ecrit(nuit_de_jeudi):
    """Due on Tuesday, seven days before; the ticks of Tuesday and Wednesday never came."""
    creer_jalon(creer_action(fin=400), "Bilan", dans_jours=5)
    assert seule_anomalie().startswith("Le rappel « J-7 » du jalon « Bilan »")
    passer(-1)
    Courriel.objects.update(etat="envoye")
    assert anomalies() == []


def test_rappel_du_hier_seulement_sera_ecrit_ce_matin(nuit_de_jeudi):
    creer_jalon(creer_action(fin=400), dans_jours=6)
    assert anomalies() == []


def test_rappel_d_un_jalon_change_hier_soir_sera_ecrit_ce_matin(nuit_de_jeudi):
    jalon = creer_jalon(creer_action(fin=400), dans_jours=5)
    with time_machine.travel(NUIT_DE_JEUDI - dt.timedelta(hours=9)):
        journaliser(perimetre=creer_perimetre(Role.IEN_IO), action="planning.jalon.modifie", objet=jalon)
    assert anomalies() == []


def test_rappel_sans_courriel(nuit_de_jeudi):
    creer_jalon(creer_action(fin=400), "Bilan", dans_jours=6)
    passer(-1)
    Courriel.objects.update(etat="envoye")
    assert anomalies() == []
    Rappel.objects.update(courriel=None)
    assert seule_anomalie() == "Le rappel « J-7 – 10/03/2027 » du jalon « Bilan » n’a pas de courriel."


# --- Campaigns --------------------------------------------------------------------------------------
def test_chiffre_d_un_indicateur_d_un_autre_departement():
    campagne = creer_campagne()
    mesure = creer_mesure(campagne, creer_indicateur_calcule())
    assert anomalies() == []
    ailleurs = creer_indicateur_calcule("C2", departement=creer_departement("018"))
    Mesure.objects.filter(pk=mesure.pk).update(indicateur=ailleurs)
    assert "un indicateur d’un autre département" in seule_anomalie()


# --- Who is told --------------------------------------------------------------------------------------
def test_chaque_administrateur_recoit_un_courriel_par_jour_tant_que_cela_dure(caplog):
    admin = creer_perimetre(Role.ADMIN).utilisateur
    creer_perimetre(Role.DASEN)
    action = creer_action(titre="Sans fin")
    Jalon.objects.filter(action=action).delete()
    ce_soir = timezone.now()
    with caplog.at_level(logging.ERROR):
        for jours in (0, 0, 1):
            with time_machine.travel(ce_soir + dt.timedelta(days=jours)):
                assert len(verifier_et_prevenir()) == 1
                Courriel.objects.update(etat="envoye")
    courriels = list(Courriel.objects.order_by("pk"))
    assert [courriel.destinataire for courriel in courriels] == [admin.courriel] * 2
    assert "n’a pas de jalon de fin" in courriels[0].corps_texte
    assert "Sans fin" not in caplog.text
    assert "anomalies trouvées (1)" in caplog.text
