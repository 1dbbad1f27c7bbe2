"""The annuaire refused, line by line or whole; its rights, its three steps, its command."""

import gzip
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from comptes.enums import Role
from reseaux.models import Departement, Etablissement
from reseaux.services import annuaire_lecture
from socle.enums import EtatTravail
from socle.models import TravailDeFond
from tests.imports import compter_tout, confirmer, deposer, motifs, tableau_csv
from tests.reseaux.annuaire import LIGNE, apercu, comptes, ecole, fichier, importer, ligne
from tests.reseaux.factories import connecter, creer_departement, creer_perimetre, uai

pytestmark = pytest.mark.django_db

PIEGES = (Path(__file__).parent / "donnees" / "annuaire_pieges.csv").read_bytes()
# --- Refused: where, what, why; nothing written ---------------------------------------------------

EXCEL = "réenregistré par un tableur"
REFUS_DE_LIGNE = {
    "departement_sans_zero": ({"Code_departement": "41"}, "Code_departement", EXCEL),
    "departement_inconnu": ({"Code_departement": "020"}, "Code_departement", "n’existe pas"),
    "academie_sans_zero": ({"Code_academie": "3"}, "Code_academie", EXCEL),
    "academie_d_ailleurs": ({"Code_academie": "14"}, "Code_academie", "n’est pas celle"),
    "siret_scientifique": ({"SIREN_SIRET": "2,17003E+13"}, "SIREN_SIRET", EXCEL),
    "date_a_la_francaise": ({"date_ouverture": "27/05/2026"}, "date_ouverture", EXCEL),
    "date_impossible": ({"date_ouverture": "2026-02-31"}, "date_ouverture", "n’est pas une date"),
    "code_postal_court": ({"Code_postal": "2600"}, "Code_postal", EXCEL),
    "code_postal_decimal": ({"Code_postal": "98825.0"}, "Code_postal", EXCEL),
    "code_commune_court": ({"Code_commune": "1004"}, "Code_commune", EXCEL),
    "telephone_sans_zero": ({"Telephone": "254785463"}, "Telephone", "zéro initial"),
    "latitude_sans_virgule": ({"latitude": "4829574732696515"}, "latitude", EXCEL),
    "latitude_nan": ({"latitude": "nan"}, "latitude", "coordonnée"),
    "uai_cle": ({"Identifiant_de_l_etablissement": "0410001Z"}, "Identifiant", "la clé attendue est"),
    "uai_forme": ({"Identifiant_de_l_etablissement": "=1+1"}, "Identifiant", "n’est pas un code UAI"),
    "uai_vide": ({"Identifiant_de_l_etablissement": ""}, "Identifiant", "n’est pas un code UAI"),
    "mere_fausse": ({"etablissement_mere": "0410001Z"}, "etablissement_mere", "la clé attendue est"),
    "nature_decimale": ({"code_nature": "340.0"}, "code_nature", "code de nature"),
    "nature_vide": ({"code_nature": ""}, "code_nature", "code de nature"),
    "secteur_vide": ({"Statut_public_prive": ""}, "Statut_public_prive", "Public"),
    "commune_vide": ({"Nom_commune": " "}, "Nom_commune", "vide"),
    "trois_etats": ({"ULIS": "2"}, "ULIS", "1, 0 ou rien"),
    "etat_inconnu": ({"etat": "DETRUIT"}, "etat", "OUVERT"),
    "education_prioritaire": ({"Appartenance_Education_Prioritaire": "ZEP"}, "Appartenance", "REP+"),
    "nom_demesure": ({"Nom_etablissement": "C" * 161}, "Nom_etablissement", "160 caractères"),
}
SANS_UAI = [{cle: valeur for cle, valeur in LIGNE.items() if cle != "Identifiant_de_l_etablissement"}]
REFUS_DE_FICHIER = {
    "vide": (b"", "vide"),
    "une_colonne_manque": (tableau_csv(SANS_UAI), "Colonnes manquantes"),
    "autre_fichier": (b"a;b\r\n1;2\r\n", "Colonnes manquantes"),
    "colonne_double": (fichier(LIGNE | {"numero_uai": "x"}), "disent la même chose"),
    "octets_nuls": (b"\x00\x01" * 50, "octets nuls"),
    "guillemet_ouvert": (fichier() + b'"041', "guillemet"),
    "pointeur_lfs": (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
    "gzip_abime": (gzip.compress(fichier())[:60], "abîmé"),
    "page_web": (b"<!DOCTYPE html><p>Connexion</p>", "page web"),
    "faux_zip": (b"PK\x03\x04" + b"\x00" * 40, "classeur"),
    "decalage": (fichier() + b"0410017W;Coll" + b";" * 200 + b"x\r\n", ""),
}


@pytest.mark.parametrize(("champs", "colonne", "motif"), REFUS_DE_LIGNE.values(), ids=REFUS_DE_LIGNE)
def test_une_ligne_fausse_refuse_tout_le_fichier(client, champs, colonne, motif):
    connecter(client, creer_perimetre(Role.ADMIN))
    avant = compter_tout()
    contenu = fichier(ecole(8, Telephone=""), ligne(**champs))
    reponse = deposer(client, reverse("reseaux:importer_annuaire"), contenu)
    assert reponse.status_code == 200
    [refus] = reponse.context["plan"].refus
    assert refus.ligne == 3
    assert f"« {colonne}" in refus.colonne
    assert motif in refus.motif
    assert "Confirmer" not in reponse.text
    # Insisting changes nothing: the service refuses what the page does not offer.
    confirmer(client, reverse("reseaux:importer_annuaire"), reponse)
    assert compter_tout() == avant


@pytest.mark.parametrize(("contenu", "motif"), REFUS_DE_FICHIER.values(), ids=REFUS_DE_FICHIER)
def test_un_fichier_illisible_dit_pourquoi(client, contenu, motif):
    connecter(client, creer_perimetre(Role.ADMIN))
    avant = compter_tout()
    reponse = deposer(client, reverse("reseaux:importer_annuaire"), contenu)
    assert reponse.status_code == 200
    assert motif in " ".join(reponse.context["form"].errors["fichier"])
    assert compter_tout() == avant
    with pytest.raises(ValidationError):
        importer(contenu)


def test_une_archive_qui_gonfle_est_arretee():
    bombe = gzip.compress(b"a;b\r\n" * 10_000_000)
    with pytest.raises(ValidationError, match="Une fois décompressé"):
        apercu(bombe)


# --- Rights and the three steps -------------------------------------------------------------------


def test_l_admin_n_importe_que_son_academie():
    rennes = ligne(Identifiant_de_l_etablissement=uai("035", 1), Code_departement="035", Code_academie="14")
    plan = apercu(fichier(LIGNE, rennes), perimetre=creer_perimetre(Role.ADMIN))
    assert comptes(plan) == {"Créés": 1, "Laissés de côté": 1}


def test_un_etablissement_d_une_autre_academie_n_est_pas_repris():
    """The file cannot move a school of another académie into one's own."""
    importer(fichier(ligne(Code_departement="035", Code_academie="14")))
    plan = apercu(fichier(), perimetre=creer_perimetre(Role.ADMIN))
    assert "autre académie" in motifs(plan.refus)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_seul_l_admin_importe(client, role):
    perimetre = creer_perimetre(role)
    connecter(client, perimetre)
    url = reverse("reseaux:importer_annuaire")
    assert client.get(url).status_code == 403
    assert deposer(client, url, fichier()).status_code == 403
    with pytest.raises(PermissionDenied):
        apercu(fichier(), perimetre=perimetre)


def test_l_apercu_n_ecrit_rien_et_la_confirmation_ecrit_ce_qu_il_montrait(client):
    connecter(client, creer_perimetre(Role.ADMIN))
    url = reverse("reseaux:importer_annuaire")
    avant = compter_tout()
    reponse = deposer(client, url, fichier(), departements="041 ; 018")
    assert "Collège Augustin Thierry" in reponse.text
    for format_ in ("csv", "xlsx", "ods"):
        rendu = confirmer(client, url, reponse, format_)
        assert f"compte-rendu-importer-lannuaire.{format_}" in rendu["Content-Disposition"]
    assert compter_tout() == avant
    assert confirmer(client, url, reponse).status_code == 302
    assert Etablissement.objects.get().uai == LIGNE["Identifiant_de_l_etablissement"]


def test_la_base_a_bouge_depuis_l_apercu(client):
    connecter(client, creer_perimetre(Role.ADMIN))
    url = reverse("reseaux:importer_annuaire")
    reponse = deposer(client, url, fichier(LIGNE, ecole(2)))
    importer(fichier(LIGNE))
    encore = confirmer(client, url, reponse)
    assert "La base a changé" in encore.text
    assert Etablissement.objects.count() == 1
    assert confirmer(client, url, encore).status_code == 302
    assert Etablissement.objects.count() == 2


def test_un_apercu_ne_sert_qu_a_celui_qui_l_a_fait(client):
    connecter(client, creer_perimetre(Role.ADMIN))
    url = reverse("reseaux:importer_annuaire")
    reponse = deposer(client, url, fichier())
    for depot in (reponse.context["depot"] + "x", "", "x" * 50):
        assert client.post(url, {"depot": depot, "etape": "confirmer"}).status_code == 302
    connecter(client, creer_perimetre(Role.ADMIN))
    confirmer(client, url, reponse)
    assert not Etablissement.objects.exists()


def test_un_gros_import_passe_par_un_travail_de_fond(client, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr("reseaux.views.imports.ECRITURES_IMMEDIATES", 1)
    connecter(client, creer_perimetre(Role.ADMIN))
    url = reverse("reseaux:importer_annuaire")
    reponse = deposer(client, url, fichier(LIGNE, ecole(2)))
    with django_capture_on_commit_callbacks(execute=True):
        suite = confirmer(client, url, reponse)
    travail = TravailDeFond.objects.get()
    assert suite.url == reverse("socle:travail", args=[travail.pk])
    assert (travail.etat, travail.message) == (EtatTravail.TERMINE, "Créés : 2.")
    assert Etablissement.objects.count() == 2
    assert client.get(reverse("socle:travail_resultat", args=[travail.pk])).status_code == 200


# --- The command ----------------------------------------------------------------------------------


def test_la_commande(tmp_path, capsys):
    chemin = tmp_path / "annuaire.csv.gz"
    chemin.write_bytes(gzip.compress(PIEGES))
    avant = compter_tout()
    call_command("importer_annuaire", chemin, a_blanc=True, departement="018,009")
    assert "Créés : 4" in capsys.readouterr().out
    assert compter_tout() == avant
    call_command("importer_annuaire", chemin, departement="018,009")
    sorti = capsys.readouterr()
    assert "Créés : 4" in sorti.out
    assert "100 %" in sorti.err
    assert set(Departement.objects.values_list("code", flat=True)) == {"009", "018"}


def test_un_nom_ne_commande_pas_le_terminal(tmp_path, capsys):
    for nom in ("Collège\x9b2J\u2028Fin", "Collège\u202e"):
        chemin = tmp_path / "annuaire.csv"
        chemin.write_bytes(fichier(ligne(Nom_etablissement=nom)))
        call_command("importer_annuaire", chemin, a_blanc=True)
        sortie = capsys.readouterr().out
        assert "Collège" in sortie
        assert sortie.replace("\n", "").isprintable()


def test_la_commande_refuse_en_une_phrase(tmp_path):
    chemin = tmp_path / "annuaire.csv"
    with pytest.raises(CommandError, match="illisible"):
        call_command("importer_annuaire", chemin)
    chemin.write_bytes(fichier(ligne(Code_postal="2600")))
    for a_blanc in (True, False):
        with pytest.raises(CommandError, match="contient des erreurs"):
            call_command("importer_annuaire", chemin, a_blanc=a_blanc)
    assert not Etablissement.objects.exists()


def test_la_table_des_territoires_est_complete():
    table = annuaire_lecture.territoires()
    assert len(table["departements"]) == 107
    assert {d["academie"] for d in table["departements"].values()} == table["academies"].keys()
    assert all(d["avec_article"].endswith(d["nom"]) for d in table["departements"].values())


def test_le_departement_deja_connu_est_repris():
    departement = creer_departement("041")
    importer(fichier())
    assert Etablissement.objects.get().departement == departement
