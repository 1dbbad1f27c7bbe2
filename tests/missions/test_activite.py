"""Counts: a month typed in a grid, nobody's number lost; in full at the CIO, in masked sums above."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comptes.enums import Role
from missions.enums import Unite
from missions.forms.activite import SaisieActivite, ecrire_depart, texte_cellule
from missions.models import ReleveActivite
from missions.selectors.activite import COLONNES, CleLigne, decaler, lire_grille, premier_du_mois
from missions.selectors.activite_lecture import totaux_activite
from missions.selectors.activite_masquage import MOINS
from missions.services.activite import ConflitDeReleve, annee_du_mois, enregistrer_activite
from missions.services.activite_import import importer_activite, planifier_activite
from reseaux.enums import EtatAnnee
from reseaux.perimetre import Perimetre
from socle.journal import historique
from tests.missions.factories import charger_missions, creer_public
from tests.reseaux.factories import (
    annee_precedente,
    connecter,
    creer_annee,
    creer_cio,
    creer_departement,
    creer_etablissement,
    creer_perimetre,
)

pytestmark = pytest.mark.django_db
FORMATS = ("csv", "xlsx", "ods")


class Decor:
    def __init__(self) -> None:
        self.annee = creer_annee()
        self.mois = premier_du_mois(timezone.localdate())
        self.cio = creer_cio("Blois")
        self.ecole = creer_etablissement("Collège Begon", cio=self.cio)
        self.missions = charger_missions(self.cio.departement.academie)
        self.dcio = creer_perimetre(Role.DCIO, self.cio)
        self.au_cio = CleLigne(0, self.missions["M1"].pk, 0)
        self.a_l_ecole = CleLigne(self.ecole.pk, self.missions["M5"].pk, 0)

    def compter(self, cle: CleLigne, nombre: int | None, colonne: str = "entretiens", **quoi) -> int:
        valeurs = {"perimetre": self.dcio, "cio": self.cio, "mois": self.mois} | quoi
        return enregistrer_activite(saisies={(cle, colonne): nombre}, **valeurs)

    @property
    def adresse(self) -> str:
        return reverse("missions:activite_saisir", args=[self.cio.pk, f"{self.mois:%Y-%m}"])

    def nombres(self):
        return lire_grille(self.cio, self.mois, self.annee).nombres


@pytest.fixture
def decor() -> Decor:
    return Decor()


def test_un_nombre_s_ecrit_se_corrige_se_retire(decor):
    assert decor.compter(decor.au_cio, 12) == 1
    assert decor.compter(decor.au_cio, 12) == 0
    assert decor.compter(decor.au_cio, 15) == 1
    assert decor.nombres() == {(decor.au_cio, "entretiens"): 15}
    assert decor.compter(decor.au_cio, None) == 1
    assert decor.nombres() == {}
    # How much was written, never the numbers: the journal is read above the CIO.
    assert all("12" not in str(entree.apres) for entree in historique(decor.cio))


@pytest.mark.parametrize(
    ("cas", "motif"),
    [
        ("lieu", "s’exerce en établissement"),
        ("lieu_inverse", "s’exerce au CIO"),
        ("ecole", "ni du secteur ni d’un réseau"),
        ("mission", "n’est pas une mission des PsyEN"),
        ("public", "n’est pas de la nomenclature"),
        ("negatif", "n’est pas possible"),
        ("absurde", "n’est pas possible"),
        ("colonne", "Cette colonne n’existe pas"),
    ],
)
def test_ce_qui_ne_se_compte_pas_est_refuse_entierement(decor, cas, motif):
    etrangere = creer_etablissement("Collège lointain", cio=creer_cio("Chartres"))
    m1, m5 = decor.missions["M1"].pk, decor.missions["M5"].pk
    cle, nombre, colonne = {
        "lieu": (CleLigne(0, m5, 0), 3, "entretiens"),
        "lieu_inverse": (CleLigne(decor.ecole.pk, m1, 0), 3, "entretiens"),
        "ecole": (CleLigne(etrangere.pk, m5, 0), 3, "entretiens"),
        "mission": (CleLigne(0, decor.missions["M8"].pk, 0), 3, "entretiens"),
        "public": (CleLigne(0, m1, 999_999), 3, "entretiens"),
        "negatif": (decor.au_cio, -1, "entretiens"),
        "absurde": (decor.au_cio, 50_000, "entretiens"),
        "colonne": (decor.au_cio, 3, "heures"),
    }[cas]
    with pytest.raises(ValidationError, match=motif):
        enregistrer_activite(
            perimetre=decor.dcio,
            cio=decor.cio,
            mois=decor.mois,
            saisies={(decor.a_l_ecole, "seances"): 4, (cle, colonne): nombre},
        )
    assert not ReleveActivite.objects.exists()


def test_un_mois_a_venir_ou_d_une_annee_close_ne_se_compte_pas(decor):
    annee_precedente()
    for mois, motif in (
        (decaler(decor.mois, 1), "n’a pas commencé"),
        (decor.annee.debut - dt.timedelta(days=31), "mois entier|close"),
        (dt.date(1999, 10, 1), "aucune année scolaire"),
    ):
        with pytest.raises(ValidationError, match=motif):
            decor.compter(decor.au_cio, 1, mois=mois)
    type(decor.annee).objects.filter(pk=decor.annee.pk).update(etat=EtatAnnee.CLOSE)
    with pytest.raises(ValidationError, match="close"):
        annee_du_mois(decor.mois)


@pytest.mark.parametrize("role", [Role.IEN_IO, Role.DASEN, Role.CHEF_ETABLISSEMENT, Role.PSYEN, Role.ADMIN])
def test_seul_le_cio_compte(decor, role):
    territoire = decor.ecole if role == Role.CHEF_ETABLISSEMENT else None
    perimetre = creer_perimetre(role, territoire) if territoire else creer_perimetre(role)
    with pytest.raises(PermissionDenied):
        decor.compter(decor.au_cio, 3, perimetre=perimetre)


def test_le_nombre_d_un_collegue_n_est_pas_ecrase(decor):
    decor.compter(decor.au_cio, 10)
    ouverte = decor.nombres()
    decor.compter(decor.au_cio, 12)
    with pytest.raises(ConflitDeReleve) as conflit:
        decor.compter(decor.au_cio, 99, depart=ouverte)
    assert conflit.value.cellules == {(decor.au_cio, "entretiens")}
    assert decor.nombres()[decor.au_cio, "entretiens"] == 12
    # A cell that the colleague did not touch is nobody's quarrel, nor the one left as it was opened.
    saisies = {(decor.au_cio, "entretiens"): 10, (decor.a_l_ecole, "seances"): 2}
    enregistrer_activite(
        perimetre=decor.dcio, cio=decor.cio, mois=decor.mois, saisies=saisies, depart=ouverte
    )
    assert decor.nombres() == {(decor.au_cio, "entretiens"): 12, (decor.a_l_ecole, "seances"): 2}


def test_la_page_dit_le_conflit_et_garde_la_saisie(client, decor):
    decor.compter(decor.au_cio, 10)
    decor.compter(decor.a_l_ecole, 771)
    connecter(client, decor.dcio)
    ouverte = decor.nombres()
    donnees = {texte_cellule(cellule): nombre for cellule, nombre in ouverte.items()}
    decor.compter(decor.au_cio, 12)
    decor.compter(decor.a_l_ecole, 882)
    mienne = texte_cellule((decor.au_cio, "entretiens"))
    donnees |= {mienne: "99", "depart": ecrire_depart(ouverte)}
    page = client.post(decor.adresse, donnees).content.decode()
    assert "Enregistré entre-temps : 12." in page
    assert 'value="99"' in page
    # What I had not touched follows my colleague: saving again does not undo his work.
    assert 'value="882"' in page
    assert 'value="771"' not in page
    assert decor.nombres()[decor.au_cio, "entretiens"] == 12
    donnees |= {"depart": ecrire_depart(decor.nombres())}
    donnees[texte_cellule((decor.a_l_ecole, "entretiens"))] = "882"
    assert client.post(decor.adresse, donnees).status_code == 302
    assert decor.nombres()[decor.au_cio, "entretiens"] == 99


def test_une_ligne_s_ajoute_sans_javascript(client, decor):
    connecter(client, decor.dcio)
    ligne = {"ligne-lieu": decor.ecole.pk, "ligne-mission": decor.missions["M6a"].pk, "ligne-public": ""}
    assert client.post(decor.adresse, ligne | {"a-formations-pp": "2"}).status_code == 302
    releve = ReleveActivite.objects.get()
    assert (releve.unite, releve.audience, releve.nombre) == (Unite.FORMATIONS, "pp", 2)
    page = client.post(decor.adresse, {"a-entretiens": "2"}).content.decode()
    assert "Choisissez la mission" in page
    page = client.post(decor.adresse, ligne).content.decode()
    assert "Indiquez au moins un nombre" in page
    page = client.post(decor.adresse, {texte_cellule((decor.au_cio, "entretiens")): "douze"})
    assert "nombre entier" in page.content.decode()


def test_les_lignes_du_mois_precedent_sont_proposees(decor):
    avant = decaler(decor.mois, -1)
    ReleveActivite.objects.create(
        cio=decor.cio, mois=avant, mission=decor.missions["M1"], unite=Unite.ENTRETIENS, nombre=31
    )
    grille = lire_grille(decor.cio, decor.mois, decor.annee)
    assert [ligne.cle for ligne in grille.lignes] == [decor.au_cio]
    assert grille.mois_precedent == {(decor.au_cio, "entretiens"): 31}
    assert grille.nombres == {}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(max_size=30), st.text(max_size=30), max_size=6), st.text(max_size=40))
def test_rien_de_ce_qui_est_poste_ne_casse_la_lecture(donnees, depart):
    avec = {f"n-{nom}": valeur for nom, valeur in donnees.items()}
    saisie = SaisieActivite.lire(avec | {"depart": depart, "n-0-1-0-entretiens": "٣"})
    assert all(nombre is None or 0 <= nombre < 10**6 for nombre in saisie.nombres.values())
    assert "n-0-1-0-entretiens" in saisie.illisibles


# --- Spreadsheets ------------------------------------------------------------------------------------
@pytest.mark.parametrize("format_", FORMATS)
def test_l_export_reimporte_ne_change_rien(client, decor, format_):
    creer_public("EANA", academie=decor.cio.departement.academie)
    for rang, colonne in enumerate(COLONNES):
        decor.compter(decor.au_cio, rang, colonne.cle)
        decor.compter(decor.a_l_ecole, rang + 10, colonne.cle)
    connecter(client, decor.dcio)
    contenu = client.get(reverse("missions:activite_releves", args=[format_])).getvalue()
    fichier = {"perimetre": decor.dcio, "nom": f"releves.{format_}", "contenu": contenu}
    plan = planifier_activite(**fichier)
    assert (plan.refus, plan.nb_ecritures, plan.inchanges) == ([], 0, 2 * len(COLONNES))
    avant = decor.nombres()
    ReleveActivite.objects.all().delete()
    importer_activite(**fichier)
    assert decor.nombres() == avant


def test_un_fichier_fautif_dit_ou_et_n_ecrit_rien(decor):
    lignes = [
        "CIO;Mois;UAI de l’établissement;Mission;Public;Unité;Audience;Nombre",
        f"{decor.cio};{decor.mois};;M1;;Entretiens;;12",
        f"{decor.cio};{decor.mois};;M5;;Entretiens;;12",
        f"{decor.cio};{decor.mois};;M1;;Entretiens;;-3",
        f"{decor.cio};{decaler(decor.mois, 1)};;M1;;Entretiens;;1",
        f"{decor.cio};{decor.mois};;M1;;Formations données;;1",
        f"CIO d’ailleurs;{decor.mois};;M1;;Entretiens;;1",
        f"{decor.cio};{decor.mois};;M1;;Entretiens;;4",
    ]
    fichier = {"perimetre": decor.dcio, "nom": "a.csv", "contenu": "\n".join(lignes).encode()}
    plan = planifier_activite(**fichier)
    assert [refus.ligne for refus in plan.refus] == [3, 4, 5, 6, 7, 8]
    assert all("colonne" in refus.colonne for refus in plan.refus)
    with pytest.raises(ValidationError):
        importer_activite(**fichier)
    assert not ReleveActivite.objects.exists()


# --- Reading -----------------------------------------------------------------------------------------
def test_au_dessus_du_cio_rien_de_petit_ne_se_lit_ni_sur_la_page_ni_en_export(client, decor):
    decor.compter(decor.a_l_ecole, 3)
    autre = creer_etablissement("Collège Vienne", cio=decor.cio)
    decor.compter(CleLigne(autre.pk, decor.missions["M5"].pk, 0), 37)
    adresse = reverse("missions:activite")
    for role in (Role.IEN_IO, Role.SG, Role.DASEN, Role.ADMIN):
        connecter(client, creer_perimetre(role))
        parametres = {"par": "etablissement", "lieu": "eple"}
        page = client.get(adresse, parametres).content.decode()
        assert MOINS in page
        assert ">37<" not in page
        assert ">3<" not in page
        export = client.get(adresse, parametres | {"format": "csv"}).getvalue().decode()
        assert MOINS in export
        assert "37" not in export
        assert ";3\r" not in export
        assert ";3;" not in export
    connecter(client, decor.dcio)
    page = client.get(adresse, {"par": "etablissement"}).content.decode()
    assert ">37<" in page
    assert ">3<" in page
    assert MOINS not in page


def test_le_chef_d_etablissement_lit_son_ecole_seule(client, decor):
    autre = creer_etablissement("Collège Vienne", cio=decor.cio)
    decor.compter(decor.a_l_ecole, 3)
    decor.compter(CleLigne(autre.pk, decor.missions["M5"].pk, 0), 37)
    connecter(client, creer_perimetre(Role.CHEF_ETABLISSEMENT, decor.ecole))
    page = client.get(reverse("missions:activite"), {"par": "etablissement"}).content.decode()
    assert ">3<" in page
    assert ">37<" not in page
    assert "Vienne" not in page


def test_les_totaux_des_indicateurs(decor):
    decor.compter(decor.au_cio, 12)
    decor.compter(decor.a_l_ecole, 30)
    decor.compter(decor.a_l_ecole, 2, "formations-pp")
    decor.compter(decor.a_l_ecole, 1, "formations-cpe")
    releves = ReleveActivite.objects.a_compter(Perimetre.systeme())
    assert totaux_activite(releves) == {(): {"entretiens": 42, "formations": 3}}
    assert totaux_activite(releves, ("cio", "audience"))[decor.cio.pk, "pp"] == {"formations": 2}


@pytest.mark.parametrize("par", ["mois", "cio", "etablissement", "mission", "public", "audience"])
def test_les_requetes_ne_suivent_pas_les_lignes(client, decor, par):
    def requetes() -> int:
        with CaptureQueriesContext(connection) as capture:
            assert client.get(reverse("missions:activite"), {"par": par, "lieu": "eple"}).status_code == 200
        return len(capture)

    connecter(client, creer_perimetre(Role.IEN_IO, creer_departement()))
    decor.compter(decor.a_l_ecole, 12, "formations-pp")
    requetes()
    avec_une = requetes()
    for rang in range(4):
        ecole = creer_etablissement(f"Collège {rang}", cio=decor.cio)
        decor.compter(CleLigne(ecole.pk, decor.missions["M6a"].pk, 0), 9 + rang, "formations-cpe")
    assert requetes() == avec_une


@pytest.mark.postgresql
@pytest.mark.parametrize("code", ["\x00", "2026-2027\x00", "x" * 3000])
def test_un_code_qui_n_est_pas_une_annee_montre_l_annee_en_cours(client, decor, code):
    """A NUL byte: SQLite takes it, PostgreSQL does not."""
    connecter(client, decor.dcio)
    page = client.get(reverse("missions:activite"), {"annee": code})
    assert page.context["annee"] == decor.annee
    assert client.get(reverse("missions:activite_releves", args=["csv"]), {"annee": code}).status_code == 200
