"""« Qui a consulté vos données »: the person reads who, in which quality, which page, which day."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from psyen.selectors.mes_donnees import lire_mes_donnees
from reseaux.perimetre import Perimetre
from socle.models import Courriel
from socle.traces import Consultation
from tests.pdf import texte_du_pdf
from tests.psyen.factories import creer_psyen
from tests.reseaux.factories import connecter, creer_cio, creer_perimetre, creer_utilisateur

pytestmark = pytest.mark.django_db
ADRESSE = "psyen:mes_donnees"


@pytest.fixture
def psyen():
    psyen = creer_psyen("Canari", utilisateur=creer_utilisateur(nom="Canari"))
    creer_perimetre(Role.PSYEN, utilisateur=psyen.utilisateur)
    return psyen


def consultees(psyen) -> list[tuple[str, str]]:
    return {r.titre: r.lignes for r in lire_mes_donnees(psyen.utilisateur)}["Qui a consulté vos données"]


def lire(perimetre: Perimetre, nom: str, *arguments: object) -> int:
    return connecter(Client(), perimetre).get(reverse(nom, args=arguments)).status_code


def test_la_personne_lit_qui_en_quelle_qualite_quoi_et_quel_jour(psyen):
    dcio = creer_perimetre(Role.DCIO, creer_cio(), utilisateur=creer_utilisateur(prenom="Ana", nom="Roy"))
    assert lire(dcio, "psyen:psyen", psyen.pk) == 200
    assert lire(dcio, "psyen:psyen", psyen.pk) == 200
    jour = f"{timezone.localdate():%d/%m/%Y}"
    assert consultees(psyen) == [(jour, f"Ana ROY, {dcio.libelle} : Fiche de PsyEN")]
    assert "CIO de Blois" in dcio.libelle
    page = connecter(Client(), perimetre_de(psyen)).get(reverse(ADRESSE)).content.decode()
    assert "Ana ROY" in page


def perimetre_de(psyen) -> Perimetre:
    return creer_perimetre(Role.PSYEN, utilisateur=psyen.utilisateur)


def test_lire_sa_fiche_ne_laisse_rien(psyen):
    assert lire(perimetre_de(psyen), "psyen:psyen", psyen.pk) == 200
    assert consultees(psyen) == []


def test_une_page_refusee_n_est_pas_une_consultation(psyen):
    ailleurs = creer_perimetre(Role.DCIO, creer_cio("Vendôme"))
    assert lire(ailleurs, "psyen:psyen", psyen.pk) == 404
    region = creer_perimetre(Role.CHARGE_MISSION_REGION)
    assert lire(region, "psyen:psyen", psyen.pk) == 404
    assert not Consultation.objects.exists()


def test_le_compte_et_les_courriels_lus_par_l_administrateur_se_savent(psyen):
    admin = creer_perimetre(Role.ADMIN)
    courriel = Courriel.objects.create(
        cle="c", destinataire=psyen.courriel, objet="o", corps_texte="t", utilisateur=psyen.utilisateur
    )
    assert lire(admin, "reseaux:compte", psyen.utilisateur.pk) == 200
    assert lire(admin, "socle:courriel", courriel.pk) == 200
    assert {valeur.rpartition(" : ")[2] for _, valeur in consultees(psyen)} == {"Compte", "Courriel reçu"}


def test_ce_que_l_on_lit_des_autres_se_compte_sans_les_nommer(psyen):
    dcio = creer_perimetre(Role.DCIO, creer_cio())
    autre = creer_psyen("Pinson")
    for lu in (psyen, autre):
        assert lire(dcio, "psyen:psyen", lu.pk) == 200
    lues = {r.titre: r.lignes for r in lire_mes_donnees(dcio.utilisateur)}
    assert lues["Ce que vous avez consulté sur d’autres personnes"] == [
        (f"{timezone.localdate():%d/%m/%Y}", "Fiche de PsyEN : 2")
    ]


def test_noter_ne_coute_qu_une_requete_toujours_la_meme(psyen):
    dcio = creer_perimetre(Role.DCIO, creer_cio())
    client, adresse = connecter(Client(), dcio), reverse("psyen:psyen", args=[psyen.pk])
    client.get(adresse)
    comptes = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as requetes:
            client.get(adresse)
        comptes.append(len(requetes))
        assert len([r for r in requetes if "socle_consultation" in r["sql"]]) == 1
    assert comptes[0] == comptes[1]


# --- To take away ------------------------------------------------------------------------------------


def test_le_json_se_relit_et_contient_tout(psyen):
    reponse = connecter(Client(), perimetre_de(psyen)).get(reverse(ADRESSE), {"format": "json"})
    assert reponse["Content-Type"] == "application/json"
    lu = json.loads(reponse.content)
    assert lu["personne"]["nom"] == "Canari"
    fiche = next(r for r in lu["rubriques"] if r["titre"] == "Fiche de PsyEN")
    assert {"donnee": "Nom", "valeur": "Canari"} in fiche["donnees"]
    assert all(r["visible_par"] and r["duree"] for r in lu["rubriques"])
    titres = [r.titre for r in lire_mes_donnees(psyen.utilisateur)]
    assert [r["titre"] for r in lu["rubriques"]][: len(titres)] == titres


def test_le_pdf_dit_tout_de_la_personne_et_rien_des_autres(psyen):
    creer_psyen("Pinson")
    reponse = connecter(Client(), perimetre_de(psyen)).get(reverse(ADRESSE), {"format": "pdf"})
    assert reponse["Content-Type"] == "application/pdf"
    texte = texte_du_pdf(reponse.content)
    assert "Données personnelles de Camille CANARI" in texte
    assert "Fiche de PsyEN" in texte
    assert "Pinson" not in texte
