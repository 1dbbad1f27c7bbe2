"""« Mes données » holds what the missions and the work plan keep of the person, nothing of others."""

import pytest
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from planning.models import Rappel
from planning.services.jalons import commenter
from tests.missions.factories import creer_mission_confiee
from tests.planning.factories import creer_action, creer_jalon, creer_reunion, dans
from tests.psyen.factories import creer_psyen
from tests.reseaux.factories import connecter, creer_perimetre, creer_utilisateur

pytestmark = pytest.mark.django_db
ADRESSE = "psyen:mes_donnees"


@pytest.fixture
def psyen():
    return creer_perimetre(Role.PSYEN)


def _tout_ecrire(personne, perimetre) -> None:
    action = creer_action(titre=f"Action de {personne.nom}", personne=personne)
    jalon = creer_jalon(action, f"Jalon de {personne.nom}", utilisateur=personne)
    Rappel.objects.create(
        jalon=jalon, echeance=jalon.echeance, destinataire=personne, etape="J-7", jour=dans(0)
    )
    commenter(perimetre=perimetre, action=action, texte=f"Parole de {personne.nom}")
    reunion = creer_reunion(f"Réunion de {personne.nom}")
    reunion.participants.create(
        utilisateur=personne, nom=str(personne), courriel=personne.courriel, invite_le=timezone.now()
    )


def test_chacun_lit_ce_que_le_plan_garde_de_lui(client, psyen):
    moi = psyen.utilisateur
    _tout_ecrire(moi, psyen)
    autre = creer_perimetre(Role.PSYEN, utilisateur=creer_utilisateur(nom="Canari"))
    _tout_ecrire(autre.utilisateur, autre)
    page = connecter(client, psyen).get(reverse(ADRESSE)).text
    for attendu in (
        f"Action de {moi.nom}",
        f"Jalon de {moi.nom}",
        f"Parole de {moi.nom}",
        f"Réunion de {moi.nom}",
        "Rappels qui vous ont été écrits",
    ):
        assert attendu in page
    assert "Canari" not in page


def test_chaque_psyen_lit_les_missions_qui_lui_sont_confiees(client, psyen):
    sien = creer_psyen("Mien", utilisateur=psyen.utilisateur)
    confiee = creer_mission_confiee(psyen=sien)
    page = connecter(client, psyen).get(reverse(ADRESSE)).text
    assert "Missions qui vous sont confiées" in page
    assert confiee.mission.libelle in page
    tableur = client.get(reverse(ADRESSE), {"format": "csv"}).getvalue().decode("utf-8-sig")
    assert confiee.mission.libelle in tableur


def test_rien_n_est_dit_de_ce_qui_n_est_pas_garde(client):
    page = connecter(client, creer_perimetre(Role.SG)).get(reverse(ADRESSE)).text
    assert "Rappels qui vous ont été écrits" not in page
    assert "Missions qui vous sont confiées" not in page
