"""Arrêtés: list, page, stored document, extracts, model of the département."""

from hashlib import sha256

import pytest
from django.test import Client
from django.urls import reverse

from comptes.enums import Role
from psyen.models import Arrete, ModeleArrete
from psyen.services.arretes import produire_document
from socle.journal import historique
from socle.models import Fichier
from tests.psyen.factories import (
    creer_arretee,
    creer_modele_arrete,
    creer_modificatif_propose,
    creer_proposee,
    creer_psyen,
    decider,
    ecoles_de,
)
from tests.psyen.test_documents import lire
from tests.reseaux.factories import (
    connecter,
    creer_academie,
    creer_cio,
    creer_departement,
    creer_etablissement,
    creer_perimetre,
    creer_utilisateur,
)

pytestmark = pytest.mark.django_db

LECTEURS = [Role.DASEN, Role.SG, Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.DCIO, Role.SECRETAIRE_CIO, Role.ADMIN]
AUTRES = [Role.PSYEN, Role.CHEF_ETABLISSEMENT, Role.CHARGE_MISSION_REGION]


def client_de(role, territoire=None, **champs):
    return connecter(Client(), creer_perimetre(role, territoire, **champs))


def texte(reponse) -> str:
    return " ".join(reponse.content.decode().split())


# --- the list and the page -----------------------------------------------------------------------------


@pytest.mark.parametrize("role", LECTEURS)
def test_qui_lit_les_arretes(role):
    arrete = creer_arretee().arrete
    client = client_de(role)
    assert arrete.numero in texte(client.get(reverse("psyen:arretes")))
    assert arrete.numero in texte(client.get(reverse("psyen:arrete", args=[arrete.pk])))


@pytest.mark.parametrize("role", AUTRES)
def test_qui_recoit_un_extrait_ne_lit_pas_l_arrete(role):
    arrete = creer_arretee().arrete
    client = client_de(role)
    for adresse in (
        reverse("psyen:arretes"),
        reverse("psyen:arrete", args=[arrete.pk]),
        reverse("psyen:arrete_document", args=[arrete.pk]),
    ):
        assert client.get(adresse).status_code == 403


def test_l_arrete_d_ailleurs_n_existe_pas():
    rennes = creer_departement("035", academie=creer_academie("14", "Rennes"))
    ailleurs = creer_arretee(cio=creer_cio("Rennes", departement=rennes)).arrete
    for role in (Role.DASEN, Role.DCIO, Role.ADMIN):
        client = client_de(role)
        assert ailleurs.numero not in texte(client.get(reverse("psyen:arretes")))
        for url in ("psyen:arrete", "psyen:arrete_document"):
            assert client.get(reverse(url, args=[ailleurs.pk])).status_code == 404


def test_filtres_et_exports_de_la_liste():
    initiale = creer_arretee()
    modificatif = decider(creer_modificatif_propose(initiale, "3"))
    client, adresse = client_de(Role.DASEN), reverse("psyen:arretes")
    page = texte(client.get(adresse, {"nature": "modificatif"}))
    assert modificatif.numero in page
    assert f">{initiale.arrete.numero}<" not in page
    produire_document(arrete=initiale.arrete)
    export = b"".join(client.get(adresse, {"format": "csv"})).decode()
    assert Arrete.objects.get(pk=initiale.arrete.pk).fichier.sha256 in export
    assert "arrêté modificatif" in export


def test_la_page_relie_l_arrete_et_ses_modificatifs():
    initiale = creer_arretee()
    modificatif = decider(creer_modificatif_propose(initiale, "3"))
    client = client_de(Role.DASEN)
    assert modificatif.numero in texte(client.get(reverse("psyen:arrete", args=[initiale.arrete.pk])))
    assert initiale.arrete.numero in texte(client.get(reverse("psyen:arrete", args=[modificatif.pk])))


# --- the document ----------------------------------------------------------------------------------------


def test_le_document_est_le_meme_a_chaque_fois_et_son_empreinte_le_prouve():
    arrete = creer_arretee().arrete
    fichier = produire_document(arrete=arrete)
    client, adresse = client_de(Role.DASEN), reverse("psyen:arrete_document", args=[arrete.pk])
    premiere, seconde = client.get(adresse), client.get(adresse)
    assert premiere["Content-Type"] == "application/pdf"
    assert premiere.content == seconde.content
    assert sha256(premiere.content).hexdigest() == fichier.sha256
    assert fichier.sha256 in texte(client.get(reverse("psyen:arrete", args=[arrete.pk])))


def test_le_document_en_retard_se_produit_sur_place_par_un_envoi():
    arrete = creer_arretee().arrete
    client, adresse = client_de(Role.DASEN), reverse("psyen:arrete_document", args=[arrete.pk])
    attente = client.get(adresse, follow=True)
    assert "en cours de mise en page" in texte(attente)
    assert not Fichier.objects.exists()
    assert client.post(adresse).content.startswith(b"%PDF")
    assert Fichier.objects.count() == 1
    client.post(adresse)
    assert Fichier.objects.count() == 1


def test_la_mise_en_page_est_au_journal():
    arrete = creer_arretee().arrete
    produire_document(arrete=arrete)
    entree = historique(arrete).get()
    assert entree.libelle == "Document de l’arrêté mis en page"
    assert entree.departement_id == arrete.departement_id


def test_deux_processus_un_seul_document(monkeypatch):
    """The second, who drew it too, keeps the first one's bytes."""
    arrete = creer_arretee().arrete

    def dessiner_pendant_qu_un_autre_finit(dessine):
        monkeypatch.undo()
        produire_document(arrete=arrete)
        return b"%PDF second"

    monkeypatch.setattr("psyen.services.arretes.dessiner_arrete", dessiner_pendant_qu_un_autre_finit)
    assert bytes(produire_document(arrete=arrete).contenu) != b"%PDF second"
    assert Fichier.objects.count() == 1


def test_le_projet_se_lit_par_qui_lit_la_repartition():
    creer_modele_arrete()
    proposee = creer_proposee()
    adresse = reverse("psyen:projet", args=[proposee.pk])
    assert "PROJET" in lire(client_de(Role.DASEN).get(adresse).content)
    assert client_de(Role.DCIO).get(adresse).status_code == 200
    for role in AUTRES:
        assert client_de(role).get(adresse).status_code == 404


def test_le_projet_d_une_version_arretee_mene_a_l_arrete():
    arretee = creer_arretee()
    reponse = client_de(Role.DASEN).get(reverse("psyen:projet", args=[arretee.pk]))
    assert reponse["Location"] == reverse("psyen:arrete", args=[arretee.arrete.pk])


# --- the extracts ----------------------------------------------------------------------------------------


def test_extrait_du_chef_le_sien_seulement():
    arretee = creer_arretee()
    lycee, *_ = ecoles_de(arretee.cio.reseaux.get(annee=arretee.annee))
    adresse = reverse("psyen:arrete_extrait", args=[arretee.arrete.pk])
    extrait = lire(client_de(Role.CHEF_ETABLISSEMENT, lycee).get(adresse).content)
    assert lycee.nom in extrait
    assert client_de(Role.CHEF_ETABLISSEMENT, creer_etablissement()).get(adresse).status_code == 404


def test_extrait_du_psyen_le_sien_seulement():
    arretee = creer_arretee()
    psyen = arretee.services.get().psyen
    psyen.utilisateur = creer_utilisateur()
    psyen.save()
    adresse = reverse("psyen:arrete_extrait", args=[arretee.arrete.pk])
    client = client_de(Role.PSYEN, utilisateur=psyen.utilisateur)
    assert psyen.nom.upper() in lire(client.get(adresse).content)
    autre = creer_psyen(utilisateur=creer_utilisateur())
    assert client_de(Role.PSYEN, utilisateur=autre.utilisateur).get(adresse).status_code == 404


@pytest.mark.parametrize("role", [*LECTEURS, Role.CHARGE_MISSION_REGION])
def test_les_autres_n_ont_pas_d_extrait(role):
    arrete = creer_arretee().arrete
    assert client_de(role).get(reverse("psyen:arrete_extrait", args=[arrete.pk])).status_code == 403


# --- the model -------------------------------------------------------------------------------------------

SAISIE = {
    "autorite": "L’inspecteur d’académie",
    "visas": "Vu le code de l’éducation ;",
    "signataire": "Nouvelle Signature",
    "qualite": "Pour le recteur",
    "lieu": "Blois",
    "prefixe": "DSDEN41",
}


@pytest.mark.parametrize("role", [Role.SG, Role.IEN_IO, Role.ADMIN])
def test_qui_configure_le_modele(role):
    creer_departement("018")
    adresse = reverse("psyen:modele_arrete", args=["041"])
    client = client_de(role)
    assert client.get(adresse).status_code == 200
    reponse = client.post(adresse, SAISIE, follow=True)
    assert "vaut pour les arrêtés à venir" in texte(reponse)
    assert ModeleArrete.objects.get(departement__code="041").signataire == "Nouvelle Signature"
    choix = client.get(reverse("psyen:modeles_arrete"))
    assert choix.status_code == (200 if role == Role.ADMIN else 302)


@pytest.mark.parametrize("role", [Role.DASEN, Role.ADJOINT_IEN_IO, Role.DCIO, Role.SECRETAIRE_CIO, *AUTRES])
def test_qui_ne_le_configure_pas(role):
    client = client_de(role)
    assert client.post(reverse("psyen:modele_arrete", args=["041"]), SAISIE).status_code == 403
    assert client.get(reverse("psyen:modeles_arrete")).status_code == 403
    assert not ModeleArrete.objects.exists()


def test_le_modele_du_departement_voisin_n_existe_pas():
    creer_departement("018")
    adresse = reverse("psyen:modele_arrete", args=["018"])
    assert client_de(Role.SG).post(adresse, SAISIE).status_code == 404


def test_les_arretes_deja_pris_gardent_leurs_mentions():
    arrete = creer_arretee().arrete
    client_de(Role.SG).post(reverse("psyen:modele_arrete", args=["041"]), SAISIE)
    arrete.refresh_from_db()
    assert arrete.signataire == "Camille DASEN"


def test_apercu_avant_d_enregistrer():
    creer_proposee()
    client, adresse = client_de(Role.SG), reverse("psyen:modele_arrete", args=["041"])
    reponse = client.post(adresse, SAISIE | {"apercu": "oui"})
    assert "Nouvelle Signature" in lire(reponse.content)
    assert not ModeleArrete.objects.exists()


def test_apercu_impossible_le_dit():
    client, adresse = client_de(Role.SG), reverse("psyen:modele_arrete", args=["041"])
    assert "Aucune répartition n’existe encore" in texte(client.post(adresse, SAISIE | {"apercu": "oui"}))


def test_l_administrateur_ne_voit_pas_un_projet_par_l_apercu():
    """What is proposed is not his to read: the preview uses what is arrêté, or nothing."""
    creer_proposee()
    adresse = reverse("psyen:modele_arrete", args=["041"])
    reponse = client_de(Role.ADMIN).post(adresse, SAISIE | {"apercu": "oui"})
    assert reponse["Content-Type"].startswith("text/html")


def test_un_champ_oublie_est_nomme():
    creer_departement()
    adresse = reverse("psyen:modele_arrete", args=["041"])
    reponse = client_de(Role.SG).post(adresse, SAISIE | {"visas": ""})
    assert "Ce champ est obligatoire" in texte(reponse)
