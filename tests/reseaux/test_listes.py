"""The lists of schools, CIO and réseaux: filters, search, sort, pages, exports, cost, isolation."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comptes.enums import Role
from reseaux.enums import Categorie, EtatEtablissement, Secteur
from reseaux.models import Etablissement
from socle.tableurs import lire_tableau
from tests.reseaux import factories as f

pytestmark = pytest.mark.django_db

LISTES = (
    "reseaux:etablissements",
    "reseaux:cios",
    "reseaux:reseaux",
    "reseaux:habilitations",
    "reseaux:comptes",
)


@pytest.fixture
def admin(client):
    perimetre = f.creer_perimetre(Role.ADMIN)
    f.connecter(client, perimetre)
    return perimetre


@pytest.fixture
def dcio(client):
    perimetre = f.creer_perimetre(Role.DCIO, f.creer_cio())
    f.connecter(client, perimetre)
    return perimetre


def _noms(client, **parametres):
    """UAI and names as the CSV export of the same address gives them."""
    reponse = client.get(reverse("reseaux:etablissements"), parametres | {"format": "csv"})
    texte = b"".join(reponse.streaming_content).decode("utf-8-sig")
    return [ligne["nom"] for ligne in csv.DictReader(io.StringIO(texte), delimiter=";")]


@pytest.mark.parametrize("saisie", ["MARECHAL", "maréchal", "vendome", "Vendôme maréchal", "  0410001"])
def test_recherche_sans_accent_ni_casse(client, dcio, saisie):
    f.creer_etablissement("Collège du Maréchal", commune="Vendôme", uai=f.uai("041", 1))
    f.creer_etablissement("Collège Autre", commune="Blois", uai=f.uai("041", 2))
    assert _noms(client, q=saisie) == ["Collège du Maréchal"]


def test_filtres(client, admin):
    annee, cio = f.creer_annee(), f.creer_cio()
    lycee = f.creer_lycee("Lycée tête", cio=cio)
    f.creer_reseau(cio, annee=annee, tete=lycee)
    f.creer_etablissement("Collège seul", cio=cio, segpa=True, education_prioritaire="REP")
    f.creer_etablissement("Collège privé", secteur=Secteur.PRIVE)
    f.creer_etablissement(
        "Collège fermé", etat=EtatEtablissement.FERME, date_fermeture=annee.debut, internat=True
    )
    f.creer_etablissement("Collège du Cher", departement=f.creer_departement("018"))
    departement = cio.departement_id
    assert _noms(client, categorie=Categorie.LYCEE) == ["Lycée tête"]
    assert _noms(client, secteur=Secteur.PRIVE) == ["Collège privé"]
    assert _noms(client, etat=EtatEtablissement.FERME) == ["Collège fermé"]
    assert _noms(client, specificite="segpa") == ["Collège seul"]
    assert _noms(client, education_prioritaire="REP") == ["Collège seul"]
    assert _noms(client, reseau="avec") == ["Lycée tête"]
    # Neither the private school nor the closed one misses a réseau.
    assert _noms(client, reseau="sans", departement=departement) == ["Collège seul"]
    assert _noms(client, departement=departement, cio=cio.pk) == ["Collège seul", "Lycée tête"]
    assert "Collège privé" in _noms(client, departement=departement, cio="aucun")


def test_le_departement_ne_se_choisit_que_s_il_y_en_a_plusieurs(client, dcio):
    page = client.get(reverse("reseaux:etablissements")).content.decode()
    assert 'name="departement"' not in page
    assert 'name="cio"' in page


def test_un_filtre_absurde_est_dit_et_n_est_pas_applique(client, admin):
    f.creer_etablissement("Collège visible")
    adresse = reverse("reseaux:etablissements")
    for parametres in (
        {"departement": "9" * 30},
        {"categorie": "chateau"},
        {"page": "zéro"},
        {"tri": "drop"},
    ):
        reponse = client.get(adresse, parametres)
        assert reponse.status_code == 200
        assert "Collège visible" in reponse.content.decode()


def test_tri_et_pages(client, dcio):
    Etablissement.objects.bulk_create(
        Etablissement(
            uai=f.uai("041", n),
            nom=f"Collège {n:03d}",
            nature="340",
            categorie=Categorie.COLLEGE,
            secteur=Secteur.PUBLIC,
            commune="Blois",
            departement_id=dcio.departement_id,
        )
        for n in range(1, 121)
    )
    adresse = reverse("reseaux:etablissements")
    premiere = client.get(adresse).content.decode()
    assert "120 établissements, page 1 sur 3" in premiere
    assert premiere.index("Collège 001") < premiere.index("Collège 050")
    assert "Collège 051" not in premiere
    derniere = client.get(adresse, {"page": 3, "tri": "-nom"}).content.decode()
    assert derniere.index("Collège 020") < derniere.index("Collège 001")
    assert "Collège 021" not in derniere


@pytest.mark.parametrize("format_", ["csv", "xlsx", "ods"])
@pytest.mark.parametrize("liste", ["reseaux:etablissements", "reseaux:cios", "reseaux:reseaux"])
def test_export_de_ce_qui_est_filtre(client, admin, liste, format_):
    cio = f.creer_cio("Blois")
    f.creer_reseau(cio, tete=f.creer_lycee("Lycée Blois A", cio=cio), nom="Réseau Blois A")
    autre = f.creer_cio("Bourges", departement=f.creer_departement("018"))
    tete = f.creer_lycee("Lycée Bourges", cio=autre, commune="Bourges")
    f.creer_reseau(autre, tete=tete, nom="Réseau B")
    reponse = client.get(reverse(liste), {"format": format_, "q": "blois"})
    contenu = b"".join(reponse) if reponse.streaming else reponse.content
    tableau = lire_tableau(contenu, nom=f"export.{format_}")
    assert len(tableau.lignes) == 1
    assert "Blois" in " ".join(tableau.lignes[0].valeurs.values())


def test_les_reseaux_de_l_annee_en_cours_d_abord(client, dcio):
    cio = f.creer_cio()
    f.creer_reseau(cio, annee=f.creer_annee(), nom="Réseau d’aujourd’hui")
    f.creer_reseau(cio, annee=f.annee_suivante(), nom="Réseau de demain")
    adresse = reverse("reseaux:reseaux")
    page = client.get(adresse).content.decode()
    assert "d’aujourd’hui" in page
    assert "de demain" not in page
    assert "de demain" in client.get(adresse, {"annee": f.annee_suivante().code}).content.decode()
    assert "de demain" in client.get(adresse, {"annee": ""}).content.decode()


def test_chiffres_d_un_reseau_et_d_un_cio(client, dcio):
    cio, annee = f.creer_cio(), f.creer_annee()
    lycee, college = f.creer_lycee(cio=cio), f.creer_etablissement(cio=cio)
    f.creer_effectif(lycee, 900, annee)
    f.creer_effectif(college, 350, f.annee_precedente())
    f.creer_effectif(college, 999, f.annee_suivante())
    f.creer_reseau(cio, annee=annee, tete=lycee, membres=[college], nom="Réseau chiffré")
    ligne = _ligne(client, "reseaux:reseaux")
    # The collège counts with the last year known, never with a year to come.
    assert (ligne["établissements"], ligne["élèves"]) == ("2", "1250")
    ligne = _ligne(client, "reseaux:cios")
    assert (ligne["établissements du secteur"], ligne["réseaux de l’année"]) == ("2", "1")


def _ligne(client, liste):
    reponse = client.get(reverse(liste), {"format": "csv"})
    return lire_tableau(b"".join(reponse.streaming_content), nom="x.csv").lignes[0].valeurs


# --- Cost and isolation -------------------------------------------------------------------------------


def _requetes(client, liste):
    with CaptureQueriesContext(
        connection,
    ) as contexte:
        assert client.get(reverse(liste)).status_code == 200
    return len(contexte)


def _page(client, adresse):
    """The page without its anti-forgery token, drawn anew each time."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", client.get(adresse).content)


def _peupler(numero):
    cio = f.creer_cio(f"Commune {numero}")
    reseau = f.creer_reseau(cio, nom=f"Réseau {numero}")
    f.creer_effectif(reseau.tete, 800)
    f.creer_habilitation(Role.DCIO, cio)


@pytest.mark.parametrize("liste", LISTES)
def test_autant_de_requetes_pour_une_ligne_que_pour_trois(client, admin, liste):
    _peupler(1)
    _requetes(client, liste)
    une = _requetes(client, liste)
    _peupler(2)
    _peupler(3)
    assert _requetes(client, liste) == une


@pytest.mark.parametrize("liste", LISTES)
def test_un_objet_etranger_ne_change_pas_un_octet(client, admin, liste):
    """Metamorphic: what another académie does is invisible, down to the counts."""
    _peupler(1)
    adresse = reverse(liste)
    avant = _page(client, adresse)
    ailleurs = f.creer_departement("035", academie=f.creer_academie("14", "Rennes"))
    cio = f.creer_cio("Rennes", departement=ailleurs)
    reseau = f.creer_reseau(cio, nom="Réseau étranger")
    f.creer_effectif(reseau.tete, 700)
    f.creer_habilitation(Role.DCIO, cio)
    assert _page(client, adresse) == avant


@pytest.mark.parametrize("liste", ["reseaux:cios", "reseaux:reseaux"])
def test_un_cio_voisin_ne_change_pas_un_octet(client, dcio, liste):
    f.creer_reseau(f.creer_cio(), nom="Réseau à moi")
    adresse = reverse(liste)
    avant = _page(client, adresse)
    f.creer_reseau(f.creer_cio("Vendôme"), nom="Réseau du voisin")
    assert _page(client, adresse) == avant


@pytest.mark.parametrize(
    ("role", "attendus"),
    [
        (Role.DCIO, {"reseaux:carte", "psyen:indicateurs"}),
        (Role.IEN_IO, {"reseaux:carte", "psyen:indicateurs"}),
        (Role.CHARGE_MISSION_REGION, {"reseaux:carte"}),
        (Role.CHEF_ETABLISSEMENT, set()),
    ],
)
def test_la_liste_des_reseaux_mene_a_la_carte_et_aux_indicateurs(client, role, attendus):
    f.creer_annee()
    territoire = {Role.DCIO: f.creer_cio(), Role.CHEF_ETABLISSEMENT: f.creer_etablissement()}.get(role)
    f.connecter(client, f.creer_perimetre(role, territoire))
    page = client.get(reverse("reseaux:reseaux")).content.decode()
    offerts = {nom for nom in ("reseaux:carte", "psyen:indicateurs") if f'href="{reverse(nom)}"' in page}
    assert offerts == attendus
    assert all(client.get(reverse(nom)).status_code == 200 for nom in offerts)
