"""The page of the matrix: « Qui décide ? », the grid as it is posted, constant queries."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from comptes.enums import Role
from missions.models import ActeurMatrice, CaseMatrice, LigneMatrice
from missions.selectors.matrice import lire_matrice
from tests.missions.factories import creer_delegation, creer_dossier, creer_matrice, creer_matrice_validee
from tests.pdf import texte_du_pdf
from tests.reseaux.factories import connecter, creer_habilitation, creer_perimetre, creer_utilisateur

pytestmark = pytest.mark.django_db
REAFFECTATION = "Réaffectation après un conseil de discipline"


@pytest.fixture
def ien_io():
    return creer_perimetre(Role.IEN_IO)


def demander(client, question, role=Role.DCIO):
    connecter(client, creer_perimetre(role))
    reponse = client.get(reverse("missions:matrice"), {"q": question})
    return " ".join(reponse.content.decode().split())


def test_qui_decide_repond_en_une_ligne_par_delegation(client):
    dossier = creer_dossier(REAFFECTATION)
    creer_matrice_validee()
    mallet = creer_utilisateur(prenom="Nicolas", nom="Mallet")
    delegation = creer_delegation(
        dossier, delegataire=creer_habilitation(Role.ADJOINT_IEN_IO, utilisateur=mallet)
    )
    page = demander(client, "qui décide de la reaffectation après CONSEIL de discipline ?")
    attendu = (
        f"{REAFFECTATION}</a> → décide : <strong>IEN-IO</strong>, par délégation : "
        f"<strong>Nicolas MALLET (adjoint à l’IEN-IO)</strong>, jusqu’au {delegation.fin:%d/%m/%Y}"
    )
    assert attendu in page


def test_qui_decide_nomme_qui_exerce_la_fonction_aujourd_hui(client):
    creer_matrice_validee()
    dasen = creer_habilitation(Role.DASEN, utilisateur=creer_utilisateur(prenom="Anne", nom="Petit"))
    creer_habilitation(Role.DASEN, utilisateur=creer_utilisateur(nom="Parti"), date_fin=dasen.date_debut)
    page = demander(client, "eple d'exercice")
    assert "décide : <strong>DASEN</strong> (Anne PETIT)" in page
    assert "PARTI" not in page


def test_la_region_lit_les_fonctions_jamais_les_noms(client):
    dossier = creer_dossier(REAFFECTATION)
    creer_matrice_validee()
    creer_delegation(dossier)
    page = demander(client, "discipline", Role.CHARGE_MISSION_REGION)
    assert "décide : <strong>IEN-IO</strong></p>" in page


def test_une_question_sans_reponse_le_dit(client):
    creer_matrice_validee()
    assert "Aucune activité ne contient ces mots" in demander(client, "zzz")


def test_la_grille_postee_rend_ce_qui_est_refuse_et_garde_la_saisie(client, ien_io):
    matrice = creer_matrice()
    connecter(client, ien_io)
    tableau = lire_matrice(matrice)
    ligne, ien = tableau.lignes[0], tableau.acteurs[2]
    champs = {f"c-{ligne.pk}-{a.pk}": ligne.lettres(a.pk) for a in tableau.acteurs}
    base = {f"b-{ligne.pk}": ",".join(ligne.lettres(a.pk) for a in tableau.acteurs)}
    adresse = reverse("missions:matrice_grille", args=[matrice.pk])
    refus = client.post(adresse, champs | base | {f"c-{ligne.pk}-{ien.pk}": "ZZ"}).content.decode()
    assert "Rien n’est encore enregistré" in refus
    assert 'value="ZZ"' in refus
    reponse = client.post(adresse, champs | base | {f"c-{ligne.pk}-{ien.pk}": "rd"}, follow=True)
    assert "La grille est enregistrée." in reponse.content.decode()
    assert lire_matrice(matrice).lignes[0].lettres(ien.pk) == "DR"
    # The page as first opened, posted again: what it did not change is not undone.
    client.post(adresse, champs | base)
    assert lire_matrice(matrice).lignes[0].lettres(ien.pk) == "DR"


def test_deux_versions_se_comparent_de_l_ancienne_a_la_nouvelle(client, ien_io):
    validee, projet = creer_matrice_validee(), creer_matrice()
    connecter(client, ien_io)
    for une, autre in ((validee, projet), (projet, validee)):
        page = client.get(reverse("missions:matrice_comparer", args=[une.pk, autre.pk])).content.decode()
        assert "De la version 1 à la version 2" in page


def agrandir(matrice, lignes=80, acteurs=12):
    deja = matrice.acteurs.count()
    ActeurMatrice.objects.bulk_create(
        ActeurMatrice(matrice=matrice, rang=rang, libelle=f"Acteur {rang}") for rang in range(deja, acteurs)
    )
    colonnes = list(matrice.acteurs.order_by("rang", "pk"))
    ajoutees = LigneMatrice.objects.bulk_create(
        LigneMatrice(matrice=matrice, rang=rang, activite=f"Activité {rang}", decide=colonnes[rang % 12])
        for rang in range(matrice.lignes.count(), lignes)
    )
    CaseMatrice.objects.bulk_create(
        CaseMatrice(ligne=ligne, acteur=colonnes[(ligne.rang + 1) % 12], part="realise") for ligne in ajoutees
    )


@pytest.mark.parametrize("page", ["missions:matrice_version", "missions:matrice_grille"])
def test_quatre_vingts_activites_et_douze_acteurs_ne_coutent_pas_plus_de_requetes(client, ien_io, page):
    matrice = creer_matrice()
    connecter(client, ien_io)
    adresse = reverse(page, args=[matrice.pk])
    comptes = []
    for _ in range(2):
        client.get(adresse)
        with CaptureQueriesContext(connection) as capture:
            assert client.get(adresse).status_code == 200
        comptes.append(len(capture))
        agrandir(matrice)
    assert comptes[0] == comptes[1]


def test_le_pdf_dit_la_version_ses_validations_et_tient_sur_un_a3(client, ien_io):
    matrice = creer_matrice_validee()
    connecter(client, ien_io)
    contenu = client.get(reverse("missions:matrice_pdf", args=[matrice.pk])).content
    texte = texte_du_pdf(contenu)
    assert "version 1, validée par" in texte
    assert "Arrêter les EPLE d’exercice des PsyEN" in texte
    assert len(PdfReader(io.BytesIO(contenu)).pages) == 1
