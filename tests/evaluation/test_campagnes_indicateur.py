"""An indicator in a campaign: its territories, the rows behind a figure, what is said of it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comptes.enums import Role
from evaluation.models import Analyse
from evaluation.selectors.analyses import fils_d_analyses
from evaluation.selectors.campagne_indicateur import page_indicateur
from evaluation.selectors.comparaison_dessin import Trait, panneau
from evaluation.selectors.definitions import definitions
from evaluation.selectors.petits_effectifs import MOTIF_TROP_PEU
from evaluation.services.analyses import ecrire_analyse
from evaluation.services.campagnes import figer_campagne
from evaluation.services.campagnes_calcul import calculer_campagne
from evaluation.services.indicateurs import retirer_indicateur
from socle.journal import historique
from tests.evaluation.factories import VALEURS, creer_campagne, creer_indicateur_calcule, creer_mesure
from tests.evaluation.factories_cadre import creer_indicateur_saisi
from tests.reseaux.factories import annee_precedente, connecter, creer_cio, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db


class Decor:
    def __init__(self) -> None:
        self.blois, self.vendome = creer_cio("Blois"), creer_cio("Vendôme")
        self.ien, self.dcio = creer_perimetre(Role.IEN_IO), creer_perimetre(Role.DCIO, self.blois)
        self.indicateur = creer_indicateur_calcule(cible=Decimal(90))
        self.t0 = creer_campagne("T0", annee=annee_precedente())
        self.campagne = creer_campagne("T1")

    def calculer(self, **valeurs: tuple[str | None, int | None]) -> None:
        VALEURS.clear()
        VALEURS.update(
            {nom: (None if v is None else Decimal(v), personnes) for nom, (v, personnes) in valeurs.items()}
        )
        calculer_campagne(perimetre=self.ien, campagne=self.campagne)

    @property
    def adresse(self) -> str:
        return reverse("evaluation:campagne_indicateur", args=[self.campagne.pk, self.indicateur.pk])

    def mesure(self, territoire: str):
        return self.campagne.mesures.get(territoire=territoire)


@pytest.fixture
def decor():
    yield Decor()
    VALEURS.clear()


def valeurs(**champs) -> dict:
    return {
        "Loir-et-Cher": ("85.3", None),
        "CIO de Blois": ("90", None),
        "CIO de Vendôme": ("80", None),
    } | champs


def test_la_page_montre_chaque_territoire_son_avant_et_le_dessin(client, decor):
    creer_mesure(decor.t0, decor.indicateur, "70", cio=decor.blois)
    decor.calculer(**valeurs())
    connecter(client, decor.ien)
    page = client.get(decor.adresse).text
    for attendu in (
        "CIO de Blois",
        "CIO de Vendôme",
        "+20\u00a0points",
        "Les lignes comptées",
        "La valeur que l’essai",
    ):
        assert attendu in page
    dessin = page_indicateur(decor.campagne, decor.indicateur.pk, decor.ien).dessin
    assert [(b.nom, b.largeur, b.est_avant) for b in dessin.barres] == [
        ("CIO de Blois", "90.00%", False),
        ("T0", "70.00%", True),
        ("CIO de Vendôme", "80.00%", False),
    ]
    assert dessin.cible == "90.00%"


def test_le_dcio_n_y_lit_que_le_departement_et_son_cio(client, decor):
    decor.calculer(**valeurs())
    connecter(client, decor.dcio)
    page = client.get(decor.adresse).text
    assert "Loir-et-Cher" in page
    assert "CIO de Blois" in page
    assert "Vendôme" not in page


@pytest.mark.parametrize(
    ("unite", "nombres", "largeurs"),
    [
        ("pourcentage", ("50", "0"), ["50.00%", "0.00%"]),
        ("note", ("5", "10"), ["50.00%", "100.00%"]),
        ("nombre", ("3", "6"), ["50.00%", "100.00%"]),
        ("nombre", ("0", "0"), ["0.00%", "0.00%"]),
    ],
)
def test_chaque_panneau_est_a_l_echelle_de_son_unite(decor, unite, nombres, largeurs):
    creer_indicateur_saisi("S1", unite=unite)
    definition = next(d for d in definitions(decor.campagne) if d.code == "S1")
    dessin = panneau(definition, [Trait("A", Decimal(nombres[0])), Trait("B", Decimal(nombres[1]))])
    assert [barre.largeur for barre in dessin.barres] == largeurs


def test_un_indicateur_qui_n_est_pas_de_la_campagne_n_a_pas_de_page(client, decor):
    retirer_indicateur(perimetre=decor.ien, indicateur=creer_indicateur_saisi("S9"))
    connecter(client, decor.ien)
    assert (
        client.get(reverse("evaluation:campagne_indicateur", args=[decor.campagne.pk, 999])).status_code
        == 404
    )


@pytest.mark.parametrize("cios", [1, 5])
def test_la_page_a_un_nombre_de_requetes_constant(client, decor, cios):
    for rang in range(cios):
        cio = creer_cio(f"Ville {rang}")
        for campagne in (decor.t0, decor.campagne):
            creer_mesure(campagne, decor.indicateur, cio=cio)
        ecrire_analyse(
            perimetre=creer_perimetre(Role.DCIO, cio),
            campagne=decor.campagne,
            indicateur=decor.indicateur,
            cio=cio,
            texte="Texte",
            version_lue=0,
        )
    connecter(client, decor.ien)
    client.get(decor.adresse)
    with CaptureQueriesContext(connection) as capture:
        assert client.get(decor.adresse).status_code == 200
    assert len(capture) == 11


# --- The rows behind a figure -------------------------------------------------------------------------


def test_les_lignes_comptees_se_lisent_et_s_exportent(client, decor):
    decor.calculer(**valeurs())
    connecter(client, decor.ien)
    adresse = reverse("evaluation:mesure_lignes", args=[decor.campagne.pk, decor.mesure("CIO de Blois").pk])
    page = client.get(adresse).text
    assert "Ligne de CIO de Blois" in page
    assert "90\u00a0%" in page
    assert "Ligne de CIO de Blois" in client.get(adresse, {"format": "csv"}).content.decode()


def test_le_dcio_ne_lit_pas_les_lignes_d_un_autre_cio(client, decor):
    decor.calculer(**valeurs())
    connecter(client, decor.dcio)
    adresses = {
        nom: reverse("evaluation:mesure_lignes", args=[decor.campagne.pk, decor.mesure(nom).pk])
        for nom in ("CIO de Blois", "CIO de Vendôme")
    }
    assert client.get(adresses["CIO de Blois"]).status_code == 200
    assert client.get(adresses["CIO de Vendôme"]).status_code == 404


def test_un_petit_effectif_se_tait_partout_son_complement_aussi(client, decor):
    """Page, lines, table of figures, bars: 3 persons in Blois would give back what Vendôme hides."""
    decor.calculer(
        **valeurs(
            **{"Loir-et-Cher": ("61.7", 12), "CIO de Blois": ("97.1", 3), "CIO de Vendôme": ("43.9", 9)}
        )
    )
    connecter(client, decor.ien)
    tues = [decor.mesure(nom) for nom in ("CIO de Blois", "CIO de Vendôme")]
    assert [(m.valeur, m.personnes, m.motif) for m in tues] == [(None, None, MOTIF_TROP_PEU)] * 2
    adresses = [
        decor.adresse,
        reverse("evaluation:campagne", args=[decor.campagne.pk]),
        reverse("evaluation:campagne_mesures", args=[decor.campagne.pk, "csv"]),
        *(reverse("evaluation:mesure_lignes", args=[decor.campagne.pk, m.pk]) for m in tues),
    ]
    for adresse in adresses:
        texte = client.get(adresse).content.decode()
        assert "97,1" not in texte
        assert "43,9" not in texte
    assert "Ces lignes ne sont pas montrées" in texte
    assert "61,7" in client.get(decor.adresse).text


def test_la_base_refuse_un_chiffre_sur_moins_de_cinq_personnes(decor):
    with pytest.raises(DatabaseError), transaction.atomic():
        creer_mesure(decor.campagne, decor.indicateur, "50", personnes=4)
    creer_mesure(decor.campagne, decor.indicateur, "50", personnes=5)


# --- What is said of it -------------------------------------------------------------------------------


def analyser(perimetre, campagne, texte, version=0, **quoi) -> Analyse:
    return ecrire_analyse(perimetre=perimetre, campagne=campagne, texte=texte, version_lue=version, **quoi)


def test_le_dcio_analyse_pour_son_cio_l_ien_ecrit_la_synthese(decor):
    analyser(decor.dcio, decor.campagne, "À Blois…", indicateur=decor.indicateur, cio=decor.blois)
    analyser(decor.ien, decor.campagne, "En somme…", indicateur=decor.indicateur)
    analyser(decor.ien, decor.campagne, "Synthèse générale")
    fils = fils_d_analyses(decor.campagne, decor.ien, decor.indicateur.pk)
    assert [fil.titre for fil in fils] == ["Synthèse de l’IEN-IO", "Analyse du DCIO, CIO de Blois"]
    assert [fil.derniere.texte for fil in fils_d_analyses(decor.campagne, decor.ien)] == ["Synthèse générale"]
    assert historique(decor.campagne).first().action == "evaluation.analyse.ecrite"


@pytest.mark.parametrize(
    ("role", "ou"),
    [
        (Role.DCIO, "vendome"),
        (Role.DCIO, None),
        (Role.SECRETAIRE_CIO, "blois"),
        (Role.IEN_IO, "blois"),
        (Role.SG, None),
        (Role.DASEN, None),
        (Role.ADMIN, None),
    ],
)
def test_personne_n_ecrit_a_la_place_d_un_autre(decor, role, ou):
    territoire = decor.blois if role in (Role.DCIO, Role.SECRETAIRE_CIO) else None
    with pytest.raises(PermissionDenied):
        analyser(creer_perimetre(role, territoire), decor.campagne, "x", cio=ou and getattr(decor, ou))


def test_on_n_analyse_ni_l_indicateur_ni_la_campagne_d_un_autre_departement(decor):
    cher = creer_departement("018")
    with pytest.raises(ValidationError, match="indicateur est celui d’un autre"):
        analyser(decor.ien, decor.campagne, "x", indicateur=creer_indicateur_saisi("S9", departement=cher))
    with pytest.raises(ValidationError, match="CIO est celui d’un autre"):
        analyser(decor.dcio, creer_campagne(departement=cher), "x", cio=decor.blois)


def test_les_versions_precedentes_restent_lisibles(client, decor):
    analyser(decor.ien, decor.campagne, "Premier jet", indicateur=decor.indicateur)
    analyser(decor.ien, decor.campagne, "Version relue", 1, indicateur=decor.indicateur)
    analyser(decor.ien, decor.campagne, " Version relue\r\n", 2, indicateur=decor.indicateur)
    assert Analyse.objects.count() == 2
    connecter(client, decor.ien)
    page = client.get(decor.adresse).text
    assert page.index("Version relue") < page.index("Premier jet")


def test_deux_personnes_sur_un_texte_la_seconde_le_sait_et_garde_le_sien(client, decor):
    adjoint = creer_perimetre(Role.ADJOINT_IEN_IO)
    connecter(client, adjoint)
    adresse = reverse("evaluation:campagne_analyser", args=[decor.campagne.pk])
    analyser(decor.ien, decor.campagne, "Le texte de l’IEN-IO")
    with pytest.raises(ValidationError, match="pendant que vous écriviez"):
        analyser(adjoint, decor.campagne, "Le mien")
    page = client.post(adresse, {"texte": "Le mien", "version": "0"})
    assert "Le texte de l’IEN-IO" in page.text
    assert "Le mien" in page.text
    assert client.post(adresse, {"texte": "Le mien", "version": "1"}).status_code == 302
    assert list(Analyse.objects.order_by("version").values_list("texte", flat=True)) == [
        "Le texte de l’IEN-IO",
        "Le mien",
    ]


def test_une_analyse_s_ecrit_aussi_sur_une_campagne_figee_et_ne_change_jamais(decor):
    creer_mesure(decor.campagne, decor.indicateur)
    figer_campagne(perimetre=decor.ien, campagne=decor.campagne)
    analyse = analyser(decor.ien, decor.campagne, "Après coup", indicateur=decor.indicateur)
    for geste in (
        lambda: Analyse.objects.filter(pk=analyse.pk).update(texte="x"),
        lambda: Analyse.objects.filter(pk=analyse.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            geste()


def test_un_texte_vide_se_refuse(decor):
    with pytest.raises(ValidationError):
        analyser(decor.ien, decor.campagne, "  ")


def test_le_dcio_lit_la_synthese_et_ce_qui_est_dit_de_son_cio(decor):
    autre = creer_perimetre(Role.DCIO, decor.vendome)
    analyser(autre, decor.campagne, "Vendôme", cio=decor.vendome)
    analyser(decor.dcio, decor.campagne, "Blois", cio=decor.blois)
    analyser(decor.ien, decor.campagne, "Synthèse")
    assert [f.derniere.texte for f in fils_d_analyses(decor.campagne, decor.dcio)] == ["Synthèse", "Blois"]


def test_un_indicateur_dont_on_a_parle_se_retire_sans_se_perdre(decor):
    saisi = creer_indicateur_saisi("S1")
    analyser(decor.ien, decor.campagne, "Sans chiffre cette fois", indicateur=saisi)
    retirer_indicateur(perimetre=decor.ien, indicateur=saisi)
    saisi.refresh_from_db()
    assert saisi.retire_le
