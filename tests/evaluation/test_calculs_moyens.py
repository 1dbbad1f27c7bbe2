"""I3 hours for 100 pupils, plain and weighted; I4 spread: recomputed from the raw rows, and their limits."""

import statistics

import pytest

from evaluation.selectors.calcul import Contexte, calcul_de
from reseaux.models import Effectif
from tests.evaluation.factories_calculs import ANNEE, JOUR, Semaine, chiffre, creer_jeu, creer_version
from tests.evaluation.recalcul import Tables
from tests.psyen.factories import creer_psyen
from tests.reseaux.factories import creer_annee, creer_cio, creer_effectif, creer_etablissement, creer_reseau

pytestmark = pytest.mark.django_db


@pytest.fixture
def jeu():
    return creer_jeu()


def dotees(tables, jour=JOUR):
    """School → (hours, pupils), of those whose pupils are known."""
    return {
        ecole: (float(tables.demi_journees(ecole, jour)) * 2.7, tables.eleves(ecole, jour))
        for ecole in tables.ecoles_comptees(jour)
        if tables.eleves(ecole, jour)
    }


def test_les_heures_pour_cent_eleves_sont_celles_qu_on_recompte(jeu):
    tables = Tables(jeu.departement)
    lues = dotees(tables)
    heures, eleves = (sum(colonne) for colonne in zip(*lues.values(), strict=True))
    resultat = chiffre("heures_eleves", jeu.contexte())
    assert float(resultat.numerateur) == pytest.approx(heures)
    assert resultat.denominateur == eleves
    assert float(resultat.valeur) == pytest.approx(100 * heures / eleves, abs=1e-4)
    for ecole, (siennes, nombre) in lues.items():
        resultat = chiffre("heures_eleves", jeu.contexte(), ecole=ecole)
        assert float(resultat.valeur) == pytest.approx(100 * siennes / nombre, abs=1e-4)
    for cio in (jeu.blois, jeu.vendome):
        siennes = [paire for ecole, paire in lues.items() if tables.cio_de(ecole, JOUR) == cio]
        attendu = 100 * sum(h for h, _ in siennes) / sum(n for _, n in siennes)
        resultat = chiffre("heures_eleves", jeu.contexte(), cio=cio)
        assert float(resultat.valeur) == pytest.approx(attendu, abs=1e-4)


def test_les_eleves_ponderes_sont_ceux_qu_on_recompte(jeu):
    tables = Tables(jeu.departement)
    lues = dotees(tables)
    ponderes = sum(tables.ponderes(ecole, JOUR) for ecole in lues)
    resultat = chiffre("heures_eleves_ponderes", jeu.contexte())
    assert float(resultat.denominateur) == pytest.approx(ponderes)
    assert ponderes > sum(eleves for _, eleves in lues.values()), "des établissements pèsent plus"
    rep_plus_et_segpa = chiffre("heures_eleves_ponderes", jeu.contexte(), ecole=jeu.ecoles["college_blois"])
    assert rep_plus_et_segpa.denominateur == 750, "500 élèves × (1 + 0,4 + 0,1)"


def test_les_poids_se_reglent_et_se_disent(jeu, settings):
    settings.POIDS_ELEVES = {"REP": 0, "REP+": 1, "ULIS": 0, "SEGPA": 0}
    resultat = chiffre("heures_eleves_ponderes", jeu.contexte(), ecole=jeu.ecoles["college_blois"])
    assert resultat.denominateur == 1000
    assert calcul_de("heures_eleves_ponderes").methode.endswith("REP 0, REP+ 1, ULIS 0, SEGPA 0.")


def test_un_effectif_inconnu_ou_nul_ne_compte_ni_en_haut_ni_en_bas(jeu):
    """Vendôme gives one half-day to a collège of which nobody said the pupils."""
    sans = chiffre("heures_eleves", jeu.contexte(), ecole=jeu.ecoles["college_vendome"])
    assert sans.motif == "non calculable : aucun effectif d’élèves n’est connu"
    avant = chiffre("heures_eleves", jeu.contexte())
    Effectif.objects.create(etablissement=jeu.ecoles["college_vendome"], annee=jeu.annee, nombre=0)
    apres = chiffre("heures_eleves", jeu.contexte())
    assert (apres.numerateur, apres.denominateur) == (avant.numerateur, avant.denominateur)


def test_a_defaut_de_l_annee_l_effectif_est_le_dernier_connu(jeu):
    creer_effectif(jeu.ecoles["college_vendome"], 200, creer_annee(ANNEE - 2))
    creer_effectif(jeu.ecoles["college_vendome"], 999, creer_annee(ANNEE + 1))
    resultat = chiffre("heures_eleves", jeu.contexte(), ecole=jeu.ecoles["college_vendome"])
    assert resultat.denominateur == 200


# --- I4 -----------------------------------------------------------------------------------------------


def servir_tous(jeu):
    """One half-day in each school of Blois: no first decile at zero."""
    e = jeu.ecoles
    creer_effectif(e["college_vendome"], 320, jeu.annee)
    creer_reseau(jeu.blois, annee=jeu.annee, membres=[e["college_hors_reseau"]], nom="Sud")
    vont = {e[nom]: "1" for nom in ("college_sans_psyen", "college_hors_reseau", "lycee_blois")}
    autre = {e["college_blois"]: "2"}
    semaines = [Semaine(jeu.psyens["alix"], vont), Semaine(jeu.psyens["extra0"], autre)]
    creer_version(jeu.blois, semaines, effet=JOUR)
    creer_version(
        jeu.vendome,
        [
            Semaine(
                jeu.psyens["cleo"],
                {e[nom]: "2" for nom in ("lycee_vendome", "college_vendome", "college_stagiaire")},
            )
        ],
        effet=JOUR,
    )


def test_l_ecart_et_le_gini_sont_ceux_qu_on_recompte(jeu):
    servir_tous(jeu)
    lues = dotees(Tables(jeu.departement))
    valeurs = sorted(100 * heures / eleves for heures, eleves in lues.values())
    assert min(valeurs) > 0, "sans quoi le rapport ne se calcule pas"
    deciles = statistics.quantiles(valeurs, n=10, method="inclusive")
    ecart = chiffre("ecart_heures", jeu.contexte())
    assert float(ecart.valeur) == pytest.approx(deciles[8] / deciles[0], abs=1e-3)
    moyenne = statistics.mean(valeurs)
    ecarts = statistics.mean(abs(a - b) for a in valeurs for b in valeurs)
    gini = chiffre("gini_heures", jeu.contexte())
    assert float(gini.valeur) == pytest.approx(ecarts / (2 * moyenne), abs=1e-4)


def test_un_premier_decile_nul_ne_se_divise_pas(jeu):
    resultat = chiffre("ecart_heures", jeu.contexte())
    assert resultat.motif == ("non calculable : le premier décile est nul, des EPLE n’ont aucun PsyEN")
    assert chiffre("gini_heures", jeu.contexte()).valeur is not None


def test_moins_de_cinq_eple_n_ont_pas_d_ecart(jeu):
    for code in ("ecart_heures", "gini_heures"):
        resultat = chiffre(code, jeu.contexte(), cio=jeu.vendome)
        assert resultat.motif == "non calculable : moins de 5 EPLE dont l’effectif est connu"


def test_sans_aucun_psyen_le_gini_n_est_pas_calculable():
    cio, annee = creer_cio(), creer_annee(ANNEE)
    ecoles = [creer_etablissement(cio=cio) for _ in range(6)]
    for ecole in ecoles:
        creer_effectif(ecole, 300, annee)
    creer_reseau(cio, annee=annee, membres=ecoles)
    creer_version(cio, [Semaine(creer_psyen(cio=cio))])
    contexte = Contexte(cio.departement, annee, JOUR)
    assert chiffre("gini_heures", contexte).motif == "non calculable : aucun EPLE n’a de PsyEN"
    assert chiffre("heures_eleves", contexte).valeur == 0, "personne ne vient : c’est un vrai zéro"
