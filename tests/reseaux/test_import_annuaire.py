"""The annuaire in all its forms: what is kept, attached, changed, closed, and what never moves."""

import datetime as dt
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse

from comptes.enums import Role
from reseaux.enums import Categorie, EtatEtablissement
from reseaux.models import CIO, Bassin, Etablissement
from reseaux.services import annuaire
from socle.journal import historique
from socle.models import EntreeJournal, Fichier
from socle.tableurs import Colonne, ecrire_tableau
from tests.imports import compter_tout, motifs, tableau_csv
from tests.reseaux.annuaire import LIGNE, apercu, comptes, ecole, fichier, importer, ligne
from tests.reseaux.factories import connecter, creer_cio, creer_perimetre, uai

pytestmark = pytest.mark.django_db

PIEGES = (Path(__file__).parent / "donnees" / "annuaire_pieges.csv").read_bytes()
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


@pytest.mark.parametrize(
    ("ecrit", "montre"),
    [
        ("DREUX-NOGENT LE ROTROU", "Dreux-Nogent le Rotrou"),
        ("BASSIN DE L'ORNE", "Bassin de l’Orne"),
        ("LA CHATRE", "La Chatre"),
        ("Val d'Oise", "Val d’Oise"),
    ],
)
def test_noms_et_adresses_en_typographie_francaise(ecrit, montre):
    contenu = fichier(
        ligne(
            Nom_etablissement="Lycée Philibert de l'Orme",
            Nom_commune="La Guerche-sur-l'Aubois",
            Adresse_1="21 bis rue d'Auvergne",
            libelle_bassin_formation=ecrit,
        )
    )
    importer(contenu)
    lycee = Etablissement.objects.get()
    assert (lycee.nom, lycee.commune) == ("Lycée Philibert de l’Orme", "La Guerche-sur-l’Aubois")
    assert (lycee.adresse, lycee.bassin.nom) == ("21 bis rue d’Auvergne", montre)
    assert comptes(importer(contenu)) == {"Inchangés": 1}


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


def test_la_page_d_un_etablissement_dit_sa_source_et_sa_date(client):
    """A file of another département says nothing of this one; an import that changes nothing neither."""
    cher = ligne(Identifiant_de_l_etablissement=uai("018", 1), Nom_commune="Vierzon", Code_departement="018")
    for mois, lignes in ((3, [LIGNE]), (5, [cher]), (6, [LIGNE, cher])):
        with time_machine.travel(dt.datetime(2026, mois, 1, 9, tzinfo=dt.UTC)):
            importer(fichier(*lignes))
    connecter(client, creer_perimetre(Role.ADMIN))
    for commune, jour in (("Blois", "1er mars 2026"), ("Vierzon", "1er mai 2026")):
        etablissement = Etablissement.objects.get(commune=commune)
        page = client.get(reverse("reseaux:etablissement", args=(etablissement.pk,))).content.decode()
        assert f"Source : annuaire de l’éducation, importé le {jour}." in page
