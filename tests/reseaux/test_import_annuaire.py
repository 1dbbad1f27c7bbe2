"""The annuaire in all its forms: what is kept, attached, changed, closed, and what never moves."""

import gzip
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from comptes.enums import Role
from reseaux.enums import Categorie, EtatEtablissement
from reseaux.models import CIO, Bassin, Departement, Etablissement
from reseaux.perimetre import Perimetre
from reseaux.services import annuaire, annuaire_lecture
from reseaux.services.annuaire import apercu_annuaire, importer_annuaire
from socle.enums import EtatTravail
from socle.journal import historique
from socle.models import EntreeJournal, Fichier, TravailDeFond
from socle.tableurs import Colonne, ecrire_tableau
from tests.imports import compter_tout, confirmer, deposer, motifs, tableau_csv
from tests.reseaux.factories import connecter, creer_cio, creer_departement, creer_perimetre, uai

pytestmark = pytest.mark.django_db

PIEGES = (Path(__file__).parent / "donnees" / "annuaire_pieges.csv").read_bytes()
SYSTEME = Perimetre.systeme()
LIGNE = {
    "Identifiant_de_l_etablissement": uai("041", 1),
    "Nom_etablissement": "Collège Augustin Thierry",
    "Statut_public_prive": "Public",
    "Adresse_1": "13 rue Pasteur",
    "Adresse_3": "41018 BLOIS CEDEX",
    "Code_postal": "41018",
    "Code_commune": "41018",
    "Nom_commune": "Blois",
    "Code_departement": "041",
    "Code_academie": "18",
    "Telephone": "0254785463",
    "Web": "http://college.example/",
    "Mail": "CE.0410001X@ac.example",
    "Hebergement": "0",
    "ULIS": "1",
    "Segpa": "",
    "Appartenance_Education_Prioritaire": "REP",
    "SIREN_SIRET": "19410001700017",
    "latitude": "47.58",
    "longitude": "1.33",
    "date_ouverture": "1965-05-01",
    "etat": "OUVERT",
    "code_nature": "340",
    "etablissement_mere": "",
    "type_rattachement_etablissement_mere": "",
    "code_bassin_formation": "1841A",
    "libelle_bassin_formation": "BLOIS",
}


def ligne(**champs: str) -> dict[str, str]:
    assert champs.keys() <= LIGNE.keys()
    return LIGNE | champs


def ecole(numero: int, **champs: str) -> dict[str, str]:
    """Another school of Blois."""
    return ligne(
        **{"Identifiant_de_l_etablissement": uai("041", numero), "Nom_etablissement": f"Collège {numero}"}
        | champs
    )


def fichier(*lignes: dict[str, str], **forme) -> bytes:
    return tableau_csv(lignes or (LIGNE,), **forme)


def importer(contenu: bytes, **options):
    return importer_annuaire(perimetre=SYSTEME, nom="annuaire.csv", contenu=contenu, **options)


def apercu(contenu: bytes, **options):
    options.setdefault("perimetre", SYSTEME)
    return apercu_annuaire(nom="annuaire.csv", contenu=contenu, **options)


def comptes(plan) -> dict[str, int]:
    return {titre: nombre for titre, nombre in plan.comptes() if nombre}


# --- The real file and its traps ------------------------------------------------------------------


def test_les_pieges_du_fichier_reel():
    plan = importer(PIEGES)
    assert comptes(plan) == {"Créés": 38, "Laissés de côté": 2}
    assert plan.laisses == {"autres sites d’un même établissement": 2}
    corse = Etablissement.objects.get(uai="6200006M")
    assert corse.departement.code == "02A"
    assert corse.departement.avec_article == "de la Corse-du-Sud"
    assert Etablissement.objects.get(uai="9840011P").departement.code == "987"
    sans_position = Etablissement.objects.get(uai="0180998M")
    assert (sans_position.latitude, sans_position.longitude) == (None, None)
    assert Etablissement.objects.get(uai="0741833R").nom == "Collège sans nom"
    assert Etablissement.objects.get(uai="0090481Z").categorie == Categorie.EREA
    assert "  " not in Etablissement.objects.get(uai="0040003G").nom
    assert Etablissement.objects.get(uai="9740006N").latitude < 0
    foix = CIO.objects.get(uai="0090032L")
    assert foix.nom == "CIO de Foix"
    assert CIO.objects.get(uai="0090030J").parent == foix


def test_importer_deux_fois_ne_change_rien():
    importer(PIEGES)
    avant = compter_tout()
    plan = importer(PIEGES)
    assert comptes(plan) == {"Inchangés": 38, "Laissés de côté": 2}
    assert compter_tout() == avant


def test_l_ordre_du_fichier_ne_compte_pas():
    """Two sites of one UAI: the same one is kept, whichever comes first."""
    entete, *lignes = PIEGES.decode("utf-8-sig").splitlines()
    importer(PIEGES)
    renverse = "\n".join([entete, *reversed(lignes)]).encode()
    assert comptes(apercu(renverse)) == {"Inchangés": 38, "Laissés de côté": 2}


def test_une_section_est_attachee_a_son_lycee_et_n_est_pas_un_eple():
    lycee, section, annexe = uai("041", 10), uai("041", 11), uai("041", 12)
    importer(
        fichier(
            ecole(11, code_nature="334", etablissement_mere=lycee),
            ecole(12, code_nature="306", etablissement_mere=lycee),
            ecole(10, code_nature="306"),
            ecole(13, Statut_public_prive="Privé", code_nature="302"),
        )
    )
    par_uai = {e.uai: e for e in Etablissement.objects.select_related("mere").order_by("pk")}
    assert par_uai[section].mere == par_uai[annexe].mere == par_uai[lycee]
    assert [par_uai[u].categorie for u in (section, annexe, lycee)] == [
        Categorie.SECTION,
        Categorie.SECTION,
        Categorie.LYCEE_POLYVALENT,
    ]
    assert [e.uai for e in Etablissement.objects.eple().order_by("pk")] == [lycee]


def test_le_premier_degre_et_les_services_sont_comptes_et_laisses():
    plan = importer(
        fichier(
            LIGNE,
            ecole(2, code_nature="151", Code_departement="41"),
            ecole(3, code_nature="806", Statut_public_prive=""),
            ecole(4, code_nature="240"),
            ecole(5, code_nature="400"),
        )
    )
    assert comptes(plan) == {"Créés": 1, "Laissés de côté": 4}


@pytest.mark.parametrize("separateur", [";", ",", "\t"])
@pytest.mark.parametrize("bom", [True, False])
@pytest.mark.parametrize("fin", ["\r\n", "\n"])
@pytest.mark.parametrize(
    "renommer",
    [
        str,
        str.lower,
        lambda titre: titre.replace("_", " "),
        {"Identifiant_de_l_etablissement": "numero_uai", "code_nature": "nature_uai"}.get,
    ],
    ids=["portail", "api", "ancien", "geolocalisation"],
)
def test_toutes_les_formes_du_fichier_disent_la_meme_chose(separateur, bom, fin, renommer):
    importer(fichier())
    forme = {renommer(titre) or titre: valeur for titre, valeur in LIGNE.items()}
    assert comptes(apercu(tableau_csv([forme], separateur=separateur, bom=bom, fin=fin))) == {"Inchangés": 1}


@pytest.mark.parametrize("format_", ["xlsx", "ods"])
def test_l_annuaire_en_classeur(format_):
    importer(fichier())
    colonnes = [Colonne(titre, titre) for titre in LIGNE]
    assert comptes(apercu(ecrire_tableau(format_, colonnes=colonnes, lignes=[LIGNE], titre="a"))) == {
        "Inchangés": 1
    }


def test_le_fichier_de_geolocalisation_ne_touche_pas_au_reste():
    """It knows no mother, no telephone: an annexe stays one, a telephone stays."""
    importer(
        fichier(ecole(10, code_nature="306"), ecole(12, code_nature="306", etablissement_mere=uai("041", 10)))
    )
    colonnes = {
        "Code établissement": uai("041", 12),
        "Appellation officielle": "Annexe",
        "Secteur Public/Privé": "Public",
        "Commune": "Blois",
        "Latitude": "47.6",
        "Longitude": "1.3",
        "Code nature": "306",
        "Etat établissement": "1",
        "Code département": "041",
        "Code académie": "18",
    }
    plan = importer(tableau_csv([colonnes]))
    [modification] = plan.mouvements[:1]
    assert {c[0] for c in modification.changements} == {"nom", "latitude", "longitude"}
    annexe = Etablissement.objects.get(uai=uai("041", 12))
    assert (annexe.categorie, annexe.telephone) == (Categorie.SECTION, "02 54 78 54 63")


# --- What moves and what does not -----------------------------------------------------------------


def test_une_cellule_vide_n_efface_rien_sauf_ou_la_colonne_fait_foi():
    importer(fichier())
    college = Etablissement.objects.get()
    vide = LIGNE | dict.fromkeys(
        ("Telephone", "Mail", "latitude", "Hebergement", "code_bassin_formation"), ""
    )
    assert comptes(importer(fichier(vide))) == {"Inchangés": 1}
    # The column says nothing of anyone: it is as good as missing.
    sans_rep = vide | {"Appartenance_Education_Prioritaire": ""}
    assert comptes(importer(fichier(sans_rep))) == {"Inchangés": 1}
    plan = importer(fichier(sans_rep, ecole(2)))
    assert plan.mouvements[0].changements or plan.mouvements[1].changements
    college.refresh_from_db()
    assert (college.education_prioritaire, college.telephone) == ("", "02 54 78 54 63")


def test_un_changement_est_montre_champ_par_champ_et_journalise():
    importer(fichier())
    college = Etablissement.objects.get()
    plan = importer(fichier(ligne(Nom_etablissement="Collège Rabelais", ULIS="0")))
    [mouvement] = plan.mouvements
    assert mouvement.changements == (
        ("nom", "Collège Augustin Thierry", "Collège Rabelais"),
        ("ULIS", "oui", "non"),
    )
    college.refresh_from_db()
    assert "rabelais" in college.recherche
    modification, creation = historique(college)
    assert creation.action == "reseaux.annuaire.cree"
    assert (modification.avant, modification.apres) == (
        {"nom": "Collège Augustin Thierry", "ULIS": "oui"},
        {"nom": "Collège Rabelais", "ULIS": "non"},
    )
    assert modification.departement_id == college.departement_id
    importe = EntreeJournal.objects.filter(action="reseaux.annuaire.importe").latest("pk")
    assert importe.apres["empreinte SHA-256"] == Fichier.objects.latest("pk").sha256


def test_le_cio_de_secteur_ne_change_jamais():
    importer(fichier())
    Etablissement.objects.update(cio=creer_cio())
    importer(fichier(ligne(Nom_etablissement="Collège Rabelais")))
    assert Etablissement.objects.get().cio == creer_cio()


def test_le_cio_saisi_sans_uai_est_reconnu_et_garde_ses_coordonnees():
    cio = creer_cio(telephone="02 00 00 00 00", courriel="", adresse="")
    plan = importer(
        fichier(
            ecole(9, code_nature="841", Nom_etablissement="Centre d'information et d'orientation de Blois")
        )
    )
    cio.refresh_from_db()
    assert comptes(plan) == {"Modifiés": 1}
    assert (cio.uai, cio.nom, cio.telephone) == (uai("041", 9), "CIO de Blois", "02 00 00 00 00")
    assert (cio.courriel, cio.adresse) == ("ce.0410001x@ac.example", "13 rue Pasteur")


def test_un_absent_est_liste_et_ferme_seulement_sur_demande():
    importer(fichier(LIGNE, ecole(2)))
    plan = importer(fichier(LIGNE))
    assert comptes(plan) == {"Absents du fichier": 1, "Inchangés": 1}
    assert plan.nb_ecritures == 0
    plan = importer(fichier(LIGNE), fermer_absents=True)
    assert comptes(plan) == {"Fermés": 1, "Inchangés": 1}
    ferme = Etablissement.objects.get(uai=uai("041", 2))
    assert ferme.etat == EtatEtablissement.FERME
    assert ferme.date_fermeture is not None
    assert comptes(importer(fichier(LIGNE), fermer_absents=True)) == {"Inchangés": 1}
    assert comptes(importer(fichier(LIGNE, ecole(2)))) == {"Rouverts": 1, "Inchangés": 1}
    ferme.refresh_from_db()
    assert (ferme.etat, ferme.date_fermeture) == (EtatEtablissement.OUVERT, None)


def test_la_fermeture_reste_dans_ce_que_le_fichier_couvre():
    importer(
        fichier(
            LIGNE,
            ecole(2, Statut_public_prive="Privé"),
            ecole(3, code_nature="306"),
            ecole(4, code_nature="390"),
            ecole(5, code_nature="841", Nom_etablissement="CIO de Blois"),
            ligne(Identifiant_de_l_etablissement=uai("018", 1), Code_departement="018"),
        )
    )
    creer_cio("Vendôme")
    plan = importer(fichier(ecole(7)), fermer_absents=True)
    assert comptes(plan) == {"Créés": 1, "Fermés": 1}
    assert [e.uai for e in Etablissement.objects.filter(etat=EtatEtablissement.FERME)] == [uai("041", 1)]


def test_seuls_les_departements_demandes_sont_lus():
    cher = ligne(Identifiant_de_l_etablissement=uai("018", 1), Code_departement="018")
    plan = importer(fichier(LIGNE, cher), departements=["018", "028"])
    assert comptes(plan) == {"Créés": 1, "Laissés de côté": 1}
    assert plan.remarques == ["Le fichier ne contient aucun établissement du département 028."]


def test_un_bassin_a_cheval_ne_depend_pas_de_l_ordre():
    cher = ligne(Identifiant_de_l_etablissement=uai("018", 1), Code_departement="018")
    importer(fichier(LIGNE, cher))
    assert Bassin.objects.get().departement.code == "018"


def test_un_incident_au_milieu_n_ecrit_rien(monkeypatch):
    avant = compter_tout()
    monkeypatch.setattr(annuaire, "_journaliser_import", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        importer(PIEGES)
    assert compter_tout() == avant


def test_une_valeur_secondaire_illisible_est_laissee_avec_un_mot():
    plan = importer(fichier(ligne(Mail="ce.180036S@", Web="javascript:alert(1)")))
    assert comptes(plan) == {"Créés": 1}
    assert "adresse électronique" in motifs(plan.avertissements)
    college = Etablissement.objects.get()
    assert (college.courriel, college.site) == ("", "")


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
