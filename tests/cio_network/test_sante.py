"""The pages that machines ask: public, cheap, without session, and saying nothing of anyone."""

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cio_network import sante
from socle import battements, schema
from socle.enums import Processus
from tests.comptes.factories import creer_compte
from tests.socle.boite import ecrire

JETON = "x" * 40


def test_vivant_ne_demande_rien_a_la_base(client):
    """Without the `db` mark, a query fails the test."""
    reponse = client.get(reverse("sante_vivant"))
    assert (reponse.status_code, reponse.text) == (200, "vivant\n")
    assert not reponse.cookies
    assert "no-store" in reponse["Cache-Control"]


@pytest.mark.django_db
def test_pret_coute_une_requete_et_n_ouvre_aucune_session(client):
    client.get(reverse("sante_pret"))
    with CaptureQueriesContext(connection) as requetes:
        reponse = client.get(reverse("sante_pret"))
    assert (reponse.status_code, reponse.text) == (200, "prêt\n")
    assert len(requetes) == 1
    assert not reponse.cookies
    assert "no-store" in reponse["Cache-Control"]


@pytest.mark.django_db
def test_pas_pret_tant_qu_une_migration_manque(client, monkeypatch):
    monkeypatch.setattr(schema, "_vu_a_jour", [])
    monkeypatch.setattr(schema, "migrations_en_attente", lambda: 1)
    assert client.get(reverse("sante_pret")).status_code == 503
    monkeypatch.setattr(schema, "migrations_en_attente", lambda: 0)
    assert client.get(reverse("sante_pret")).status_code == 200


def test_pas_pret_sans_base(client, monkeypatch):
    def perdue():
        raise DatabaseError("mot de passe refusé pour reseaux_cio")

    monkeypatch.setattr(sante, "base_prete", perdue)
    reponse = client.get(reverse("sante_pret"))
    assert (reponse.status_code, reponse.text) == (503, "pas prêt\n")


@pytest.mark.parametrize("nom", ["sante_vivant", "sante_pret"])
@pytest.mark.django_db
def test_la_sante_se_demande_en_clair_dans_la_machine(client, settings, nom):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(reverse(nom)).status_code == 200
    assert client.get(reverse("sante_mesures")).status_code == 301


# --- Figures ------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_les_mesures_sont_fermees_par_defaut(client):
    assert client.get(reverse("sante_mesures")).status_code == 404


@pytest.mark.parametrize(
    "autorisation", ["", "Bearer ", f"Bearer {JETON[:-1]}", f"Bearer {JETON}é", "Basic x"]
)
def test_les_mesures_refusent_qui_n_a_pas_le_jeton(client, settings, autorisation):
    settings.MESURES_JETON = JETON
    reponse = client.get(reverse("sante_mesures"), headers={"authorization": autorisation})
    assert (reponse.status_code, reponse.text) == (401, "jeton refusé\n")


@pytest.mark.django_db
def test_les_mesures_comptent_sans_nommer(client, settings):
    settings.MESURES_JETON = JETON
    compte = creer_compte()
    ecrire(compte.courriel)
    battements.noter(Processus.WORKER)
    reponse = client.get(reverse("sante_mesures"), headers={"authorization": f"Bearer {JETON}"})
    assert reponse["Content-Type"].startswith("text/plain; version=0.0.4")
    lignes = reponse.text.splitlines()
    assert 'reseaux_cio_courriels{etat="a_envoyer"} 1' in lignes
    assert 'reseaux_cio_travaux{etat="en_cours"} 0' in lignes
    assert any(ligne.startswith('reseaux_cio_battement_age_seconds{processus="worker"} ') for ligne in lignes)
    assert lignes.count("# TYPE reseaux_cio_courriels gauge") == 1
    assert compte.courriel not in reponse.text
    assert not reponse.cookies


def test_un_depot_trop_lourd_a_sa_page(client, settings):
    settings.DOCUMENT_MO_MAXIMUM = 25
    reponse = client.get(reverse("depot_trop_lourd"))
    assert reponse.status_code == 413
    assert "Le fichier est trop lourd" in reponse.text
    assert "25 Mo" in reponse.text
