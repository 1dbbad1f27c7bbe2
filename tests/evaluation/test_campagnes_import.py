"""Tables of figures: read line by line, all or nothing; what a campaign exports comes back unchanged."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comptes.enums import Role
from evaluation.enums import Niveau, SourceIndicateur, Unite
from evaluation.exports.mesures import COLONNES_MESURES, lignes_mesures, tableau_canonique
from evaluation.models import Mesure
from evaluation.selectors.definitions import definitions
from evaluation.selectors.mesures import lire_mesures
from evaluation.services.campagnes import figer_campagne
from evaluation.services.campagnes_calcul import calculer_campagne
from evaluation.services.mesures_import import importer_mesures, planifier_mesures
from evaluation.services.saisies_demandees import demander_saisies
from planning.enums import EtatJalon, GenreCible
from planning.models import Jalon
from socle.journal import historique
from socle.tableurs import ecrire_tableau
from tests.evaluation.factories import VALEURS, creer_campagne, creer_indicateur_calcule, creer_mesure
from tests.evaluation.factories_cadre import creer_indicateur_saisi
from tests.planning.factories import creer_action, creer_plan, dans
from tests.reseaux.factories import (
    annee_precedente,
    connecter,
    creer_cio,
    creer_departement,
    creer_etablissement,
    creer_perimetre,
    creer_reseau,
)

pytestmark = pytest.mark.django_db
FORMATS = ("csv", "xlsx", "ods")
TITRES = "Indicateur;Niveau;Territoire;Valeur;Unité;Source;Date;Motif;Campagne"


class Decor:
    """An imported indicator down to the schools, an entered one for each CIO, a computed one."""

    def __init__(self) -> None:
        self.blois = creer_cio("Blois")
        self.ecole = creer_etablissement("Collège Begon", cio=self.blois)
        self.reseau = creer_reseau(self.blois, nom="Réseau Thierry")
        self.ien = creer_perimetre(Role.IEN_IO)
        self.importe = creer_indicateur_saisi(
            "A1", source=SourceIndicateur.IMPORTE, unite=Unite.POURCENTAGE, niveau=Niveau.ETABLISSEMENT
        )
        self.saisi, self.calcule = creer_indicateur_saisi("S1"), creer_indicateur_calcule("C1")
        self.t0 = creer_campagne("T0", annee=annee_precedente())
        self.campagne = creer_campagne("T1", echeance=dans(10))

    def plan(self, *lignes: str, campagne=None, titres: str = TITRES):
        contenu = "\n".join([titres, *lignes]).encode()
        return planifier_mesures(
            perimetre=self.ien, campagne=campagne or self.campagne, nom="t.csv", contenu=contenu
        )

    def importer(self, contenu: bytes, nom: str = "t.csv", perimetre=None, **quoi):
        return importer_mesures(
            perimetre=perimetre or self.ien, campagne=self.campagne, nom=nom, contenu=contenu, **quoi
        )

    def tableau(self, format_: str) -> bytes:
        lignes = lignes_mesures(self.campagne, lire_mesures([self.campagne]), definitions(self.campagne))
        return ecrire_tableau(format_, colonnes=COLONNES_MESURES, lignes=lignes, titre="Mesures")


@pytest.fixture
def decor():
    VALEURS.clear()
    yield Decor()
    VALEURS.clear()


def ligne(decor: Decor, **quoi: str) -> str:
    valeurs = {
        "indicateur": "A1",
        "niveau": "Établissement",
        "territoire": decor.ecole.uai,
        "valeur": "2,5",
        "unite": "%",
        "source": "Affelnet, juin 2026",
        "date": "15/06/2026",
        "motif": "",
        "campagne": "",
    } | quoi
    return ";".join(valeurs.values())


def test_un_tableau_d_affectation_s_importe(decor):
    lignes = [
        TITRES,
        ligne(decor),
        ligne(decor, niveau="Département", territoire="41", valeur="3,1 %"),
        ligne(decor, niveau="cio", territoire="cio de blois", valeur="", motif="Non communiqué"),
        ligne(decor, niveau="Réseau", territoire="CIO de Blois / Réseau Thierry", valeur="0"),
        ligne(
            decor, indicateur="s1", niveau="CIO", territoire="CIO de Blois", unite="nombre", source="saisi"
        ),
    ]
    plan = decor.importer("\n".join(lignes).encode())
    assert plan.refus == []
    lues = {m.cle_territoire: m for m in decor.campagne.mesures.filter(indicateur=decor.importe)}
    ecole = lues[decor.ecole.uai]
    assert (ecole.valeur, ecole.origine, ecole.relevee_le) == (
        Decimal("2.5"),
        "Affelnet, juin 2026",
        dt.date(2026, 6, 15),
    )
    assert (ecole.etablissement, ecole.cio) == (decor.ecole, decor.blois)
    assert lues["041"].valeur == Decimal("3.1")
    assert (lues["CIO de Blois"].valeur, lues["CIO de Blois"].motif) == (None, "Non communiqué")
    assert lues["CIO de Blois / Réseau Thierry"].valeur == 0
    assert decor.campagne.mesures.get(indicateur=decor.saisi).origine == ""
    assert historique(decor.campagne).first().apres == {"mesures": 5, "fichier": "t.csv"}


@pytest.mark.parametrize(
    ("faute", "colonne", "motif"),
    [
        ({"unite": "jours"}, "Unité", "se compte en « % »"),
        ({"unite": "poids"}, "Unité", "n’est pas une unité connue"),
        ({"territoire": "0410000A"}, "Territoire", "inconnu ici"),
        ({"niveau": "CIO", "territoire": "CIO de Bourges"}, "Territoire", "inconnu ici"),
        ({"niveau": "Département", "territoire": "018"}, "Territoire", "inconnu ici"),
        ({"niveau": "Canton"}, "Niveau", "n’est pas un niveau connu"),
        ({"indicateur": "Z9"}, "Indicateur", "n’est pas un indicateur"),
        ({"indicateur": "C1"}, "Indicateur", "ne s’importe pas"),
        ({"campagne": "T0"}, "Campagne", "est figée"),
        ({"campagne": "T9"}, "Campagne", "n’est pas une campagne"),
        ({"valeur": "beaucoup"}, "Valeur", "n’est pas un nombre"),
        ({"valeur": "101"}, "Valeur", "entre 0 et 100"),
        ({"valeur": ""}, "Valeur", "dites pourquoi"),
        ({"date": "31/02/2026"}, "Date", "n’existe pas"),
        ({"date": "01/01/1999"}, "Date", "La date d’un chiffre"),
        ({"source": ""}, "Source", "doit être remplie"),
        (
            {"indicateur": "S1", "unite": "nombre"},
            "Niveau",
            "ne descend pas plus bas que : CIO",
        ),
    ],
)
def test_une_ligne_fausse_dit_ou_et_pourquoi_et_rien_n_est_ecrit(decor, faute, colonne, motif):
    creer_departement("018")
    creer_mesure(decor.t0, decor.importe)
    figer_campagne(perimetre=decor.ien, campagne=decor.t0)
    bonne = ligne(decor, niveau="Département", territoire="041")
    plan = decor.plan(bonne, ligne(decor, **faute))
    (refus,) = plan.refus
    assert refus.ligne == 3
    assert f"« {colonne} »" in refus.colonne
    assert motif in refus.motif
    assert not plan.est_applicable
    contenu = "\n".join([TITRES, bonne, ligne(decor, **faute)]).encode()
    with pytest.raises(ValidationError, match="Rien n’a été enregistré"):
        decor.importer(contenu)
    assert not decor.campagne.mesures.exists()


def test_un_etablissement_d_un_autre_departement_est_refuse(decor):
    etrangere = creer_etablissement("Collège lointain", departement=creer_departement("018"))
    (refus,) = decor.plan(ligne(decor, territoire=etrangere.uai)).refus
    assert "inconnu ici" in refus.motif


def test_deux_lignes_pour_un_meme_chiffre_sont_refusees(decor):
    (refus,) = decor.plan(ligne(decor), ligne(decor, valeur="3")).refus
    assert "déjà donné ligne 2" in refus.motif


def test_deux_reseaux_de_meme_nom_se_designent_avec_leur_cio(decor):
    creer_reseau(creer_cio("Vendôme"), nom="Réseau Thierry")
    (refus,) = decor.plan(ligne(decor, niveau="Réseau", territoire="Réseau Thierry")).refus
    assert "désigne plusieurs territoires" in refus.motif
    assert not decor.plan(ligne(decor, niveau="Réseau", territoire="CIO de Blois / Réseau Thierry")).refus


def test_un_fichier_sans_ses_colonnes_le_dit(decor):
    with pytest.raises(ValidationError, match="Colonnes manquantes"):
        decor.plan("A1;041;3", titres="Indicateur;Territoire;Valeur")


@pytest.mark.parametrize("role", [Role.DCIO, Role.DASEN, Role.ADMIN])
def test_seul_qui_evalue_importe(decor, role):
    with pytest.raises(PermissionDenied):
        decor.importer(f"{TITRES}\n{ligne(decor)}".encode(), perimetre=creer_perimetre(role))


def test_une_campagne_figee_ne_s_importe_pas(decor):
    creer_mesure(decor.campagne, decor.importe)
    figer_campagne(perimetre=decor.ien, campagne=decor.campagne)
    decor.campagne.refresh_from_db()
    with pytest.raises(ValidationError, match="est figée"):
        decor.importer(f"{TITRES}\n{ligne(decor)}".encode())


def test_ce_qui_etait_demande_et_que_le_fichier_apporte_est_fait(decor):
    creer_action(creer_plan(), "Évaluer", cible=GenreCible.BILAN, role=Role.IEN_IO)
    demander_saisies(perimetre=decor.ien, campagne=decor.campagne)
    cio = ligne(decor, indicateur="S1", niveau="CIO", territoire="CIO de Blois", unite="nombre")
    decor.importer(f"{TITRES}\n{cio}".encode())
    assert Jalon.objects.get(cio=decor.blois).etat == EtatJalon.FAIT


def test_les_trois_etapes_a_l_ecran(client, decor):
    connecter(client, decor.ien)
    adresse = reverse("evaluation:mesures_importer", args=[decor.campagne.pk])
    fichier = SimpleUploadedFile("affelnet.csv", f"{TITRES}\n{ligne(decor)}".encode())
    apercu = client.post(adresse, {"fichier": fichier})
    assert "Mesures ajoutées" in apercu.text
    assert not decor.campagne.mesures.exists()
    suite = client.post(adresse, {"etape": "confirmer", "depot": apercu.context["depot"]}, follow=True)
    assert "Les mesures sont importées" in suite.text
    assert decor.campagne.mesures.count() == 1
    # A preview serves its own campaign.
    autre = reverse("evaluation:mesures_importer", args=[creer_campagne("T2").pk])
    refus = client.post(autre, {"etape": "confirmer", "depot": apercu.context["depot"]}, follow=True)
    assert "n’est plus valable" in refus.text


@pytest.mark.parametrize("format_", FORMATS)
def test_le_modele_prerempli_se_complete_et_s_importe(client, decor, format_):
    connecter(client, decor.ien)
    modele = client.get(reverse("evaluation:mesures_modele", args=[decor.campagne.pk, format_]))
    assert modele.status_code == 200
    if format_ == "csv":
        lignes = modele.content.decode().splitlines()
        assert len(lignes) == 4  # A1 and S1 of the département, S1 of the CIO
        remplies = [
            lignes[0],
            *(x.replace(";;", ";12;", 1).replace(";;;", ";saisi;2026-06-15;", 1) for x in lignes[1:]),
        ]
        assert decor.importer("\n".join(remplies).encode()).nb_ecritures == 3


# --- Export, import: the identity ---------------------------------------------------------------------


@pytest.mark.parametrize("format_", FORMATS)
def test_ce_qu_une_campagne_exporte_se_reimporte_sans_rien_changer(decor, format_):
    VALEURS.update({"Loir-et-Cher": (Decimal("61.7"), 12), "CIO de Blois": (Decimal("3.14"), 3)})
    calculer_campagne(perimetre=decor.ien, campagne=decor.campagne)
    creer_mesure(decor.campagne, decor.saisi, "7", cio=decor.blois)
    creer_mesure(
        decor.campagne,
        decor.importe,
        None,
        niveau=Niveau.ETABLISSEMENT,
        etablissement=decor.ecole,
        territoire=str(decor.ecole),
        cle_territoire=decor.ecole.uai,
        motif="=1+1 n’est pas un chiffre",
        origine="@Affelnet",
    )
    plan = planifier_mesures(
        perimetre=decor.ien, campagne=decor.campagne, nom=f"t.{format_}", contenu=decor.tableau(format_)
    )
    assert (plan.refus, plan.mouvements, plan.inchanges) == ([], [], decor.campagne.mesures.count())


def test_une_campagne_figee_se_relit_meme_si_les_noms_ont_change(decor):
    """Through an open campaign: the lines of the frozen one are unchanged, hence allowed."""
    for mesuree in (decor.t0, decor.campagne):
        creer_mesure(mesuree, decor.saisi, "7", cio=decor.blois)
    figer_campagne(perimetre=decor.ien, campagne=decor.t0)
    figee = tableau_canonique(decor.t0)
    type(decor.blois).objects.filter(pk=decor.blois.pk).update(nom="CIO du Blésois")
    creer_cio("autre", nom="CIO de Blois")
    plan = planifier_mesures(perimetre=decor.ien, campagne=decor.campagne, nom="t.csv", contenu=figee)
    assert (plan.refus, plan.mouvements, plan.inchanges) == ([], [], 1)


TEXTES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=60
).map(lambda texte: " ".join(texte.split()))
CHIFFRES = st.tuples(
    st.one_of(st.none(), st.decimals(0, 100, places=4)),
    TEXTES.filter(bool),
    TEXTES,
    st.dates(dt.date(2020, 1, 1), dt.date(2026, 1, 1)),
)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(chiffres=st.lists(CHIFFRES, min_size=1, max_size=3), format_=st.sampled_from(FORMATS))
def test_exporter_vider_reimporter_redonne_le_meme_tableau(decor, chiffres, format_):
    Mesure.objects.all().delete()
    places = [
        {},
        {"cio": decor.blois},
        {
            "niveau": Niveau.ETABLISSEMENT,
            "etablissement": decor.ecole,
            "territoire": str(decor.ecole),
            "cle_territoire": decor.ecole.uai,
        },
    ]
    for place, (valeur, motif, origine, jour) in zip(places, chiffres, strict=False):
        champs = {"motif": motif} if valeur is None else {}
        creer_mesure(
            decor.campagne, decor.importe, valeur, origine=origine, relevee_le=jour, **champs, **place
        )
    avant, fichier = tableau_canonique(decor.campagne), decor.tableau(format_)
    relu = planifier_mesures(
        perimetre=decor.ien, campagne=decor.campagne, nom=f"t.{format_}", contenu=fichier
    )
    assert (relu.refus, relu.mouvements) == ([], [])
    Mesure.objects.all().delete()
    decor.importer(fichier, nom=f"t.{format_}")
    apres = tableau_canonique(decor.campagne)
    # A school takes the name of today; everything else is what it was.
    assert apres == avant
    assert all(m.relevee_le <= timezone.localdate() for m in Mesure.objects.all())
