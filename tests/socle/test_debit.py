"""A person asks for documents within reason; a page is always open (ASVS 2.4.1)."""

from contextlib import nullcontext

import pytest
from django.test import Client
from django.urls import reverse

from comptes.enums import Role
from socle import debit
from socle.debit import FENETRE, TropDeDocuments, compter_la_demande, demande_comptee
from socle.journal_technique import personne_servie
from socle.tableurs import Colonne, ecrire_tableau
from tests.reseaux.factories import connecter, creer_cio, creer_perimetre

pytestmark = pytest.mark.django_db

LISTE = reverse("psyen:psyens")


@pytest.fixture
def heure(monkeypatch):
    """`heure(seconds)` moves the clock of the counts, which starts empty."""
    lue = [1_000.0]
    monkeypatch.setattr(debit, "monotonic", lambda: lue[0])
    monkeypatch.setattr(debit, "_demandes", {})

    def avancer(secondes: float) -> None:
        lue[0] += secondes

    return avancer


@pytest.fixture
def dcio():
    return connecter(Client(), creer_perimetre(Role.DCIO, creer_cio()))


def demander(client: Client, format_: str) -> int:
    reponse = client.get(LISTE, {"format": format_})
    reponse.getvalue()
    return reponse.status_code


@pytest.mark.parametrize("format_", ["csv", "xlsx", "ods"])
def test_au_dela_du_nombre_on_dit_quand_recommencer(dcio, settings, heure, format_):
    settings.DOCUMENTS_PAR_DIX_MINUTES = 3
    assert [demander(dcio, format_) for _ in range(3)] == [200, 200, 200]
    heure(60)
    reponse = dcio.get(LISTE, {"format": format_})
    assert (reponse.status_code, reponse.headers["Retry-After"]) == (429, "540")
    assert "Vous avez demandé 3 documents ou exports en dix minutes" in reponse.content.decode()
    assert dcio.get(LISTE).status_code == 200
    heure(540)
    assert demander(dcio, format_) == 200


def test_un_pdf_compte_autant(dcio, settings, heure):
    settings.DOCUMENTS_PAR_DIX_MINUTES = 1
    donnees = reverse("psyen:mes_donnees")
    assert dcio.get(donnees, {"format": "pdf"})["Content-Type"] == "application/pdf"
    assert dcio.get(donnees, {"format": "pdf"}).status_code == 429
    assert demander(dcio, "csv") == 429


def test_un_reglage_nul_en_laisse_un(dcio, settings, heure):
    settings.DOCUMENTS_PAR_DIX_MINUTES = 0
    assert [demander(dcio, "csv") for _ in range(2)] == [200, 429]


def test_chacun_a_son_compte(dcio, settings, heure):
    settings.DOCUMENTS_PAR_DIX_MINUTES = 1
    collegue = connecter(Client(), creer_perimetre(Role.DCIO, creer_cio("Vendôme")))
    assert [demander(client, "csv") for client in (dcio, collegue, dcio)] == [200, 200, 429]


def test_une_demande_compte_une_fois_combien_qu_elle_en_dessine(settings, heure):
    settings.DOCUMENTS_PAR_DIX_MINUTES = 1
    colonnes = [Colonne("a", "A")]
    for demande, attendu in enumerate((nullcontext(), pytest.raises(TropDeDocuments))):
        jetons = personne_servie.set(7), demande_comptee.set(False)
        with attendu:
            for _ in range(5):
                ecrire_tableau("csv", colonnes=colonnes, lignes=[("x",)], titre=f"Lot {demande}")
        personne_servie.reset(jetons[0])
        demande_comptee.reset(jetons[1])


def test_un_travail_de_fond_n_est_compte_a_personne(settings, heure):
    settings.DOCUMENTS_PAR_DIX_MINUTES = 0
    jeton = personne_servie.set(None)
    compter_la_demande()
    personne_servie.reset(jeton)
    assert FENETRE == 600
