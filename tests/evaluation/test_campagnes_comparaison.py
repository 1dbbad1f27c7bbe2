"""Side by side: two campaigns, CIO, départements; in words and signs, never as a ranking."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comptes.enums import Role
from evaluation.enums import Sens, Unite
from evaluation.models import Campagne
from evaluation.selectors.campagnes import AUTRE_DEFINITION
from evaluation.selectors.comparaison import (
    ABSENT,
    AUTRES_DEFINITIONS,
    comparer_campagnes,
    comparer_cios,
    comparer_departements,
)
from evaluation.selectors.petits_effectifs import MOTIF_TROP_PEU
from evaluation.services.campagnes import figer_campagne
from evaluation.services.campagnes_calcul import calculer_campagne
from reseaux.perimetre import Perimetre
from tests.evaluation.factories import VALEURS, creer_campagne, creer_indicateur_calcule, creer_mesure
from tests.evaluation.factories_cadre import creer_indicateur_saisi
from tests.reseaux.factories import (
    annee_precedente,
    connecter,
    creer_academie,
    creer_cio,
    creer_departement,
    creer_perimetre,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ien():
    return creer_perimetre(Role.IEN_IO)


def textes(comparaison) -> list[list[str]]:
    return [[cellule.phrase for cellule in ligne.cellules] for ligne in comparaison.lignes]


def test_deux_campagnes_se_comparent_en_mots_et_en_signes(ien):
    t0, t1 = creer_campagne("T0", annee=annee_precedente()), creer_campagne("T1")
    couverture = creer_indicateur_saisi("S1", unite=Unite.POURCENTAGE, cible=Decimal(95))
    delai = creer_indicateur_saisi("S2", unite=Unite.JOURS, sens=Sens.BAISSE)
    nouveau = creer_indicateur_saisi("S3")
    creer_indicateur_saisi("S4")
    for campagne, valeurs in ((t0, ("80", "12", None)), (t1, ("96", "13", "5"))):
        for indicateur, valeur in zip((couverture, delai, nouveau), valeurs, strict=True):
            if valeur:
                creer_mesure(campagne, indicateur, valeur)
    nb, vide = "\u00a0", ABSENT
    assert textes(comparer_campagnes(t0, t1)) == [
        [
            f"80{nb}%",
            f"96{nb}%",
            f"+16{nb}points, en hausse, dans le sens attendu",
            f"95{nb}%, cible atteinte",
        ],
        [f"12{nb}jours", f"13{nb}jours", f"+1{nb}jour, en hausse, à l’inverse du sens attendu", "–"],
        [vide, "5", "–", "–"],
    ]
    # Backwards, the words turn with the dates.
    assert "en baisse, à l’inverse" in textes(comparer_campagnes(t1, t0))[0][2]


@pytest.mark.parametrize(("jours", "est_dit"), [(0, True), (1, False)])
def test_une_annee_qui_n_est_pas_finie_ne_se_compare_pas_a_une_annee_entiere(client, ien, jours, est_dit):
    t0, campagne = creer_campagne("T0", annee=annee_precedente()), creer_campagne("T1")
    indicateur = creer_indicateur_saisi()
    creer_mesure(t0, indicateur, "80")
    creer_mesure(campagne, indicateur, "20")
    midi = dt.datetime.combine(campagne.annee.fin + dt.timedelta(days=jours), dt.time(12), tzinfo=dt.UTC)
    Campagne.objects.filter(pk=campagne.pk).update(calculee_le=midi)
    page = connecter(client, ien).get(reverse("evaluation:campagne", args=[campagne.pk])).text
    assert ("encore partiels et ne se comparent pas" in page) == est_dit


def test_une_definition_changee_ne_se_soustrait_pas(ien):
    t0, t1 = creer_campagne("T0", annee=annee_precedente()), creer_campagne("T1")
    indicateur = creer_indicateur_saisi("S1")
    creer_mesure(t0, indicateur, "8")
    figer_campagne(perimetre=ien, campagne=t0)
    t0.refresh_from_db()
    type(indicateur).objects.update(numerateur="autre chose")
    creer_mesure(t1, indicateur, "9")
    (ligne,) = comparer_campagnes(t0, t1).lignes
    assert ligne.cellules[2].texte == AUTRE_DEFINITION
    assert [barre.largeur for barre in ligne.panneau.barres] == ["", "100.00%"]


def test_les_cio_sont_dans_l_ordre_alphabetique_jamais_dans_celui_des_valeurs(ien):
    campagne, indicateur = creer_campagne(), creer_indicateur_saisi("S1", cible=Decimal(10))
    creer_mesure(campagne, indicateur, "99")
    for commune, valeur in (("Vendôme", "30"), ("Blois", "5"), ("Romorantin", "20")):
        creer_mesure(campagne, indicateur, valeur, cio=creer_cio(commune))
    comparaison = comparer_cios(campagne)
    assert comparaison.colonnes == ["CIO de Blois", "CIO de Romorantin", "CIO de Vendôme"]
    assert textes(comparaison) == [
        ["5, 5 sous la cible", "20, cible atteinte", "30, cible atteinte"],
    ]
    assert [barre.nom for barre in comparaison.lignes[0].panneau.barres] == comparaison.colonnes


def test_un_petit_effectif_et_son_complement_se_taisent_entre_cio(client, ien):
    for nom in ("Blois", "Vendôme"):
        creer_cio(nom)
    campagne = creer_campagne()
    creer_indicateur_calcule()
    VALEURS.clear()
    VALEURS.update(
        {
            "Loir-et-Cher": (Decimal("61.7"), 12),
            "CIO de Blois": (Decimal("97.1"), 3),
            "CIO de Vendôme": (Decimal("43.9"), 9),
        }
    )
    calculer_campagne(perimetre=ien, campagne=campagne)
    VALEURS.clear()
    assert textes(comparer_cios(campagne)) == [[MOTIF_TROP_PEU, MOTIF_TROP_PEU]]
    connecter(client, ien)
    for format_ in ("", "csv"):
        page = client.get(reverse("evaluation:comparer"), {"entre": "cios", "format": format_})
        assert b"97,1" not in page.content
        assert b"43,9" not in page.content


@pytest.fixture
def academie():
    """T0 frozen in the Cher and in Loir-et-Cher, open in Eure-et-Loir, frozen in another académie."""
    systeme = Perimetre.systeme()
    lieux = {
        "018": creer_departement("018"),
        "028": creer_departement("028"),
        "041": creer_departement("041"),
        "035": creer_departement("035", academie=creer_academie("14", "Rennes")),
    }
    campagnes = {}
    for code, departement in lieux.items():
        campagne = creer_campagne("T0", departement=departement)
        indicateur = creer_indicateur_saisi("S1", departement=departement)
        creer_mesure(campagne, indicateur, code)
        creer_mesure(campagne, indicateur, "777", cio=creer_cio(f"Ville {code}", departement=departement))
        if code != "028":
            figer_campagne(perimetre=systeme, campagne=campagne)
        campagnes[code] = campagne
    return campagnes


def test_les_departements_de_l_academie_se_lisent_entiers_et_figes(client, ien, academie):
    comparaison = comparer_departements(ien, "T0")
    assert comparaison.colonnes == ["Cher", "Loir-et-Cher"]
    assert textes(comparaison) == [["18", "41"]]
    connecter(client, ien)
    page = client.get(reverse("evaluation:comparer"), {"entre": "departements"}).text
    assert "Cher" in page
    assert "777" not in page
    assert "Ille-et-Vilaine" not in page
    # One reads the others' figures here and nowhere else.
    assert client.get(reverse("evaluation:campagne", args=[academie["018"].pk])).status_code == 404


def test_des_definitions_differentes_se_disent_et_une_autre_unite_ne_se_dessine_pas(ien):
    systeme = Perimetre.systeme()
    for code, unite in (("018", Unite.NOMBRE), ("041", Unite.JOURS)):
        departement = creer_departement(code)
        campagne = creer_campagne("T0", departement=departement)
        creer_mesure(campagne, creer_indicateur_saisi("S1", departement=departement, unite=unite), "3")
        figer_campagne(perimetre=systeme, campagne=campagne)
    (ligne,) = comparer_departements(ien, "T0").lignes
    assert [cellule.texte for cellule in ligne.cellules] == ["3", "3\u00a0jours"]
    assert ligne.panneau.note == AUTRES_DEFINITIONS
    assert [barre.largeur for barre in ligne.panneau.barres] == ["100.00%", ""]


@pytest.mark.parametrize(
    "demande",
    [
        {},
        {"entre": "cios"},
        {"entre": "departements"},
        {"entre": "autre"},
        {"entre": "cios", "campagne": "999999"},
        {"entre": "cios", "campagne": "x"},
        {"entre": "departements", "code": "T9"},
        {"avant": "1"},
    ],
)
def test_sans_rien_a_comparer_la_page_dit_ce_qu_il_faut(client, ien, demande):
    connecter(client, ien)
    reponse = client.get(reverse("evaluation:comparer"), demande)
    assert reponse.status_code == 200
    assert "cio-etat-vide" in reponse.text


def test_on_ne_compare_pas_les_campagnes_d_un_autre_departement(client, ien, academie):
    connecter(client, ien)
    adresse = reverse("evaluation:comparer")
    page = client.get(adresse, {"entre": "cios", "campagne": academie["018"].pk})
    assert "777" not in page.text
    admin = creer_perimetre(Role.ADMIN, creer_academie())
    connecter(client, admin)
    assert "777" in client.get(adresse, {"entre": "cios", "campagne": academie["018"].pk}).text
    deux = {"entre": "campagnes", "avant": academie["018"].pk, "apres": academie["041"].pk}
    assert "d’un même département" in client.get(adresse, deux).text


@pytest.mark.parametrize("entre", ["campagnes", "cios", "departements"])
@pytest.mark.parametrize("lignes", [1, 4])
def test_comparer_a_un_nombre_de_requetes_constant(client, ien, entre, lignes):
    t0, t1 = creer_campagne("T0", annee=annee_precedente()), creer_campagne("T1")
    for rang in range(lignes):
        indicateur = creer_indicateur_saisi(f"S{rang}")
        for campagne in (t0, t1):
            creer_mesure(campagne, indicateur)
            creer_mesure(campagne, indicateur, cio=creer_cio(f"Ville {rang}"))
    figer_campagne(perimetre=ien, campagne=t0)
    connecter(client, ien)
    adresse = reverse("evaluation:comparer")
    client.get(adresse, {"entre": entre})
    with CaptureQueriesContext(connection) as capture:
        assert client.get(adresse, {"entre": entre}).status_code == 200
    assert len(capture) == {"campagnes": 12, "cios": 9, "departements": 9}[entre]


@pytest.mark.parametrize("format_", ["csv", "xlsx", "ods"])
def test_la_comparaison_s_exporte(client, ien, academie, format_):
    connecter(client, ien)
    reponse = client.get(reverse("evaluation:comparer"), {"entre": "departements", "format": format_})
    assert reponse.status_code == 200
    assert "attachment" in reponse["Content-Disposition"]
    if format_ == "csv":
        assert "Indicateur S1;18;41" in reponse.content.decode()
