"""Queries of a page do not follow the number of rows; `make bench` compares with the national set."""

import sys

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comptes.enums import Role
from tests.depot import RACINE
from tests.evaluation.factories import creer_campagne, creer_mesure
from tests.evaluation.factories_cadre import creer_critere, creer_indicateur_saisi
from tests.missions.factories import arreter_les_semaines, charger_missions, creer_mission_confiee
from tests.planning.factories import creer_objectif
from tests.psyen.factories import creer_arretee, creer_brouillon, creer_psyen
from tests.reseaux.factories import (
    annee_precedente,
    connecter,
    creer_academie,
    creer_annee,
    creer_cio,
    creer_etablissement,
    creer_perimetre,
)

sys.path.insert(0, str(RACINE / "deploy"))

from banc.requetes import REQUETES

pytestmark = pytest.mark.django_db


def compter(client, adresse: str) -> int:
    client.get(adresse)  # what a process keeps from its first page is not the page's
    with CaptureQueriesContext(connection) as capture:
        reponse = client.get(adresse)
        if reponse.streaming:
            b"".join(reponse.streaming_content)
    assert reponse.status_code == 200
    return len(capture)


@pytest.mark.parametrize("lignes", [1, 3])
@pytest.mark.parametrize(
    ("page", "parametres"),
    [
        ("liste", ""),
        ("liste, recherche sans accent", "?q=college"),
        ("liste, filtrée", "?categorie=college"),
        ("CSV de tous", "?format=csv"),
        ("CSV filtré", "?categorie=college&format=csv"),
    ],
)
def test_la_liste_des_etablissements(client, page, parametres, lignes):
    creer_annee()
    for _ in range(lignes):
        creer_etablissement("Collège", cio=creer_cio())
    connecter(client, creer_perimetre(Role.ADMIN, creer_academie()))
    assert compter(client, reverse("reseaux:etablissements") + parametres) == REQUETES[page]


@pytest.mark.parametrize("psyens", [1, 3])
@pytest.mark.parametrize("lecture", ["reseaux", "ensemble"])
def test_la_grille(client, lecture, psyens):
    brouillon = creer_brouillon(psyens=psyens)
    connecter(client, creer_perimetre(Role.DCIO, brouillon.cio))
    adresse = f"{reverse('psyen:repartition_grille', args=[brouillon.pk])}?lecture={lecture}"
    nom = {"reseaux": "grille, par réseau", "ensemble": "grille, vue d’ensemble"}[lecture]
    assert compter(client, adresse) == REQUETES[nom]


@pytest.mark.parametrize("psyens", [1, 3])
def test_la_page_de_lecture(client, psyens):
    brouillon = creer_brouillon(psyens=psyens)
    connecter(client, creer_perimetre(Role.DCIO, brouillon.cio))
    adresse = reverse("psyen:repartition", args=[brouillon.pk])
    assert compter(client, adresse) == REQUETES["répartition, page de lecture"]


@pytest.mark.parametrize("versions", [1, 2])
def test_la_liste_des_repartitions(client, versions):
    cio = creer_cio()
    creer_psyen(cio=cio)
    brouillon = creer_brouillon(cio=cio)
    if versions > 1:
        creer_arretee(cio=cio)
    connecter(client, creer_perimetre(Role.DCIO, brouillon.cio))
    assert compter(client, reverse("psyen:repartitions")) == REQUETES["répartitions"]


@pytest.mark.parametrize("cios", [1, 3])
def test_les_missions_par_autorite(client, cios):
    annee = creer_annee()
    charger_missions(creer_academie())
    for rang in range(cios):
        cio = creer_cio(f"CIO {rang}")
        for _ in range(2):
            creer_mission_confiee(creer_psyen(cio=cio))
        arreter_les_semaines(cio, annee)
    connecter(client, creer_perimetre(Role.ADMIN, creer_academie()))
    adresse = reverse("missions:autorites")
    assert compter(client, adresse) == REQUETES["missions par autorité"]
    choisie = compter(client, f"{adresse}?annee={annee.code}")
    assert choisie == REQUETES["missions par autorité, pays entier"]


@pytest.mark.parametrize("lignes", [1, 4])
def test_la_page_d_une_campagne_et_la_comparaison_de_ses_cio(client, lignes):
    t0, t1 = creer_campagne("T0", annee=annee_precedente()), creer_campagne("T1")
    for rang in range(lignes):
        critere = creer_critere(f"Critère {rang}", objectif=creer_objectif(f"O{rang}"))
        indicateur = creer_indicateur_saisi(f"S{rang}", critere=critere, role=Role.DCIO)
        creer_indicateur_saisi(f"M{rang}", role=Role.DCIO)
        for campagne in (t0, t1):
            creer_mesure(campagne, indicateur)
            creer_mesure(campagne, indicateur, cio=creer_cio(f"Ville {rang}"))
    connecter(client, creer_perimetre(Role.IEN_IO))
    assert compter(client, reverse("evaluation:campagne", args=[t1.pk])) == REQUETES["campagne d’évaluation"]
    assert compter(client, f"{reverse('evaluation:comparer')}?entre=cios") == REQUETES["comparer les CIO"]
