"""« Ma semaine »: a PsyEN reads his own service, and of his colleagues their names only."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from comptes.enums import Role
from psyen.enums import Modalite
from psyen.selectors.grille import Cellule
from psyen.services.repartition import proposer_repartition
from tests.psyen.factories import (
    creer_arretee,
    creer_brouillon,
    creer_modificatif_propose,
    creer_psyen,
    decider,
    ecoles_de,
    enregistrer,
    saisie,
)
from tests.reseaux.factories import connecter, creer_annee, creer_perimetre, creer_utilisateur

pytestmark = pytest.mark.django_db


def lire(psyen, **parametres) -> str:
    perimetre = creer_perimetre(Role.PSYEN, utilisateur=psyen.utilisateur)
    reponse = connecter(Client(), perimetre).get(reverse("psyen:ma_semaine"), parametres)
    return " ".join(reponse.content.decode().split())


def deux_psyens_arretes():
    ana = creer_psyen("CanariAna", prenom="Ana", utilisateur=creer_utilisateur())
    bob = creer_psyen("CanariBob", prenom="Bob", utilisateur=creer_utilisateur())
    repartition = creer_brouillon(annee=creer_annee(), psyens=0)
    lycee, college, autre = ecoles_de(repartition.cio.reseaux.get(annee=repartition.annee))
    semaine_d_ana = saisie(repartition, ana, {lycee: "1.5", college: "3.5"}, cio="4")
    semaine_d_ana.affectations[college.pk] = Cellule(
        semaine_d_ana.affectations[college.pk].demi_journees, Modalite.DISTANCIEL
    )
    enregistrer(repartition, semaine_d_ana, saisie(repartition, bob, {autre: "2.5"}, cio="6.5"))
    decider(
        proposer_repartition(repartition=repartition, perimetre=creer_perimetre(Role.DCIO, repartition.cio))
    )
    repartition.refresh_from_db()
    return repartition, ana, bob, college


def test_lieux_demi_journees_heures_et_autorites():
    repartition, ana, _, college = deux_psyens_arretes()
    page = lire(ana)
    assert "9 demi-journées, soit 24 h 18" in page
    assert f"{college.nom}</th><td>Blois, à distance</td><td>fonctionnelle, chef d’établissement" in page
    assert "hiérarchique, DCIO" in page
    assert '<td class="cio-nombre">3,5</td><td class="cio-nombre">9 h 27</td>' in page  # 3.5 × 2.7
    assert "non réparti" in page
    assert repartition.arrete.numero in page


def test_des_collegues_le_nom_seul():
    _, ana, _, _ = deux_psyens_arretes()
    page = lire(ana)
    assert "Bob CanariBob" in page
    assert "2,5" not in page
    assert "6,5" not in page


def test_le_distanciel_ne_change_pas_les_heures_et_rien_d_un_brouillon():
    repartition = creer_brouillon(psyens=0)
    psyen = creer_psyen(utilisateur=creer_utilisateur(), cio=repartition.cio)
    assert "Aucun service arrêté à cette date" in lire(psyen)


def test_a_venir_et_auparavant():
    initiale = creer_arretee()
    psyen = initiale.services.get().psyen
    psyen.utilisateur = creer_utilisateur()
    psyen.save()
    decider(creer_modificatif_propose(initiale, "3.5", jours=200))
    debut = initiale.annee.debut
    avant = lire(psyen, au=(debut + dt.timedelta(days=10)).isoformat())
    assert "10 demi-journées, soit 27 h à" in avant
    assert "À venir" in avant
    apres = lire(psyen, au=(debut + dt.timedelta(days=200)).isoformat())
    assert "7,5 demi-journées" in apres
    assert "Auparavant" in apres


def test_deux_versions_qui_disent_la_meme_chose_font_une_seule_periode():
    repartition, _, bob, _ = deux_psyens_arretes()
    modificatif = decider(creer_modificatif_propose(repartition, "2", jours=30))
    page = lire(bob, au=(repartition.annee.debut + dt.timedelta(days=60)).isoformat())
    assert repartition.arrete.numero in page
    assert modificatif.numero not in page
    assert "Auparavant" not in page


def test_un_compte_sans_fiche_dit_a_qui_s_adresser():
    client = connecter(Client(), creer_perimetre(Role.PSYEN))
    assert "n’est pas encore reliée" in client.get(reverse("psyen:ma_semaine")).content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PSYEN])
def test_la_page_est_celle_du_psyen(role):
    assert connecter(Client(), creer_perimetre(role)).get(reverse("psyen:ma_semaine")).status_code == 403
