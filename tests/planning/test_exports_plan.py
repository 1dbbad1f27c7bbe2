"""The list of actions, its spreadsheets and the PDF of the plan: exactly what is filtered."""

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comptes.enums import Role
from planning.enums import GenreCible
from planning.models import Action, Dependance
from tests.pdf import texte_du_pdf
from tests.planning.factories import creer_action, creer_jalon, creer_objectif, creer_plan
from tests.reseaux.factories import connecter, creer_cio, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db
ACTIONS = "planning:actions"


@pytest.fixture
def ien():
    return creer_perimetre(Role.IEN_IO, creer_departement())


@pytest.fixture
def plan():
    """Two late actions of the DCIO, one of the SG."""
    plan = creer_plan()
    premiere = creer_action(plan, "Première", fin=-2, cible=GenreCible.PREUVE)
    seconde = creer_action(plan, "Seconde", fin=-1)
    creer_action(plan, "Du SG", role=Role.SG, fin=40)
    premiere.objectifs.add(creer_objectif())
    creer_jalon(premiere, "Étape", dans_jours=5)
    Dependance.objects.create(action=seconde, predecesseur=premiere)
    return plan


def demander(client, perimetre, url=ACTIONS, *args, **parametres):
    reponse = connecter(client, perimetre).get(reverse(url, args=args), parametres)
    assert reponse.status_code == 200
    return reponse


def lignes_csv(client, perimetre, **parametres):
    reponse = demander(client, perimetre, format="csv", **parametres)
    return reponse.getvalue().decode("utf-8-sig").splitlines()


def test_l_export_est_exactement_ce_qui_est_filtre(client, ien, plan):
    entete, *lignes = lignes_csv(client, ien, situation="en_retard", tri="-echeance")
    assert "Reste à faire" in entete
    assert [ligne.split(";")[2] for ligne in lignes] == ["Seconde", "Première"]
    assert "attend l’action 1" in lignes[0]
    assert "aucune preuve n’est donnée" in lignes[1]
    assert "Étape" in lignes[1]
    assert ";O1;" in lignes[1]


@pytest.mark.parametrize("format_", ["xlsx", "ods"])
def test_les_deux_autres_formats(client, ien, plan, format_):
    contenu = demander(client, ien, format=format_, plan=plan.pk, part="tout").content
    assert contenu[:2] == b"PK"
    if format_ == "xlsx":
        feuille = openpyxl.load_workbook(io.BytesIO(contenu)).active
        assert [ligne[2] for ligne in feuille.iter_rows(values_only=True)] == [
            "Action",
            "Première",
            "Seconde",
            "Du SG",
        ]


def test_la_region_exporte_la_partie_publique_sans_responsable(client, plan):
    region = creer_perimetre(Role.CHARGE_MISSION_REGION, creer_departement())
    Action.objects.filter(titre="Première").update(publique=True)
    entete, *lignes = lignes_csv(client, region, responsable="r-dcio", part="moi")
    assert "Attribution" not in entete
    assert "Responsables" not in entete
    assert len(lignes) == 1
    assert "DCIO" not in lignes[0]
    assert "Attribution" not in demander(client, region).content.decode()
    pdf = texte_du_pdf(demander(client, region, "planning:plan_pdf", plan.pk).getvalue())
    assert "Première" in pdf
    assert "Seconde" not in pdf
    assert "DCIO" not in pdf


def test_la_liste_du_dcio_est_sa_part(client, plan):
    dcio = creer_perimetre(Role.DCIO, creer_cio())
    assert "Du SG" not in demander(client, dcio).content.decode()
    assert "Du SG" in demander(client, dcio, part="tout").content.decode()


def test_le_pdf_du_plan_dit_ses_filtres(client, ien, plan):
    reponse = demander(client, ien, "planning:plan_pdf", plan.pk, situation="en_retard")
    texte = texte_du_pdf(reponse.getvalue())
    for mot in (
        "Première",
        "Attribution",
        "Situation : En retard",
        "En retard de 2 jours",
        "Attend l’action 1",
    ):
        assert mot in texte
    assert "Du SG" not in texte


def test_un_titre_de_formule_reste_du_texte(client, ien):
    creer_action(creer_plan(), "=1+1")
    assert any("=1+1" in ligne and not ligne.startswith("=") for ligne in lignes_csv(client, ien))


@pytest.mark.parametrize("format_", ["", "csv"])
def test_la_liste_et_son_export_coutent_autant_avec_trois_actions_ou_vingt(client, ien, plan, format_):
    def compter() -> int:
        with CaptureQueriesContext(connection) as capture:
            demander(client, ien, format=format_).getvalue()
        return len(capture)

    compter()
    avant = compter()
    for rang in range(17):
        action = creer_action(plan, f"Autre {rang}", cible=GenreCible.PREUVE)
        creer_jalon(action)
    assert compter() == avant
