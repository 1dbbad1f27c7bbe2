"""The PsyEN file from a spreadsheet: same rules as the form, all or nothing, export → import identity."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models.signals import post_save
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comptes.enums import Role
from psyen.enums import Statut
from psyen.exports import COLONNES_PSYENS, lignes_psyens
from psyen.models import PsyEN, Rattachement
from psyen.services.import_psyen import importer_psyen, planifier_psyen
from reseaux.models import CIO
from reseaux.perimetre import Perimetre
from socle.journal import journaliser
from socle.models import Fichier
from socle.tableurs import ecrire_tableau, lire_tableau
from tests.imports import compter_tout, confirmer, deposer, motifs, tableau_csv
from tests.psyen.factories import creer_psyen
from tests.reseaux.factories import connecter, creer_cio, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db

SYSTEME = Perimetre.systeme()
LIGNE = {
    "Nom": "Moreau",
    "Prénom": "Camille",
    "Courriel": "camille.moreau@ac.example",
    "CIO": "CIO de Blois",
    "Statut": "titulaire",
    "Quotité (%)": "80",
    "Du": "01/09/2026",
    "Au": "",
}


def ligne(**champs: str) -> dict[str, str]:
    return LIGNE | {{"Quotite": "Quotité (%)", "Prenom": "Prénom"}.get(c, c): v for c, v in champs.items()}


def importer(*lignes: dict[str, str], perimetre: Perimetre | None = None):
    return importer_psyen(perimetre=perimetre or SYSTEME, nom="psyen.csv", contenu=tableau_csv(lignes))


def exporter(perimetre: Perimetre, format_: str = "csv") -> bytes:
    lignes = lignes_psyens(PsyEN.objects.dans_perimetre(perimetre), perimetre=perimetre)
    return ecrire_tableau(format_, colonnes=COLONNES_PSYENS, lignes=lignes, titre="PsyEN")


@pytest.fixture
def dcio() -> Perimetre:
    return creer_perimetre(Role.DCIO, creer_cio())


# --- What is written ------------------------------------------------------------------------------


def test_un_psyen_et_son_rattachement(dcio):
    plan = importer(LIGNE, perimetre=dcio)
    assert plan.resume() == "PsyEN créés : 1. Rattachements ajoutés : 1."
    psyen = PsyEN.objects.get()
    assert (str(psyen), psyen.courriel, psyen.statut) == (
        "Camille Moreau",
        "camille.moreau@ac.example",
        Statut.TITULAIRE,
    )
    rattachement = psyen.rattachements.get()
    assert (rattachement.cio, rattachement.quotite) == (creer_cio(), 80)
    assert (rattachement.date_debut, rattachement.date_fin) == (dt.date(2026, 9, 1), None)
    assert not Fichier.objects.exists(), "un fichier de personnes n’est pas conservé"


def test_deux_fois_le_meme_fichier_ne_change_rien(dcio):
    importer(LIGNE, perimetre=dcio)
    avant = compter_tout()
    assert importer(LIGNE, perimetre=dcio).inchanges == 1
    assert compter_tout() == avant


@pytest.mark.parametrize(
    ("quotite", "attendue"),
    [("80", "80"), ("80 %", "80"), ("0,8", "80"), ("62,5", "62.5"), ("100,00", "100"), ("1", "100")],
)
def test_la_quotite_comme_on_l_ecrit(dcio, quotite, attendue):
    importer(ligne(Quotite=quotite), perimetre=dcio)
    assert Rattachement.objects.get().quotite == Decimal(attendue)


@pytest.mark.parametrize("cio", ["CIO de Blois", "cio de blois", "Blois", "BLOIS"])
def test_le_cio_par_son_nom_ou_sa_commune(dcio, cio):
    importer(ligne(CIO=cio), perimetre=dcio)
    assert Rattachement.objects.get().cio == creer_cio()


@pytest.mark.parametrize(("ecrit", "statut"), [(libelle, valeur) for valeur, libelle in Statut.choices])
def test_le_statut_par_son_libelle(dcio, ecrit, statut):
    importer(ligne(Statut=ecrit.upper()), perimetre=dcio)
    assert PsyEN.objects.get().statut == statut


def test_une_correction_est_montree_champ_par_champ(dcio):
    importer(LIGNE, perimetre=dcio)
    plan = importer(ligne(Nom="Moreau-Petit", Quotite="50"), perimetre=dcio)
    assert [(m.groupe, m.changements) for m in plan.mouvements] == [
        ("modifies", (("nom", "Moreau", "Moreau-Petit"),)),
        ("rattachements", (("quotité (%)", "80", "50"),)),
    ]


def test_changer_de_cio_met_fin_au_precedent_la_veille():
    vendome = creer_cio("Vendôme")
    creer_psyen("Moreau", prenom="Camille", debut=dt.date(2024, 9, 1))
    importer(ligne(Courriel="camille.moreau@ac.example", CIO="Vendôme", Quotite="100"))
    blois, nouveau = Rattachement.objects.order_by("date_debut")
    assert (blois.cio, blois.date_fin) == (creer_cio(), dt.date(2026, 8, 31))
    assert (nouveau.cio, nouveau.date_debut, nouveau.date_fin) == (vendome, dt.date(2026, 9, 1), None)


def test_un_dcio_ne_prend_pas_le_psyen_d_un_autre_cio(dcio):
    creer_psyen("Moreau", prenom="Camille", cio=creer_cio("Vendôme"))
    with pytest.raises(ValidationError, match="autre CIO"):
        importer(LIGNE, perimetre=dcio)
    assert Rattachement.objects.get().cio == creer_cio("Vendôme")


# --- Export → import ------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["csv", "xlsx", "ods"])
def test_l_export_se_reimporte_sans_rien_changer(dcio, format_):
    demain = timezone.localdate() + dt.timedelta(days=1)
    piege = creer_psyen(quotite=Decimal("62.5"), statut=Statut.REMPLACANT)
    PsyEN.objects.filter(pk=piege.pk).update(nom="O’Brien ; fils", prenom="=Zoé")
    partant = creer_psyen("Adam", debut=demain - dt.timedelta(days=90), fin=demain)
    Rattachement.objects.create(
        psyen=partant, cio=creer_cio(), quotite=50, date_debut=demain + dt.timedelta(days=1)
    )
    creer_psyen("Ailleurs", cio=creer_cio("Vendôme"))
    contenu = exporter(dcio, format_)
    assert len(lire_tableau(contenu, nom="psyen").lignes) == 3
    avant = compter_tout()
    plan = importer_psyen(perimetre=dcio, nom="psyen", contenu=contenu)
    assert (plan.inchanges, plan.nb_ecritures) == (3, 0)
    assert compter_tout() == avant


NOMS = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters="’- "),
        min_size=1,
        max_size=40,
    )
    .map(lambda nom: " ".join(nom.split()))
    .filter(lambda nom: nom.strip("'"))
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    nom=NOMS,
    prenom=NOMS,
    statut=st.sampled_from(Statut.values),
    centiemes=st.integers(101, 10_000),
    periode=st.tuples(st.integers(0, 3000), st.none() | st.integers(3001, 6000)),
)
def test_tout_ce_que_la_base_porte_revient_identique(nom, prenom, statut, centiemes, periode):
    jours, duree = periode
    psyen = PsyEN.objects.create(nom=nom, prenom=prenom, courriel="x@ac.example", statut=statut)
    debut = timezone.localdate() - dt.timedelta(days=jours)
    fin = debut + dt.timedelta(days=duree) if duree else None
    quotite = Decimal(centiemes) / 100
    Rattachement.objects.create(psyen=psyen, cio=creer_cio(), quotite=quotite, date_debut=debut, date_fin=fin)
    try:
        for format_ in ("csv", "ods"):
            plan = planifier_psyen(perimetre=SYSTEME, nom="p", contenu=exporter(SYSTEME, format_))
            assert (plan.inchanges, plan.nb_ecritures, motifs(plan.refus)) == (1, 0, "")
    finally:
        psyen.delete()


# --- Refused --------------------------------------------------------------------------------------

REFUS = {
    "nom_vide": ({"Nom": " "}, "Nom", "vide"),
    "nom_demesure": ({"Nom": "M" * 81}, "Nom", "80"),
    "prenom_vide": ({"Prenom": ""}, "Prénom", "vide"),
    "courriel_sans_arobase": ({"Courriel": "camille.moreau"}, "Courriel", "adresse électronique"),
    "courriel_vide": ({"Courriel": ""}, "Courriel", "vide"),
    "courriel_demesure": (
        {"Courriel": f"{'c' * 60}@{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 60}.fr"},
        "Courriel",
        "",
    ),
    "cio_inconnu": ({"CIO": "CIO de Brest"}, "CIO", "dont vous tenez le fichier (CIO de Blois)"),
    "cio_d_un_autre": ({"CIO": "CIO de Vendôme"}, "CIO", "dont vous tenez le fichier"),
    "cio_vide": ({"CIO": ""}, "CIO", "vide"),
    "statut_inconnu": ({"Statut": "vacataire"}, "Statut", "Statuts : titulaire"),
    "quotite_101": ({"Quotite": "101"}, "Quotité (%)", "de 1 à 100"),
    "quotite_101_pour_cent": ({"Quotite": "101 %"}, "Quotité (%)", "de 1 à 100"),
    "quotite_negative": ({"Quotite": "-50"}, "Quotité (%)", "de 1 à 100"),
    "quotite_nulle": ({"Quotite": "0"}, "Quotité (%)", "de 1 à 100"),
    "quotite_trois_decimales": ({"Quotite": "33,333"}, "Quotité (%)", "deux décimales"),
    "quotite_texte": ({"Quotite": "mi-temps"}, "Quotité (%)", "n’est pas un nombre"),
    "quotite_infinie": ({"Quotite": "1e400"}, "Quotité (%)", "n’est pas un nombre"),
    "formule": ({"Quotite": "=40+40"}, "Quotité (%)", "n’est pas un nombre"),
    "jour_impossible": ({"Du": "31/02/2026"}, "Du", "n’existe pas"),
    "annee_non_bissextile": ({"Du": "29/02/2027"}, "Du", "n’existe pas"),
    "date_vide": ({"Du": ""}, "Du", "vide"),
    "date_en_nombre": ({"Du": "46266"}, "Du", "n’est pas une date"),
    "annee_mal_tapee": ({"Du": "01/09/0206"}, "Du", "vérifiez l’année"),
    "fin_avant_debut": ({"Au": "31/08/2026"}, "Au", "finirait avant"),
    "chiffres_d_ailleurs": ({"Quotite": "٨٠"}, "Quotité (%)", "n’est pas un nombre"),
}


@pytest.mark.parametrize(("champs", "colonne", "motif"), REFUS.values(), ids=REFUS)
def test_une_ligne_fausse_refuse_tout_le_fichier(client, dcio, champs, colonne, motif):
    creer_cio("Vendôme")
    connecter(client, dcio)
    avant = compter_tout()
    juste = ligne(Nom="Adam", Courriel="lea.adam@ac.example")
    url = reverse("psyen:importer_psyen")
    reponse = deposer(client, url, tableau_csv([juste, ligne(**champs)]))
    assert reponse.status_code == 200
    [refus] = reponse.context["plan"].refus
    assert refus.ligne == 3
    assert refus.colonne.endswith(f"« {colonne} »")
    assert motif in refus.motif
    confirmer(client, url, reponse)
    assert compter_tout() == avant


CONTRADICTIONS = {
    "doublon": ([LIGNE, LIGNE], "Du", "chevauche celle de la ligne 2"),
    "deux_personnes_une_adresse": (
        [LIGNE, ligne(Nom="Adam")],
        "Courriel",
        "celle de Camille Moreau, ligne 2",
    ),
    "deux_statuts": ([LIGNE, ligne(Statut="stagiaire", Du="01/09/2027")], "Statut", "celui de la ligne 2"),
    "chevauchement": ([LIGNE, ligne(Du="01/02/2027", Au="31/08/2027")], "Du", "un seul CIO à la fois"),
}


@pytest.mark.parametrize(("lignes", "colonne", "motif"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_deux_lignes_qui_se_contredisent(dcio, lignes, colonne, motif):
    plan = planifier_psyen(perimetre=dcio, nom="p.csv", contenu=tableau_csv(lignes))
    [refus] = plan.refus
    assert (refus.ligne, motif in refus.motif) == (3, True)
    assert refus.colonne.endswith(f"« {colonne} »")
    with pytest.raises(ValidationError):
        importer(*lignes, perimetre=dcio)
    assert not PsyEN.objects.exists()


FICHIERS = {
    "vide": (b"", "vide"),
    "titres_seuls": ((";".join(LIGNE) + "\r\n").encode(), "ne contient que des titres"),
    "colonne_manquante": (tableau_csv([{"Nom": "Moreau"}]), "Colonnes manquantes"),
    "colonne_double": (tableau_csv([LIGNE | {"E-mail": "x@y.fr"}]), "disent la même chose"),
    "titre_double": (b"Nom;Nom\r\na;b\r\n", "figure deux fois"),
    "trop_de_lignes": (tableau_csv([LIGNE] * 1_002), "limite"),
    "decalage": (tableau_csv([LIGNE]) + b"a;b;c;d;e;f;g;h;i;j\r\n", "plus de cellules"),
    "guillemet_ouvert": (tableau_csv([LIGNE]) + b'"Moreau', "guillemet"),
    "xls_deguise": (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "Excel 97-2003"),
    "zip_tronque": (b"PK\x03\x04" + b"\x14" * 100, "classeur"),
    "pdf": (b"%PDF-1.7", "PDF"),
    "octets_nuls": (b"Nom;\x00\r\n", "octets nuls"),
}


@pytest.mark.parametrize(("contenu", "motif"), FICHIERS.values(), ids=FICHIERS)
def test_un_fichier_illisible_dit_pourquoi(client, dcio, contenu, motif):
    connecter(client, dcio)
    avant = compter_tout()
    reponse = deposer(client, reverse("psyen:importer_psyen"), contenu, nom="psyen.xlsx")
    assert reponse.status_code == 200
    assert motif in " ".join(reponse.context["form"].errors["fichier"])
    assert compter_tout() == avant


# --- The three steps ------------------------------------------------------------------------------


def test_l_apercu_puis_la_confirmation(client, dcio):
    connecter(client, dcio)
    url = reverse("psyen:importer_psyen")
    assert client.get(url).status_code == 200
    avant = compter_tout()
    reponse = deposer(client, url, tableau_csv([LIGNE]))
    assert "Camille Moreau" in reponse.text
    assert confirmer(client, url, reponse, "xlsx").status_code == 200
    assert compter_tout() == avant
    assert confirmer(client, url, reponse).status_code == 302
    assert PsyEN.objects.get().nom == "Moreau"


def test_la_base_a_bouge_depuis_l_apercu(client, dcio):
    connecter(client, dcio)
    url = reverse("psyen:importer_psyen")
    reponse = deposer(client, url, tableau_csv([LIGNE]))
    importer(ligne(Quotite="50"))
    assert "La base a changé" in confirmer(client, url, reponse).text
    assert Rattachement.objects.get().quotite == 50


def test_les_bords_de_la_page_sont_ceux_du_perimetre(dcio):
    """An antenne, a neighbouring CIO with the same commune in another département: never reached."""
    creer_cio("Blois", departement=creer_departement("018"))
    importer(ligne(CIO="Blois"), perimetre=dcio)
    assert Rattachement.objects.get().cio == creer_cio()


@pytest.mark.parametrize("fin", ["", "31/08/2099"])
def test_un_cio_ferme_ne_recoit_plus_de_psyen(dcio, fin):
    """What is over is still told: the history of a person goes through CIO that closed since."""
    CIO.objects.filter(pk=creer_cio("Vendôme").pk).update(est_ouvert=False)
    with pytest.raises(ValidationError, match="CIO de Vendôme est fermé : choisissez un CIO ouvert"):
        importer(ligne(CIO="Vendôme", Au=fin))
    assert not PsyEN.objects.exists()
    importer(ligne(CIO="Vendôme", Du="01/09/2020", Au="31/08/2021"), ligne())
    assert Rattachement.objects.filter(cio__est_ouvert=False).count() == 1


def test_ce_que_d_autres_font_pendant_l_import_n_est_pas_de_la_ligne(dcio):
    """An act told in the journal while a line is written: neither an error, nor a movement of the import."""
    autre = creer_psyen("Autre")

    def agir_ailleurs(**_):
        journaliser(perimetre=dcio, action="reseaux.cio.ferme", objet=autre.rattachements.get().cio)
        journaliser(perimetre=dcio, action="psyen.psyen.modifie", objet=autre)

    post_save.connect(agir_ailleurs, sender=Rattachement)
    try:
        plan = importer(LIGNE, perimetre=dcio)
    finally:
        post_save.disconnect(agir_ailleurs, sender=Rattachement)
    assert plan.resume() == "PsyEN créés : 1. Rattachements ajoutés : 1."


ROLES_PERMIS = (Role.ADMIN, Role.DCIO, Role.SECRETAIRE_CIO)


@pytest.mark.parametrize("role", Role)
def test_qui_importe(client, role):
    perimetre = creer_perimetre(role)
    connecter(client, perimetre)
    permis = role in ROLES_PERMIS
    assert client.get(reverse("psyen:importer_psyen")).status_code == (200 if permis else 403)
    for format_ in ("csv", "xlsx", "ods"):
        reponse = client.get(reverse("psyen:modele_psyen", args=[format_]))
        assert reponse.status_code == (200 if permis else 403)
        if permis:
            tableau = lire_tableau(reponse.content, nom="modele")
            assert (tableau.entetes, tableau.lignes) == (list(LIGNE), [])
    if permis:
        assert client.get(reverse("psyen:modele_psyen", args=["pdf"])).status_code == 404
    else:
        with pytest.raises(PermissionDenied):
            planifier_psyen(perimetre=perimetre, nom="p", contenu=b"")
