"""I13 territory, I14 interviews, I15 trainings, I16 Biblio-Lab: recomputed, masked as the activity page."""

import datetime as dt

import pytest

from comptes.enums import Role
from evaluation.enums import Niveau
from evaluation.selectors.calcul import Contexte, calcul_de
from evaluation.services.bibliotheque import bibliotheque_des_indicateurs
from missions.enums import Audience, EtatActionDeTerritoire, EtatBiblioLab, Unite, Volet
from missions.models import ActionDeTerritoire, BiblioLab, ReleveActivite
from reseaux.models import CIO
from tests.evaluation.factories_calculs import ANNEE, JOUR, chiffre, creer_jeu, mesurer
from tests.missions.factories import creer_mission
from tests.missions.factories_territoire import creer_action_de_territoire, creer_biblio_lab
from tests.reseaux.factories import creer_annee, creer_cio, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db
OCTOBRE = dt.date(2023, 10, 1)


@pytest.fixture
def jeu():
    return creer_jeu()


def action(titre, cio, jeu, **champs):
    valeurs = {"jour": OCTOBRE, "annee": jeu.annee, "etat": EtatActionDeTerritoire.REALISEE} | champs
    return creer_action_de_territoire(titre, cio=cio, **valeurs)


# --- I13 ----------------------------------------------------------------------------------------------


@pytest.fixture
def actions(jeu):
    action("Forum", jeu.antenne, jeu)
    action("Citoyenneté", jeu.blois, jeu, volet=Volet.CITOYEN)
    action("Débat", jeu.vendome, jeu, volet=Volet.CITOYEN)
    action("Prévue", jeu.vendome, jeu, etat=EtatActionDeTerritoire.PREVUE)
    action("Annulée", jeu.vendome, jeu, etat=EtatActionDeTerritoire.ANNULEE)
    action("Demain", jeu.vendome, jeu, jour=dt.date(2024, 3, 1))
    action("Jadis", jeu.vendome, jeu, annee=creer_annee(ANNEE - 1))
    action("Ailleurs", creer_cio("Bourges", departement=creer_departement("018")), jeu)


def test_les_actions_de_territoire_sont_celles_qu_on_recompte(jeu, actions):
    comptees = [
        a
        for a in ActionDeTerritoire.objects.select_related("cio").order_by("pk")
        if a.etat == "realisee" and a.annee == jeu.annee and a.jour <= JOUR
        if a.cio.departement == jeu.departement
    ]
    principaux = [c for c in CIO.objects.order_by("pk") if c.departement == jeu.departement and not c.parent]
    resultat = chiffre("actions_territoire", jeu.contexte())
    assert (resultat.numerateur, resultat.denominateur) == (len(comptees), len(principaux)) == (3, 2)
    assert chiffre("actions_territoire", jeu.contexte(), cio=jeu.blois).valeur == 2, "antenne comprise"
    avenir = chiffre("cio_avenir", jeu.contexte())
    assert (avenir.numerateur, avenir.denominateur, avenir.valeur) == (1, 2, 50)
    assert chiffre("cio_avenir", jeu.contexte(), cio=jeu.vendome).valeur == 0
    assert chiffre("cio_avenir", jeu.contexte(), cio=jeu.blois).valeur == 100


def test_un_cio_ferme_sans_reseau_ne_compte_plus(jeu):
    CIO.objects.filter(pk=creer_cio("Salbris").pk).update(est_ouvert=False)
    assert chiffre("cio_avenir", jeu.contexte()).denominateur == 2
    CIO.objects.filter(pk=jeu.vendome.pk).update(est_ouvert=False)
    assert chiffre("cio_avenir", jeu.contexte()).denominateur == 2, "il tenait un réseau cette année-là"


def test_un_departement_sans_cio_n_a_pas_d_actions_par_cio():
    contexte = Contexte(creer_departement(), creer_annee(ANNEE), JOUR)
    for code in ("actions_territoire", "cio_avenir"):
        assert chiffre(code, contexte).motif == "non calculable : le département n’a aucun CIO ouvert"


# --- I16 ----------------------------------------------------------------------------------------------


def test_les_biblio_labs_sont_ceux_qu_on_recompte(jeu):
    depuis = {"annee": jeu.annee, "depuis": dt.date(2023, 9, 4)}
    creer_biblio_lab(jeu.ecoles["lycee_antenne"], **depuis)
    creer_biblio_lab(jeu.ecoles["lycee_vendome"], **depuis | {"depuis": dt.date(2024, 3, 1)})
    creer_biblio_lab(jeu.ecoles["college_blois"], **depuis | {"etat": EtatBiblioLab.PROJET})
    creer_biblio_lab(jeu.ecoles["college_vendome"], **depuis | {"annee": creer_annee(ANNEE - 1)})
    comptes = [
        b
        for b in BiblioLab.objects.order_by("pk")
        if b.annee == jeu.annee and b.etat == "experimente" and b.depuis <= JOUR
    ]
    assert chiffre("biblio_labs", jeu.contexte()).valeur == len(comptes) == 1
    assert chiffre("biblio_labs", jeu.contexte(), cio=jeu.blois).valeur == 1
    assert chiffre("biblio_labs", jeu.contexte(), cio=jeu.vendome).valeur == 0


# --- I14, I15 -----------------------------------------------------------------------------------------


def relever(cio, nombre, *, unite=Unite.ENTRETIENS, ecole=None, mois=OCTOBRE, audience=""):
    return ReleveActivite.objects.create(
        cio=cio,
        etablissement=ecole,
        mois=mois,
        mission=creer_mission("T2" if ecole else "T1", lieu="eple" if ecole else "cio"),
        unite=unite,
        audience=audience,
        nombre=nombre,
    )


def test_les_entretiens_sont_ceux_qu_on_recompte(jeu):
    for cio, nombre in ((jeu.blois, 12), (jeu.antenne, 8), (jeu.vendome, 30)):
        relever(cio, nombre)
    relever(jeu.vendome, 15, mois=dt.date(2024, 1, 1))
    relever(jeu.vendome, 99, mois=dt.date(2023, 8, 1))
    relever(jeu.vendome, 70, ecole=jeu.ecoles["lycee_vendome"])
    somme = sum(
        r.nombre
        for r in ReleveActivite.objects.order_by("pk")
        if r.unite == "entretiens" and r.etablissement_id is None
        if jeu.annee.debut <= r.mois <= jeu.annee.fin
    )
    assert chiffre("entretiens_au_cio", jeu.contexte()).valeur == somme == 65
    assert chiffre("entretiens_au_cio", jeu.contexte(), cio=jeu.blois).valeur == 20, "antenne comprise"


def test_un_nombre_de_un_a_quatre_ne_se_lit_ni_ne_se_deduit(jeu):
    """Three at Blois, seven at the antenne, thirty at Vendôme: the activity page masks the first two; shown
    together, ten at Blois would give nothing away, but the three could be the seven of the page.
    """
    for cio, nombre in ((jeu.blois, 3), (jeu.antenne, 7), (jeu.vendome, 30)):
        relever(cio, nombre)
    assert chiffre("entretiens_au_cio", jeu.contexte()).valeur == 40
    resultat = chiffre("entretiens_au_cio", jeu.contexte(), cio=jeu.blois)
    assert (resultat.valeur, resultat.numerateur) == (None, None)
    assert resultat.motif == "non publié : un nombre de 1 à 4 pourrait s’en déduire"


def test_ce_que_personne_n_a_compte_n_est_pas_zero(jeu):
    relever(jeu.blois, 0)
    relever(jeu.vendome, 6, unite=Unite.SEANCES)
    assert chiffre("entretiens_au_cio", jeu.contexte(), cio=jeu.blois).valeur == 0
    resultat = chiffre("entretiens_au_cio", jeu.contexte(), cio=jeu.vendome)
    assert resultat.motif.startswith("non calculable : aucun relevé d’activité")
    assert chiffre("formations_donnees", jeu.contexte()).valeur is None


def test_les_formations_du_cio_et_des_ecoles_s_ajoutent(jeu):
    pp, cpe = Audience.PROFESSEURS_PRINCIPAUX, Audience.CPE
    relever(jeu.blois, 6, unite=Unite.FORMATIONS, audience=pp)
    relever(jeu.blois, 9, unite=Unite.FORMATIONS, audience=cpe, ecole=jeu.ecoles["lycee_blois"])
    relever(jeu.vendome, 5, unite=Unite.FORMATIONS, audience=pp, ecole=jeu.ecoles["lycee_vendome"])
    assert chiffre("formations_donnees", jeu.contexte()).valeur == 20
    assert chiffre("formations_donnees", jeu.contexte(), cio=jeu.blois).valeur == 15
    assert chiffre("formations_donnees", jeu.contexte(), cio=jeu.vendome).valeur == 5


def test_les_releves_ne_se_lisent_qu_au_cio(jeu):
    relever(jeu.blois, 12)
    relever(jeu.vendome, 30)

    def lire(perimetre):
        tout = chiffre("entretiens_au_cio", jeu.contexte())
        return calcul_de("entretiens_au_cio").lignes(jeu.contexte(), perimetre, tout)

    assert [ligne[-1] for ligne in lire(creer_perimetre(Role.DCIO, jeu.blois)).lignes] == [12]
    ien = lire(creer_perimetre(Role.IEN_IO))
    assert ien.colonnes[:2] == ("CIO", "Valeur")
    assert not lire(creer_perimetre(Role.CHARGE_MISSION_REGION)).lignes


# --- The library --------------------------------------------------------------------------------------


def test_chaque_definition_de_la_bibliotheque_descend_au_niveau_de_son_calcul(jeu):
    for ligne in bibliotheque_des_indicateurs()["indicateurs"]:
        if ligne["source"] == "calcule":
            plus_fin = max((r.niveau for r in mesurer(ligne["calcul"], jeu.contexte())), key=lambda n: n.rang)
            assert Niveau(ligne["niveau"]) == plus_fin, ligne["code"]
