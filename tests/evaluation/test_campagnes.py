"""A campaign: opened, computed, shown, frozen for good."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from hashlib import sha256

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from comptes.enums import Role
from evaluation.enums import EtatCampagne, Niveau, Sens, SourceIndicateur, Unite
from evaluation.exports.mesures import tableau_canonique
from evaluation.models import Campagne, DefinitionFigee, Indicateur, Mesure
from evaluation.selectors.campagnes import AUTRE_DEFINITION, page_campagne
from evaluation.selectors.definitions import definitions
from evaluation.services.campagnes import figer_campagne, modifier_campagne, ouvrir_campagne
from evaluation.services.campagnes_calcul import calculer_campagne, demander_calcul
from evaluation.services.indicateurs import retirer_indicateur
from reseaux.perimetre import Perimetre
from socle.journal import historique
from socle.models import TravailDeFond
from socle.pieces import deposer_document, documents_de
from socle.travaux import executer_travail
from tests.evaluation.factories import VALEURS, creer_campagne, creer_indicateur_calcule, creer_mesure
from tests.evaluation.factories_cadre import creer_critere, creer_indicateur_saisi
from tests.planning.factories import creer_objectif
from tests.reseaux.factories import (
    annee_precedente,
    connecter,
    creer_academie,
    creer_annee,
    creer_cio,
    creer_departement,
    creer_perimetre,
    creer_reseau,
)
from tests.socle.fichiers_essai import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _valeurs():
    VALEURS.clear()
    VALEURS.update({"Loir-et-Cher": (Decimal("85.3"), None), "CIO de Blois": (Decimal("90"), None)})
    yield
    VALEURS.clear()


@pytest.fixture
def blois():
    return creer_cio("Blois")


@pytest.fixture
def ien(blois):
    return creer_perimetre(Role.IEN_IO)


@pytest.fixture
def campagne(ien) -> Campagne:
    return creer_campagne("T1")


def ouvrir(perimetre: Perimetre, **champs) -> Campagne:
    annee = creer_annee()
    valeurs = {"code": "T0", "libelle": "État de départ", "annee": annee, "date_observation": annee.debut}
    return ouvrir_campagne(perimetre=perimetre, departement=creer_departement(), **(valeurs | champs))


def figures(campagne: Campagne) -> dict[str, Decimal | None]:
    return dict(campagne.mesures.order_by("pk").values_list("territoire", "valeur"))


# --- Opened -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.SG])
def test_qui_evalue_ouvre_une_campagne(role):
    campagne = ouvrir(creer_perimetre(role), code=" t0 ")
    assert (campagne.code, campagne.etat) == ("T0", EtatCampagne.OUVERTE)
    assert historique(campagne).first().action == "evaluation.campagne.ouverte"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.SG}))
def test_les_autres_n_en_ouvrent_pas(role):
    with pytest.raises(PermissionDenied):
        ouvrir(creer_perimetre(role))


def test_l_ien_d_un_autre_departement_n_en_ouvre_pas():
    with pytest.raises(PermissionDenied):
        ouvrir(creer_perimetre(Role.IEN_IO, creer_departement("018")))


def test_deux_campagnes_ne_portent_pas_le_meme_code(ien):
    ouvrir(ien)
    with pytest.raises(ValidationError, match="porte déjà ce code"):
        ouvrir(ien)


def test_la_date_observee_est_de_l_annee(ien):
    annee = creer_annee()
    with pytest.raises(ValidationError, match="choisissez une date de cette année"):
        ouvrir(ien, date_observation=annee.fin + dt.timedelta(days=1))
    bissextile = creer_annee(2027)
    campagne = ouvrir(ien, annee=bissextile, date_observation=dt.date(2028, 2, 29))
    assert campagne.date_observation == dt.date(2028, 2, 29)


def test_deux_personnes_reglent_la_meme_campagne_la_seconde_le_sait(ien, campagne):
    valeurs = {
        "lue": campagne.etat_lu,
        "code": "T1",
        "annee": campagne.annee,
        "date_observation": campagne.date_observation,
    }
    modifier_campagne(perimetre=ien, campagne=campagne, libelle="Bilan", **valeurs)
    with pytest.raises(ValidationError, match="pendant que vous l’écriviez"):
        modifier_campagne(perimetre=ien, campagne=campagne, libelle="Autre", **valeurs)
    campagne.refresh_from_db()
    assert campagne.libelle == "Bilan"


def test_le_second_prevenu_enregistre_en_connaissance(client, ien, campagne):
    connecter(client, ien)
    adresse = reverse("evaluation:campagne_regler", args=[campagne.pk])
    envoi = {
        "lue": campagne.etat_lu,
        "code": "T1",
        "libelle": "Le mien",
        "annee": campagne.annee.pk,
        "date_observation": campagne.date_observation.isoformat(),
    }
    Campagne.objects.filter(pk=campagne.pk).update(libelle="Celui d’un collègue")
    refus = client.post(adresse, envoi)
    assert "pendant que vous l’écriviez" in refus.text
    campagne.refresh_from_db()
    assert refus.context["form"]["lue"].value() == campagne.etat_lu
    assert client.post(adresse, envoi | {"lue": campagne.etat_lu}).status_code == 302
    campagne.refresh_from_db()
    assert campagne.libelle == "Le mien"


def test_un_autre_jour_observe_efface_ce_qui_est_calcule_et_rien_d_autre(ien, campagne):
    saisi, calcule = creer_indicateur_saisi("S1"), creer_indicateur_calcule()
    creer_mesure(campagne, saisi)
    calculer_campagne(perimetre=ien, campagne=campagne)
    campagne.refresh_from_db()
    modifier_campagne(
        perimetre=ien,
        campagne=campagne,
        lue=campagne.etat_lu,
        code="T1",
        libelle=campagne.libelle,
        annee=campagne.annee,
        date_observation=campagne.date_observation + dt.timedelta(days=30),
    )
    campagne.refresh_from_db()
    assert campagne.calculee_le is None
    assert campagne.mesures.filter(indicateur=saisi).exists()
    assert not campagne.mesures.filter(indicateur=calcule).exists()


# --- Computed -----------------------------------------------------------------------------------------


def test_le_calcul_donne_une_mesure_par_territoire(ien, campagne):
    creer_indicateur_calcule()
    bilan = calculer_campagne(perimetre=ien, campagne=campagne)
    assert figures(campagne) == {"Loir-et-Cher": Decimal("85.3"), "CIO de Blois": Decimal("90")}
    assert (bilan.indicateurs, bilan.mesures, bilan.non_calculables) == (1, 2, 0)
    cles = dict(campagne.mesures.order_by("pk").values_list("niveau", "cle_territoire"))
    assert cles == {Niveau.DEPARTEMENT: "041", Niveau.CIO: "CIO de Blois"}


def test_recalculer_remplace_ce_qui_etait_calcule_et_garde_ce_qui_est_saisi(ien, campagne):
    creer_indicateur_calcule()
    creer_mesure(campagne, creer_indicateur_saisi("S1"), "7", territoire="saisi")
    calculer_campagne(perimetre=ien, campagne=campagne)
    del VALEURS["CIO de Blois"]
    VALEURS["Loir-et-Cher"] = (Decimal("60"), None)
    calculer_campagne(perimetre=ien, campagne=campagne)
    assert figures(campagne) == {"saisi": Decimal("7"), "Loir-et-Cher": Decimal("60")}


def test_ce_qui_ne_se_calcule_pas_dit_pourquoi(ien, campagne):
    VALEURS["Loir-et-Cher"] = (None, None)
    creer_indicateur_calcule("C1")
    creer_indicateur_calcule("C2", calcul="disparu")
    creer_indicateur_calcule("C3", calcul="essai.panne")
    calculer_campagne(perimetre=ien, campagne=campagne)
    departement = campagne.mesures.filter(niveau=Niveau.DEPARTEMENT)
    motifs = dict(departement.order_by("pk").values_list("indicateur__code", "motif"))
    assert motifs["C1"] == "non calculable : rien à compter"
    assert "n’existe plus" in motifs["C2"]
    assert "incident" in motifs["C3"]
    assert not departement.exclude(valeur=None).exists()


@pytest.mark.parametrize("role", [Role.DCIO, Role.DASEN, Role.ADMIN])
def test_lire_ne_donne_pas_le_droit_de_calculer(campagne, role):
    with pytest.raises(PermissionDenied):
        calculer_campagne(perimetre=creer_perimetre(role), campagne=campagne)


def test_un_calcul_fini_pendant_le_notre_n_est_pas_ecrase(ien, campagne, monkeypatch):
    """The second to end is told: what it read may be older."""
    creer_indicateur_calcule()

    def pendant(fait: int, total: int, message: str) -> None:
        calculer_campagne(perimetre=ien, campagne=campagne)

    with pytest.raises(ValidationError, match="quelqu’un d’autre pendant ce calcul"):
        calculer_campagne(perimetre=ien, campagne=campagne, avancement=pendant)
    assert campagne.mesures.count() == 2


def test_un_grand_departement_se_calcule_en_arriere_plan(client, ien, campagne, monkeypatch):
    creer_indicateur_calcule()
    monkeypatch.setattr("evaluation.services.campagnes_calcul.EPLE_DANS_LA_REQUETE", -1)
    connecter(client, ien)
    reponse = client.post(reverse("evaluation:campagne_calculer", args=[campagne.pk]))
    travail = TravailDeFond.objects.get()
    assert reponse.url == reverse("socle:travail", args=[travail.pk])
    executer_travail(travail.pk)
    travail.refresh_from_db()
    assert (travail.etat, travail.message) == ("termine", "1 indicateurs calculés, 2 mesures.")
    assert campagne.mesures.count() == 2


def test_le_travail_redemande_le_droit(ien, campagne):
    travail = demander_calcul(perimetre=ien, campagne=campagne)
    ien.habilitation.date_fin = ien.habilitation.date_debut
    ien.habilitation.save()
    executer_travail(travail.pk)
    travail.refresh_from_db()
    assert travail.etat == "refuse"
    assert not campagne.mesures.exists()


# --- The page -----------------------------------------------------------------------------------------


def test_la_page_groupe_par_objectif_et_critere_et_dit_la_tendance(client, ien, campagne):
    objectif = creer_objectif("O7")
    critere = creer_critere("Couverture", objectif=objectif)
    indicateur = creer_indicateur_calcule(
        critere=critere, cible=Decimal("90"), mise_en_garde="Hors enseignement privé."
    )
    t0 = creer_campagne("T0", annee=annee_precedente())
    creer_mesure(t0, indicateur, "80")
    calculer_campagne(perimetre=ien, campagne=campagne)
    connecter(client, ien)
    page = client.get(reverse("evaluation:campagne", args=[campagne.pk])).text
    for attendu in (
        str(objectif),
        "Couverture",
        "85,3\u00a0%",
        "4,7\u00a0points sous la cible",
        "+5,3\u00a0points",
        "en hausse, dans le sens attendu",
        "Hors enseignement privé.",
    ):
        assert attendu in page
    groupe = page_campagne(campagne, ien).groupes[0]
    assert [critere.nom for critere in groupe.criteres] == ["Couverture"]


@pytest.mark.parametrize(
    ("sens", "cible", "valeurs", "mots"),
    [
        (Sens.HAUSSE, None, ("10", "12"), "en hausse, dans le sens attendu"),
        (Sens.HAUSSE, None, ("12", "10"), "en baisse, à l’inverse du sens attendu"),
        (Sens.BAISSE, None, ("12", "10"), "en baisse, dans le sens attendu"),
        (Sens.BAISSE, None, ("10", "12"), "en hausse, à l’inverse du sens attendu"),
        (Sens.CIBLE, "2", ("3", "2.5"), "en baisse, se rapproche de la cible"),
        (Sens.CIBLE, "2", ("2", "1"), "en baisse, s’éloigne de la cible"),
        (Sens.CIBLE, "2", ("3", "1"), "en baisse"),
        (Sens.NEUTRE, None, ("3", "1"), "en baisse"),
        (Sens.HAUSSE, None, ("3", "3.001"), "stable"),
    ],
)
def test_la_tendance_suit_le_sens(campagne, sens, cible, valeurs, mots):
    avant, apres = valeurs
    indicateur = creer_indicateur_saisi(sens=sens, cible=cible and Decimal(cible))
    creer_mesure(creer_campagne("T0", annee=annee_precedente()), indicateur, avant)
    creer_mesure(campagne, indicateur, apres)
    (ligne,) = page_campagne(campagne, creer_perimetre(Role.IEN_IO)).lignes
    assert ligne.departement.tendance.mots == mots


def test_une_definition_changee_ne_se_compare_pas(ien, campagne):
    indicateur = creer_indicateur_saisi(denominateur="EPLE")
    t0 = creer_campagne("T0", annee=annee_precedente())
    creer_mesure(t0, indicateur, "80")
    figer_campagne(perimetre=ien, campagne=t0)
    creer_mesure(campagne, indicateur, "90")
    (ligne,) = page_campagne(campagne, ien).lignes
    assert ligne.departement.tendance.signe == "+10"
    Indicateur.objects.filter(pk=indicateur.pk).update(denominateur="EPLE et écoles privées")
    (ligne,) = page_campagne(campagne, ien).lignes
    assert ligne.departement.tendance is None
    assert ligne.departement.pourquoi_sans_tendance == AUTRE_DEFINITION


def test_le_dcio_lit_le_departement_et_son_cio_jamais_un_autre(client, ien, campagne, blois):
    vendome = creer_cio("Vendôme")
    indicateur = creer_indicateur_saisi()
    creer_mesure(campagne, indicateur, "41")
    creer_mesure(campagne, indicateur, "17", cio=blois)
    creer_mesure(campagne, indicateur, "24", cio=vendome)
    connecter(client, creer_perimetre(Role.DCIO, blois))
    page = client.get(reverse("evaluation:campagne", args=[campagne.pk])).text
    assert "CIO de Blois" in page
    assert ">41<" in page
    assert ">17<" in page
    assert ">24<" not in page
    csv = client.get(reverse("evaluation:campagne_mesures", args=[campagne.pk, "csv"])).content.decode()
    assert "CIO de Blois" in csv
    assert "Vendôme" not in csv


def test_la_liste_se_filtre_et_s_exporte(client, ien):
    figee = creer_campagne("T0", libelle="Départ")
    creer_mesure(figee, creer_indicateur_saisi())
    figer_campagne(perimetre=ien, campagne=figee)
    creer_campagne("T1", libelle="Bilan")
    creer_campagne("T0", departement=creer_departement("018"), libelle="Voisine")
    connecter(client, ien)
    adresse = reverse("evaluation:campagnes")
    page = client.get(adresse).text
    assert "Départ" in page
    assert "Bilan" in page
    assert "Voisine" not in page
    assert "Bilan" not in client.get(adresse, {"etat": "figee"}).text
    csv = b"".join(client.get(adresse, {"format": "csv"}).streaming_content).decode()
    figee.refresh_from_db()
    assert figee.empreinte in csv
    connecter(client, creer_perimetre(Role.ADMIN, creer_academie()))
    assert "Voisine" in client.get(adresse).text


# --- Frozen -------------------------------------------------------------------------------------------


@pytest.fixture
def figee(ien, campagne, blois) -> Campagne:
    """A computed, an entered and an imported figure; definitions with everything."""
    objectif = creer_objectif("O7")
    critere = creer_critere("Couverture", objectif=objectif)
    creer_indicateur_calcule(critere=critere, cible=Decimal("90"), role=Role.IEN_IO)
    creer_mesure(campagne, creer_indicateur_saisi("S1"), "12.5", cio=blois)
    importe = creer_indicateur_saisi("A1", source=SourceIndicateur.IMPORTE, unite=Unite.POURCENTAGE)
    creer_mesure(campagne, importe, "3", origine="Affelnet 2026")
    creer_mesure(campagne, importe, None, cio=blois, motif="non calculable : non communiqué")
    calculer_campagne(perimetre=ien, campagne=campagne)
    campagne.refresh_from_db()
    return figer_campagne(perimetre=ien, campagne=campagne)


def test_figer_recopie_les_definitions_et_signe_le_tableau(ien, figee):
    definition = figee.definitions.get(code="C1")
    assert definition.methode == "La valeur que l’essai a choisie pour chaque territoire."
    assert (definition.critere, definition.responsable) == ("Couverture", "IEN-IO")
    assert definition.objectif.startswith("O7")
    assert str(ien.utilisateur) in figee.figee_par
    assert figee.empreinte == sha256(tableau_canonique(figee)).hexdigest()
    entree = historique(figee).first()
    assert (entree.action, entree.apres["empreinte"]) == ("evaluation.campagne.figee", figee.empreinte)


def test_figee_rien_ne_change_quoi_que_deviennent_les_donnees(ien, figee, blois):
    avant, definies = tableau_canonique(figee), definitions(figee)
    VALEURS.clear()
    Indicateur.objects.update(libelle="Autre", unite=Unite.JOURS, cible=1, mise_en_garde="x")
    Indicateur.objects.filter(code="C1").update(code="Z", retire_le=figee.figee_le)
    with pytest.raises(DatabaseError), transaction.atomic():
        Indicateur.objects.get(code="Z").mesures.all().delete()
    type(blois).objects.update(nom="CIO rebaptisé", est_ouvert=False)
    type(figee.departement).objects.update(nom="Autre", code="099")
    figee.definitions.get(code="C1").indicateur.critere.objectif.__class__.objects.update(libelle="Autre")
    assert tableau_canonique(Campagne.objects.get(pk=figee.pk)) == avant
    assert sha256(avant).hexdigest() == figee.empreinte
    assert definitions(figee) == definies
    for geste in (
        lambda: calculer_campagne(perimetre=ien, campagne=figee),
        lambda: figer_campagne(perimetre=ien, campagne=figee),
        lambda: demander_calcul(perimetre=ien, campagne=figee),
    ):
        with pytest.raises(ValidationError, match="est figée"):
            geste()


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE evaluation_campagne SET libelle = 'x' WHERE id = {}",
        "UPDATE evaluation_campagne SET etat = 'ouverte', empreinte = '', figee_le = NULL WHERE id = {}",
        "DELETE FROM evaluation_campagne WHERE id = {}",
        "UPDATE evaluation_mesure SET valeur = 99 WHERE campagne_id = {}",
        "DELETE FROM evaluation_mesure WHERE campagne_id = {}",
        "UPDATE evaluation_definitionfigee SET libelle = 'x' WHERE campagne_id = {}",
        "DELETE FROM evaluation_definitionfigee WHERE campagne_id = {}",
    ],
)
def test_la_base_elle_meme_refuse_de_toucher_une_campagne_figee(figee, ordre):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(ordre.format(figee.pk))
    assert figee.empreinte == sha256(tableau_canonique(figee)).hexdigest()


def test_la_base_refuse_d_ajouter_a_une_campagne_figee_ou_d_y_glisser_une_mesure(figee):
    with pytest.raises(DatabaseError), transaction.atomic():
        creer_mesure(figee, creer_indicateur_saisi("S9"))
    ouverte = creer_campagne("T2")
    mesure = creer_mesure(ouverte, creer_indicateur_saisi("S9"))
    with pytest.raises(DatabaseError), transaction.atomic():
        Mesure.objects.filter(pk=mesure.pk).update(campagne=figee)
    with pytest.raises(DatabaseError), transaction.atomic():
        DefinitionFigee.objects.create(campagne=figee, indicateur=mesure.indicateur, code="S9")


def test_un_reseau_mesure_puis_dissous_reste_dans_la_campagne_figee(ien, campagne, blois):
    """The DCIO draws next year's réseaux freely; the figures keep the names they had."""
    reseau = creer_reseau(blois, nom="Réseau dissous")
    creer_mesure(
        campagne,
        creer_indicateur_saisi(niveau=Niveau.RESEAU),
        cio=blois,
        niveau=Niveau.RESEAU,
        reseau=reseau,
        territoire="Réseau dissous",
        cle_territoire="CIO de Blois / Réseau dissous",
    )
    figer_campagne(perimetre=ien, campagne=campagne)
    reseau.membres.all().delete()
    reseau.delete()
    assert "Réseau dissous" in tableau_canonique(campagne).decode()


def test_une_campagne_vide_ne_se_fige_pas(ien, campagne):
    with pytest.raises(ValidationError, match="ne contient aucun chiffre"):
        figer_campagne(perimetre=ien, campagne=campagne)
    creer_mesure(campagne, creer_indicateur_saisi(), None)
    with pytest.raises(ValidationError, match="ne contient aucun chiffre"):
        figer_campagne(perimetre=ien, campagne=campagne)


@pytest.mark.parametrize("role", [Role.SG, Role.DCIO, Role.DASEN, Role.ADMIN])
def test_seuls_l_ien_et_l_adjoint_figent(campagne, role):
    creer_mesure(campagne, creer_indicateur_saisi())
    with pytest.raises(PermissionDenied):
        figer_campagne(perimetre=creer_perimetre(role), campagne=campagne)


def test_un_indicateur_retire_ou_d_un_critere_ecarte_n_est_plus_suivi_mais_rien_de_mesure_ne_se_perd(
    ien, campagne
):
    garde, retire = creer_indicateur_saisi("S1"), creer_indicateur_saisi("S2")
    ecarte = creer_critere("Écarté", etat="ecarte", motif="hors sujet", statue_le=campagne.date_observation)
    creer_indicateur_saisi("S3", critere=ecarte)
    creer_mesure(campagne, garde)
    creer_mesure(campagne, retire)
    retirer_indicateur(perimetre=ien, indicateur=retire)
    assert [definition.code for definition in definitions(campagne)] == ["S1", "S2"]
    Mesure.objects.filter(indicateur=retire).delete()
    assert [definition.code for definition in definitions(campagne)] == ["S1"]


# --- What others published ----------------------------------------------------------------------------


def test_qui_evalue_joint_une_evaluation_faite_ailleurs_meme_une_fois_figee(figee):
    for role in (Role.SG, Role.IEN_IO, Role.ADJOINT_IEN_IO):
        deposer_document(
            perimetre=creer_perimetre(role),
            objet=figee,
            titre=f"Évaluation académique, {role}",
            nom="evaluation.pdf",
            contenu=PDF,
        )
    for role in (Role.DCIO, Role.DASEN, Role.ADMIN):
        with pytest.raises(PermissionDenied):
            deposer_document(
                perimetre=creer_perimetre(role),
                objet=figee,
                titre="x",
                nom="x.pdf",
                contenu=PDF,
            )
    dcio = creer_perimetre(Role.DCIO)
    assert len(documents_de(figee, dcio).documents) == 3
    assert not documents_de(figee, dcio).peut_deposer
