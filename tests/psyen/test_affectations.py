"""« Affectations (CSV) »: who goes where in the répartitions listed, streamed."""

import csv
import io

import pytest
from django.urls import reverse

from comptes.enums import Role
from psyen.models import Affectation
from tests.psyen.factories import (
    creer_arretee,
    creer_brouillon,
    creer_psyen,
    creer_reseau_type,
    ecoles_de,
    enregistrer,
    saisie,
)
from tests.reseaux.factories import annee_suivante, connecter, creer_academie, creer_cio, creer_perimetre

pytestmark = pytest.mark.django_db


def exporter(client, **parametres):
    reponse = client.get(reverse("psyen:affectations"), parametres)
    assert reponse.streaming
    texte = b"".join(reponse.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(texte, newline=""), delimiter=";"))


def lignes_de(client, **parametres):
    return [(ligne["Nom"], ligne["Établissement"], ligne["État"]) for ligne in exporter(client, **parametres)]


def brouillon_rempli(nom="Martin"):
    """A draft of next year: one PsyEN, one half-day and a half at a distance in the tête."""
    cio, annee = creer_cio(), annee_suivante()
    reseau = creer_reseau_type(cio=cio, annee=annee)
    psyen = creer_psyen(nom, cio=cio)
    brouillon = creer_brouillon(cio=cio, annee=annee, psyens=0)
    enregistrer(brouillon, saisie(brouillon, psyen, {ecoles_de(reseau)[0]: "1.5"}))
    return brouillon


def test_une_ligne_par_affectation(client):
    brouillon = brouillon_rempli()
    affectation = Affectation.objects.select_related("etablissement", "reseau").get()
    connecter(client, creer_perimetre(Role.DCIO, brouillon.cio))
    assert exporter(client) == [
        {
            "Année scolaire": brouillon.annee.code,
            "Département": brouillon.cio.departement.code,
            "CIO": brouillon.cio.nom,
            "Version": "1",
            "Date d’effet": brouillon.date_effet.isoformat(),
            "État": "brouillon",
            "Nom": "Martin",
            "Prénom": "Dominique",
            "UAI": affectation.etablissement.uai,
            "Établissement": affectation.etablissement.nom,
            "Commune": affectation.etablissement.commune,
            "Réseau": affectation.reseau.nom,
            "Demi-journées": "1,5",
            "Modalité": "présentiel",
        }
    ]


def test_le_lien_de_la_liste_garde_ses_filtres(client):
    arretee = creer_arretee()
    connecter(client, creer_perimetre(Role.DCIO, arretee.cio))
    page = client.get(reverse("psyen:repartitions"), {"etat": "arretee", "page": "1"}).content.decode()
    assert f'href="{reverse("psyen:affectations")}?etat=arretee"' in page
    assert lignes_de(client, etat="arretee")
    assert lignes_de(client, etat="brouillon") == []


def test_le_brouillon_ne_sort_pas_du_cio(client):
    brouillon = brouillon_rempli()
    connecter(client, creer_perimetre(Role.IEN_IO, brouillon.cio.departement))
    assert lignes_de(client) == []
    connecter(client, creer_perimetre(Role.ADMIN, creer_academie()))
    assert lignes_de(client) == []


def test_un_nom_n_est_jamais_une_formule(client):
    brouillon = brouillon_rempli("=HYPERLINK(1)")
    connecter(client, creer_perimetre(Role.DCIO, brouillon.cio))
    assert [ligne["Nom"] for ligne in exporter(client)] == ["'=HYPERLINK(1)"]
