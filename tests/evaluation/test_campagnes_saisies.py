"""Figures entered by hand in one grid, nobody's lost; what is missing, who owes it, asked for by the plan."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from evaluation.enums import Niveau, SourceIndicateur, Unite
from evaluation.forms.mesures import SaisieMesures, ecrire_depart
from evaluation.models import Campagne, Mesure, SaisieDemandee
from evaluation.selectors.manques import attentes, manques
from evaluation.selectors.saisie import Case, lire_grille
from evaluation.services.campagnes import figer_campagne, modifier_campagne
from evaluation.services.mesures import ConflitDeMesure, enregistrer_mesures
from evaluation.services.saisies_demandees import demander_saisies
from planning.enums import EtatJalon, GenreCible
from planning.models import Jalon
from planning.services.rappels import envoyer_rappels
from socle.journal import historique
from socle.models import Courriel
from tests.evaluation.factories import creer_campagne, creer_mesure
from tests.evaluation.factories_cadre import creer_indicateur_saisi
from tests.planning.factories import creer_action, creer_plan, dans
from tests.reseaux.factories import connecter, creer_annee, creer_cio, creer_perimetre

pytestmark = pytest.mark.django_db


class Decor:
    """Two CIO; one figure for each of them, one for the département alone."""

    def __init__(self) -> None:
        self.blois, self.vendome = creer_cio("Blois"), creer_cio("Vendôme")
        self.ien, self.sg = creer_perimetre(Role.IEN_IO), creer_perimetre(Role.SG)
        self.dcio = creer_perimetre(Role.DCIO, self.blois)
        self.par_cio = creer_indicateur_saisi("S1", role=Role.DCIO)
        self.unique = creer_indicateur_saisi("S2", niveau=Niveau.DEPARTEMENT, role=Role.SG)
        self.campagne = creer_campagne("T1", echeance=dans(20))

    def case(self, indicateur=None, cio=None) -> Case:
        return Case((indicateur or self.par_cio).pk, cio.pk if cio else 0)

    def saisir(self, valeur, *, cio=None, indicateur=None, perimetre=None, **quoi) -> int:
        return enregistrer_mesures(
            perimetre=perimetre or self.ien,
            campagne=self.campagne,
            saisies={self.case(indicateur, cio): None if valeur is None else Decimal(valeur)},
            **({"relevee_le": timezone.localdate()} | quoi),
        )

    def avec_plan(self):
        """Action 13, as the plan of the experiment writes it."""
        return creer_action(creer_plan(), "Procéder à l’évaluation", cible=GenreCible.BILAN, role=Role.IEN_IO)


@pytest.fixture
def decor() -> Decor:
    return Decor()


# --- The grid -----------------------------------------------------------------------------------------


def test_un_chiffre_s_ecrit_se_corrige_se_retire_et_s_inscrit_au_journal(decor):
    assert decor.saisir("12", cio=decor.blois) == 1
    assert decor.saisir("12", cio=decor.blois) == 0
    assert decor.saisir("15", cio=decor.blois, relevee_le=dans(-3)) == 1
    mesure = Mesure.objects.get()
    assert (mesure.valeur, mesure.relevee_le) == (Decimal(15), dans(-3))
    assert (mesure.saisie_par, mesure.source) == (decor.ien.utilisateur, SourceIndicateur.SAISI)
    assert (mesure.territoire, mesure.cle_territoire) == ("CIO de Blois", "CIO de Blois")
    assert decor.saisir(None, cio=decor.blois) == 1
    assert not Mesure.objects.exists()
    actions = list(historique(decor.campagne).values_list("action", flat=True))
    assert actions == ["evaluation.mesure.retiree", "evaluation.mesure.saisie", "evaluation.mesure.saisie"]
    corrige = historique(decor.campagne)[1]
    assert (corrige.avant["valeur"], corrige.apres["valeur"]) == ("12", "15")
    assert corrige.apres["territoire"] == "CIO de Blois"


@pytest.mark.parametrize(
    ("unite", "valeur", "motif"),
    [
        (Unite.POURCENTAGE, "100.01", "entre 0 et 100"),
        (Unite.NOTE, "11", "entre 0 et 10"),
        (Unite.NOMBRE, "-1", "entre 0 et"),
        (Unite.NOMBRE, "1234567890", "entre 0 et"),
        (Unite.HEURES, "1.23456", "quatre décimales"),
    ],
)
def test_une_valeur_impossible_est_refusee_avec_toutes_les_autres(decor, unite, valeur, motif):
    faux = creer_indicateur_saisi("S3", unite=unite)
    with pytest.raises(ValidationError, match=motif) as refus:
        enregistrer_mesures(
            perimetre=decor.ien,
            campagne=decor.campagne,
            saisies={decor.case(): Decimal(3), decor.case(faux, decor.blois): Decimal(valeur)},
            relevee_le=timezone.localdate(),
        )
    assert "S3" in refus.value.messages[0]
    assert "CIO de Blois" in refus.value.messages[0]
    assert not Mesure.objects.exists()


@pytest.mark.parametrize("jours", [1, -20000])
def test_un_chiffre_est_d_un_jour_passe(decor, jours):
    with pytest.raises(ValidationError, match="date d’un chiffre"):
        decor.saisir("3", relevee_le=dans(jours))
    assert decor.saisir("3", relevee_le=dt.date(2024, 2, 29)) == 1


def test_le_dcio_saisit_pour_son_cio_et_pour_lui_seul(decor):
    assert decor.saisir("7", cio=decor.blois, perimetre=decor.dcio) == 1
    grille = lire_grille(decor.campagne, decor.dcio)
    assert grille.colonnes == [decor.blois]
    assert grille.indicateurs == [decor.par_cio]
    for cio, indicateur in ((decor.vendome, None), (None, None), (None, decor.unique)):
        with pytest.raises(PermissionDenied):
            decor.saisir("7", cio=cio, indicateur=indicateur, perimetre=decor.dcio)


@pytest.mark.parametrize("role", [Role.DASEN, Role.ADMIN, Role.PSYEN, Role.CHEF_ETABLISSEMENT])
def test_les_autres_ne_saisissent_rien(decor, role):
    with pytest.raises(PermissionDenied):
        decor.saisir("7", perimetre=creer_perimetre(role))


@pytest.mark.parametrize("source", [SourceIndicateur.IMPORTE, SourceIndicateur.CALCULE])
def test_ce_qui_se_calcule_ou_s_importe_ne_se_saisit_pas(decor, source):
    calcul = {"calcul": "essai.valeurs"} if source == SourceIndicateur.CALCULE else {}
    autre = creer_indicateur_saisi("S9", source=source, **calcul)
    with pytest.raises(PermissionDenied):
        decor.saisir("7", indicateur=autre)


def test_une_campagne_figee_ne_se_saisit_plus(client, decor):
    decor.saisir("7")
    figer_campagne(perimetre=decor.ien, campagne=decor.campagne)
    with pytest.raises(ValidationError, match="est figée"):
        decor.saisir("8")
    connecter(client, decor.ien)
    assert client.get(reverse("evaluation:mesures_saisir", args=[decor.campagne.pk])).status_code == 403


def test_deux_personnes_sur_la_meme_case_la_seconde_le_sait(decor):
    ouverte = lire_grille(decor.campagne, decor.ien).valeurs
    decor.saisir("7", cio=decor.blois, perimetre=decor.dcio)
    with pytest.raises(ConflitDeMesure) as conflit:
        decor.saisir("9", cio=decor.blois, depart=ouverte)
    assert conflit.value.cases == {decor.case(cio=decor.blois)}
    assert Mesure.objects.get().valeur == Decimal(7)
    # Elsewhere in the grid, nobody is disturbed.
    assert decor.saisir("4", cio=decor.vendome, depart=ouverte) == 1


def test_la_page_garde_ce_qui_est_ecrit_et_montre_ce_que_le_collegue_a_enregistre(client, decor):
    connecter(client, decor.ien)
    adresse = reverse("evaluation:mesures_saisir", args=[decor.campagne.pk])
    assert "somme des CIO" not in client.get(adresse).text
    decor.saisir("7", cio=decor.blois, perimetre=decor.dcio)
    case = decor.case(cio=decor.blois).nom
    envoi = {"depart": ecrire_depart({}), case: "9", "relevee_le": timezone.localdate().isoformat()}
    page = client.post(adresse, envoi).text
    assert "Enregistré entre-temps : 7." in page
    assert 'value="9"' in page
    assert Mesure.objects.get().valeur == Decimal(7)
    vu = client.get(adresse).context["depart"]
    assert client.post(adresse, envoi | {"depart": vu}).status_code == 302
    assert Mesure.objects.get().valeur == Decimal(9)
    assert "somme des CIO : 9" in client.get(adresse).text


@pytest.mark.parametrize("texte", ["douze", "12 élèves", "1,2,3", "∞"])
def test_ce_qui_n_est_pas_un_nombre_reste_a_l_ecran_et_rien_ne_s_enregistre(client, decor, texte):
    connecter(client, decor.ien)
    case, autre = decor.case(cio=decor.blois).nom, decor.case(cio=decor.vendome).nom
    page = client.post(
        reverse("evaluation:mesures_saisir", args=[decor.campagne.pk]),
        {"depart": "{}", case: texte, autre: "4", "relevee_le": timezone.localdate().isoformat()},
    )
    assert "Écrivez un nombre" in page.text
    assert f'value="{texte}"' in page.text
    assert not Mesure.objects.exists()


@pytest.mark.parametrize(
    ("texte", "valeur"), [("85,3", "85.3"), (" 85,3 % ", "85.3"), ("1 234", "1234"), ("0", "0"), ("", None)]
)
def test_un_nombre_s_ecrit_comme_en_francais(texte, valeur):
    saisie = SaisieMesures.lire({"m-1-0": texte})
    assert saisie.valeurs == {Case(1, 0): None if valeur is None else Decimal(valeur)}


# --- What is missing, who owes it ---------------------------------------------------------------------


def test_chaque_chiffre_attendu_a_un_responsable(decor):
    importe = creer_indicateur_saisi("A1", source=SourceIndicateur.IMPORTE, role=Role.SG)
    assert {(m.indicateur.code, str(m.cio)) for m in manques(decor.campagne)} == {
        ("S1", "None"),
        ("S1", "CIO de Blois"),
        ("S1", "CIO de Vendôme"),
        ("S2", "None"),
        ("A1", "None"),
    }
    dus = {(a.libelle, str(a.cio)): a for a in attentes(decor.campagne)}
    # A DCIO answers for a CIO; the figure of the département is the IEN-IO's.
    assert set(dus) == {
        ("DCIO", "CIO de Blois"),
        ("DCIO", "CIO de Vendôme"),
        ("IEN-IO", "None"),
        ("Secrétaire général", "None"),
    }
    assert dus["DCIO", "CIO de Blois"].personnes == [decor.dcio.utilisateur]
    assert dus["DCIO", "CIO de Vendôme"].personnes == []
    assert dus["Secrétaire général", "None"].a_importer
    creer_mesure(decor.campagne, importe, cio=decor.blois)
    decor.saisir("1", cio=decor.blois)
    assert {m.indicateur.code for m in manques(decor.campagne)} == {"S1", "S2"}
    assert ("DCIO", "CIO de Blois") not in {(a.libelle, str(a.cio)) for a in attentes(decor.campagne)}


def test_demander_ecrit_un_jalon_par_responsable_et_par_cio(decor):
    action = decor.avec_plan()
    jalons = demander_saisies(perimetre=decor.ien, campagne=decor.campagne)
    assert all(jalon.action == action and jalon.echeance == decor.campagne.echeance for jalon in jalons)
    assert {(jalon.role, str(jalon.cio)) for jalon in jalons} == {
        (Role.DCIO, "CIO de Blois"),
        (Role.DCIO, "CIO de Vendôme"),
        (Role.IEN_IO, "None"),
        (Role.SG, "None"),
    }
    assert "Évaluation T1 : donner S1 (CIO de Blois)" in {jalon.intitule for jalon in jalons}
    with pytest.raises(ValidationError, match="déjà demandé"):
        demander_saisies(perimetre=decor.ien, campagne=decor.campagne)
    # Asked again, only what is new.
    creer_indicateur_saisi("S3", niveau=Niveau.DEPARTEMENT, role=Role.SG)
    (nouveau,) = demander_saisies(perimetre=decor.ien, campagne=decor.campagne)
    assert nouveau.intitule == "Évaluation T1 : donner S3"


def test_les_rappels_du_plan_partent_d_eux_memes(decor):
    decor.avec_plan()
    demander_saisies(perimetre=decor.ien, campagne=decor.campagne)
    midi = dt.datetime.combine(decor.campagne.echeance, dt.time(12), tzinfo=timezone.get_current_timezone())
    while midi.weekday() > 4:
        midi += dt.timedelta(days=1)
    envoyer_rappels(maintenant=midi)
    destinataires = set(Courriel.objects.values_list("destinataire", flat=True))
    assert decor.dcio.utilisateur.courriel in destinataires
    textes = " ".join(Courriel.objects.order_by("pk").values_list("corps_texte", flat=True))
    assert "Évaluation T1 : donner S1" in textes


@pytest.mark.parametrize("auteur", ["dcio", "ien", "secretaire"])
def test_le_jalon_est_fait_des_que_le_chiffre_est_la_qui_que_ce_soit_qui_le_saisisse(decor, auteur):
    decor.avec_plan()
    demander_saisies(perimetre=decor.ien, campagne=decor.campagne)
    secretaire = creer_perimetre(Role.SECRETAIRE_CIO, decor.blois)
    perimetre = {"dcio": decor.dcio, "ien": decor.ien, "secretaire": secretaire}[auteur]
    decor.saisir("7", cio=decor.blois, perimetre=perimetre)
    etats = {str(jalon.cio): jalon.etat for jalon in Jalon.objects.filter(role=Role.DCIO).order_by("pk")}
    assert etats == {"CIO de Blois": EtatJalon.FAIT, "CIO de Vendôme": EtatJalon.A_FAIRE}


def test_un_jalon_de_plusieurs_chiffres_attend_le_dernier(decor):
    decor.avec_plan()
    autre = creer_indicateur_saisi("S3", role=Role.DCIO)
    demander_saisies(perimetre=decor.ien, campagne=decor.campagne)
    jalon = Jalon.objects.get(cio=decor.blois)
    decor.saisir("7", cio=decor.blois)
    jalon.refresh_from_db()
    assert jalon.etat == EtatJalon.A_FAIRE
    decor.saisir("2", cio=decor.blois, indicateur=autre)
    jalon.refresh_from_db()
    assert jalon.etat == EtatJalon.FAIT


def test_sans_action_d_evaluation_rien_n_est_ecrit_et_l_on_sait_quoi_faire(client, decor):
    creer_action(creer_plan(), "Autre action")
    connecter(client, decor.ien)
    reponse = client.post(
        reverse("evaluation:campagne_geste", args=[decor.campagne.pk, "demander-saisies"]), follow=True
    )
    assert "Procéder à l’évaluation" in reponse.text
    assert "ajoutez-la au plan" in reponse.text
    assert not SaisieDemandee.objects.exists()


@pytest.mark.parametrize("echeance", [None, -1])
def test_sans_echeance_a_venir_rien_ne_se_demande(decor, echeance):
    decor.avec_plan()
    jour = None if echeance is None else dans(echeance)
    Campagne.objects.filter(pk=decor.campagne.pk).update(echeance=jour)
    with pytest.raises(ValidationError, match="échéance à venir"):
        demander_saisies(perimetre=decor.ien, campagne=decor.campagne)


def test_le_sg_ne_demande_pas_par_le_plan(decor):
    decor.avec_plan()
    with pytest.raises(PermissionDenied):
        demander_saisies(perimetre=decor.sg, campagne=decor.campagne)


def test_repousser_la_campagne_repousse_ce_qui_est_demande(decor):
    decor.avec_plan()
    demander_saisies(perimetre=decor.ien, campagne=decor.campagne)
    campagne = Campagne.objects.get(pk=decor.campagne.pk)
    modifier_campagne(
        perimetre=decor.sg,
        campagne=campagne,
        lue=campagne.etat_lu,
        code="T1",
        libelle="Reportée",
        annee=creer_annee(),
        date_observation=campagne.date_observation,
        echeance=dans(60),
    )
    assert set(Jalon.objects.filter(est_final=False).values_list("echeance", flat=True)) == {dans(60)}


def test_figer_n_attend_plus_rien(decor):
    decor.avec_plan()
    demander_saisies(perimetre=decor.ien, campagne=decor.campagne)
    decor.saisir("7")
    figer_campagne(perimetre=decor.ien, campagne=decor.campagne)
    demandes = Jalon.objects.filter(est_final=False).exclude(role=Role.IEN_IO)
    assert set(demandes.values_list("etat", flat=True)) == {EtatJalon.ABANDONNE}
    assert historique(demandes[0]).first().motif == "Campagne T1 figée."


def test_la_page_dit_qui_doit_quoi(client, decor):
    connecter(client, decor.ien)
    page = client.get(reverse("evaluation:campagne", args=[decor.campagne.pk])).text
    assert "Qui doit quoi" in page
    assert str(decor.dcio.utilisateur) in page
    assert "Demander ce qui manque" in page
    connecter(client, decor.sg)
    page = client.get(reverse("evaluation:campagne", args=[decor.campagne.pk])).text
    assert "Demander ce qui manque" not in page
