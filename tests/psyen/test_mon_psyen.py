"""« Mon PsyEN »: the chef reads his own school, today, later and in the proposal, and nothing else."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from psyen.models import CommentaireEtablissement
from psyen.services.repartition import proposer_repartition
from tests.psyen.factories import (
    creer_arretee,
    creer_brouillon,
    creer_modificatif_propose,
    creer_proposee,
    creer_psyen,
    decider,
    ecoles_de,
    enregistrer,
    saisie,
)
from tests.reseaux.factories import (
    connecter,
    creer_annee,
    creer_cio,
    creer_etablissement,
    creer_perimetre,
)

pytestmark = pytest.mark.django_db


def chef_de(etablissement):
    return connecter(Client(), creer_perimetre(Role.CHEF_ETABLISSEMENT, etablissement))


def lire(client, **parametres) -> str:
    return " ".join(client.get(reverse("psyen:mon_psyen"), parametres).content.decode().split())


def deux_psyens_arretes():
    """Ana in the lycée (1,5) and a collège (3,5), Bob in another collège only."""
    ana, bob = creer_psyen("CanariAna", prenom="Ana"), creer_psyen("CanariBob", prenom="Bob")
    repartition = creer_brouillon(annee=creer_annee(), psyens=0)
    lycee, college, autre = ecoles_de(repartition.cio.reseaux.get(annee=repartition.annee))
    enregistrer(
        repartition,
        saisie(repartition, ana, {lycee: "1.5", college: "3.5"}, cio="4.5"),
        saisie(repartition, bob, {autre: "2.5"}, cio="7.5"),
    )
    decider(
        proposer_repartition(repartition=repartition, perimetre=creer_perimetre(Role.DCIO, repartition.cio))
    )
    repartition.refresh_from_db()
    return repartition, lycee, college, autre


def jour_apres(repartition, jours):
    return repartition.annee.debut + dt.timedelta(days=jours)


def test_qui_vient_combien_de_temps_et_rien_de_plus():
    repartition, lycee, college, autre = deux_psyens_arretes()
    page = lire(chef_de(lycee))
    assert "Ana CanariAna" in page
    assert "1,5 demi-journée par semaine" in page
    for canari in ("CanariBob", "3,5", "4,5", "2,5", "7,5"):
        assert canari not in page
    assert repartition.arrete.numero in page
    # The réseau is known, its schools too: they are no secret.
    assert college.nom in page
    assert autre.nom in page
    assert "autorité fonctionnelle" in page
    assert "cio@reseaux-cio.example" in page


def test_une_ecole_sans_personne():
    repartition, *_ = deux_psyens_arretes()
    ecole = creer_etablissement(cio=repartition.cio)
    page = lire(chef_de(ecole))
    assert "Aucun PsyEN n’est affecté à votre établissement" in page
    assert "Joindre le CIO de Blois" in page


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CHEF_ETABLISSEMENT])
def test_la_page_est_celle_du_chef(role):
    client = connecter(Client(), creer_perimetre(role))
    assert client.get(reverse("psyen:mon_psyen")).status_code == 403


def test_changement_a_venir_puis_en_vigueur_a_sa_date():
    initiale = creer_arretee()
    lycee, college, _ = ecoles_de(initiale.cio.reseaux.get(annee=initiale.annee))
    decider(creer_modificatif_propose(initiale, "3.5", jours=200))
    avant, apres = jour_apres(initiale, 199), jour_apres(initiale, 200)
    page = lire(chef_de(lycee), au=avant.isoformat())
    assert "2 demi-journées par semaine" in page
    assert "À compter du" in page
    assert "3,5 demi-journées par semaine" in page
    page = lire(chef_de(lycee), au=apres.isoformat())
    assert "3,5 demi-journées par semaine" in page
    assert "À compter du" not in page
    page = lire(chef_de(college), au=avant.isoformat())
    assert "Aucun PsyEN du CIO de Blois ne sera affecté" in page
    assert "Aucun PsyEN n’est affecté" in lire(chef_de(college), au=apres.isoformat())


def test_un_modificatif_sans_effet_sur_l_ecole_ne_la_trouble_pas():
    """The chef was told of the first arrêté only: it stays the one that his page names."""
    repartition, _, _, autre = deux_psyens_arretes()
    modificatif = decider(creer_modificatif_propose(repartition, "2", jours=1))
    page = lire(chef_de(autre), au=jour_apres(repartition, 30).isoformat())
    assert repartition.arrete.numero in page
    assert modificatif.numero not in page


def test_hors_de_l_annee_personne():
    repartition, lycee, *_ = deux_psyens_arretes()
    veille = repartition.annee.debut - dt.timedelta(days=1)
    assert "Aucun PsyEN n’est affecté" in lire(chef_de(lycee), au=veille.isoformat())


@pytest.mark.parametrize("au", ["", "demain", "2026-02-30", "99999-01-01"])
def test_une_date_illisible_montre_aujourd_hui(au):
    _, lycee, *_ = deux_psyens_arretes()
    assert "Ana CanariAna" in lire(chef_de(lycee), au=au)


def test_le_chef_lit_la_proposition_pour_sa_seule_ecole_et_la_commente():
    initiale = creer_arretee()
    lycee, college, _ = ecoles_de(initiale.cio.reseaux.get(annee=initiale.annee))
    proposee = creer_modificatif_propose(initiale, "3.5", message="Message au DASEN seul")
    client = chef_de(college)
    page = lire(client)
    assert "Proposition du CIO de Blois" in page
    assert "3,5" not in page
    assert "Message au DASEN seul" not in page
    adresse = reverse("psyen:commenter", args=[proposee.pk])
    reponse = client.post(adresse, {f"c{proposee.pk}-texte": "Nous gardions ce poste."}, follow=True)
    assert "Votre commentaire est envoyé" in reponse.content.decode()
    assert "Nous gardions ce poste." in reponse.content.decode()
    assert "Nous gardions ce poste." not in lire(chef_de(lycee))
    assert CommentaireEtablissement.objects.get().etablissement == college


def test_un_commentaire_vide_est_refuse_sans_perdre_la_page():
    proposee = creer_proposee()
    tete = proposee.cio.reseaux.get(annee=proposee.annee).tete
    reponse = chef_de(tete).post(reverse("psyen:commenter", args=[proposee.pk]), {})
    assert "Le commentaire est vide" in reponse.content.decode()
    assert not CommentaireEtablissement.objects.exists()


def test_on_ne_commente_pas_ce_qui_ne_concerne_pas_son_ecole():
    proposee = creer_proposee(cio=creer_cio("Vendôme"))
    ecole = creer_etablissement(cio=creer_cio())
    adresse = reverse("psyen:commenter", args=[proposee.pk])
    donnees = {f"c{proposee.pk}-texte": "Et moi ?"}
    assert chef_de(ecole).post(adresse, donnees).status_code == 404
    arretee = creer_arretee()
    tete = arretee.cio.reseaux.get(annee=arretee.annee).tete
    adresse = reverse("psyen:commenter", args=[arretee.pk])
    assert chef_de(tete).post(adresse, donnees).status_code == 404
    dcio = connecter(Client(), creer_perimetre(Role.DCIO))
    assert dcio.post(adresse, donnees).status_code == 403
    assert not CommentaireEtablissement.objects.exists()


def test_un_etablissement_du_reseau_laisse_sans_personne_peut_le_dire():
    repartition = creer_brouillon()
    _, college, _ = ecoles_de(repartition.cio.reseaux.get(annee=repartition.annee))
    proposer_repartition(repartition=repartition, perimetre=creer_perimetre(Role.DCIO, repartition.cio))
    assert "Aucun PsyEN n’y est prévu pour votre établissement" in lire(chef_de(college))


def test_un_brouillon_ne_se_voit_pas():
    repartition = creer_brouillon()
    tete = repartition.cio.reseaux.get(annee=repartition.annee).tete
    assert "Proposition" not in lire(chef_de(tete))


def test_le_nombre_de_requetes_ne_depend_pas_du_nombre_de_psyen(django_assert_max_num_queries):
    _, lycee, *_ = deux_psyens_arretes()
    client = chef_de(lycee)
    with django_assert_max_num_queries(16):
        client.get(reverse("psyen:mon_psyen"), {"au": timezone.localdate().isoformat()})
