"""The plans of a département: list, opening, settings, closing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comptes.enums import Role
from planning.enums import EtatPlan
from planning.models import Objectif, PlanDeTravail
from tests.planning.factories import creer_action, creer_plan, dans
from tests.reseaux.factories import connecter, creer_annee, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db


@pytest.fixture
def ien():
    return creer_perimetre(Role.IEN_IO, creer_departement())


def lire(client, perimetre) -> str:
    reponse = connecter(client, perimetre).get(reverse("planning:plans"))
    assert reponse.status_code == 200
    return reponse.content.decode()


def reglages(plan, **champs):
    return {
        "titre": plan.titre,
        "periode": plan.periode,
        "annee": plan.annee_id,
        "jours_avant": "30, 7, 1, 0",
        "jours_entre_relances": "7",
        "jours_avant_escalade": "14",
    } | champs


def test_le_plan_en_cours_d_abord_puis_l_histoire(client, ien):
    creer_plan("L’ancien", etat="clos", clos_le=dans(-100))
    plan = creer_plan("Le vivant", debut=dans(-900), fin=dans(-500))
    creer_action(plan, debut=-30, fin=-2)
    page = lire(client, ien)
    assert page.index("Le vivant") < page.index("L’ancien")


def test_la_liste_coute_autant_avec_un_plan_ou_trois(client, ien):
    def compter():
        with CaptureQueriesContext(connection) as capture:
            lire(client, ien)
        return len(capture)

    creer_action(creer_plan("Un"))
    compter()
    un = compter()
    creer_action(creer_plan("Deux"))
    creer_action(creer_plan("Trois", etat="clos", clos_le=dans(-1)))
    assert compter() == un


def test_partir_du_plan_type(client, ien):
    annee = creer_annee()
    connecter(client, ien)
    donnees = {
        "titre": "Plan",
        "periode": f"Année {annee}",
        "annee": annee.pk,
        "avec_modele": "on",
    }
    reponse = client.post(reverse("planning:plan_creer"), donnees)
    plan = PlanDeTravail.objects.get()
    assert reponse["Location"] == reverse("planning:plan", args=[plan.pk])
    assert plan.actions.count() == 13
    assert Objectif.objects.filter(niveau="objectif").count() == 13


def test_une_periode_incomprise_montre_des_exemples(client, ien):
    connecter(client, ien)
    page = client.post(reverse("planning:plan_creer"), {"titre": "Plan", "periode": "plus tard"})
    assert "Écrivez par exemple" in page.content.decode()
    assert not PlanDeTravail.objects.exists()


def test_regler_les_rappels(client, ien):
    plan = creer_plan()
    connecter(client, ien)
    adresse = reverse("planning:plan_regler", args=[plan.pk])
    assert 'value="30, 7, 1, 0"' in client.get(adresse).content.decode()
    client.post(adresse, reglages(plan, jours_avant="0; 15 3"))
    plan.refresh_from_db()
    assert plan.jours_avant == [15, 3, 0]
    page = client.post(adresse, reglages(plan, jours_avant="7, demain")).content.decode()
    assert "« demain » n’est pas un nombre de jours" in page
    assert "0 à 365 jours" in client.post(adresse, reglages(plan, jours_avant="400")).content.decode()


def test_clore_puis_rouvrir(client, ien):
    plan = creer_plan()
    connecter(client, ien)
    client.post(reverse("planning:plan_geste", args=[plan.pk, "clore"]))
    plan.refresh_from_db()
    assert plan.etat == EtatPlan.CLOS
    assert client.get(reverse("planning:plan_regler", args=[plan.pk])).status_code == 403
    client.post(reverse("planning:plan_geste", args=[plan.pk, "rouvrir"]))
    plan.refresh_from_db()
    assert plan.est_modifiable


def test_les_autres_lisent_sans_gestes(client):
    plan = creer_plan("Le plan")
    page = lire(client, creer_perimetre(Role.DCIO))
    assert "Le plan" in page
    assert "Reconduire" not in page
    assert client.get(reverse("planning:plan_creer")).status_code == 403
    assert client.post(reverse("planning:plan_geste", args=[plan.pk, "clore"])).status_code == 403


def test_la_region_ne_compte_que_les_actions_publiques(client):
    plan = creer_plan()
    creer_action(plan)
    creer_action(plan, publique=True)
    page = lire(client, creer_perimetre(Role.CHARGE_MISSION_REGION, creer_departement()))
    assert '<td class="cio-nombre">1</td>' in page
    assert "Équipe de direction et groupes" not in page
