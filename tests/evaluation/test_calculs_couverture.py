"""I1 coverage, I2 PsyEN by réseau, I8 vacancies, I10 stability: recomputed row by row, and their limits."""

import datetime as dt
from decimal import Decimal

import pytest

from evaluation.enums import Niveau
from evaluation.selectors.calcul import Contexte
from psyen.enums import EtatRepartition
from psyen.models import Affectation
from tests.evaluation.factories_calculs import (
    ANNEE,
    JOUR,
    Semaine,
    chiffre,
    creer_jeu,
    creer_version,
    mesurer,
)
from tests.evaluation.recalcul import Tables, est_ouverte
from tests.planning.factories import creer_periode_non_ouvree
from tests.psyen.factories import creer_psyen
from tests.reseaux.factories import (
    creer_annee,
    creer_cio,
    creer_departement,
    creer_etablissement,
    creer_reseau,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def jeu():
    return creer_jeu()


# --- I1 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jour", [JOUR, dt.date(2023, 9, 15), dt.date(2023, 12, 4), dt.date(2023, 12, 3)])
def test_la_couverture_est_celle_qu_on_recompte_ligne_a_ligne(jeu, jour):
    tables = Tables(jeu.departement)
    ecoles = tables.ecoles_comptees(jour)
    couvertes = [e for e in ecoles if tables.demi_journees(e, jour)]
    resultat = chiffre("couverture", jeu.contexte(jour))
    assert (resultat.numerateur, resultat.denominateur) == (len(couvertes), len(ecoles))
    assert float(resultat.valeur) == pytest.approx(100 * len(couvertes) / len(ecoles), abs=1e-4)
    for cio in (jeu.blois, jeu.vendome):
        siennes = [e for e in ecoles if tables.cio_de(e, jour) == cio]
        resultat = chiffre("couverture", jeu.contexte(jour), cio=cio)
        assert (resultat.denominateur or 0) == len(siennes)
        assert (resultat.numerateur or 0) == len([e for e in siennes if e in couvertes])


def test_une_antenne_compte_avec_son_cio(jeu):
    cios = {r.cio for r in mesurer("couverture", jeu.contexte()) if r.niveau == Niveau.CIO}
    assert cios == {jeu.blois.pk, jeu.vendome.pk}
    reseau = chiffre("couverture", jeu.contexte(), reseau=jeu.reseaux["antenne"])
    assert (reseau.cio, reseau.valeur) == (jeu.blois.pk, 100)


def test_un_stagiaire_ne_couvre_pas(jeu):
    """Only he goes to « College Stagiaire »."""
    assert chiffre("couverture", jeu.contexte(), cio=jeu.vendome).numerateur == 2
    affectation = Affectation.objects.get(etablissement=jeu.ecoles["college_stagiaire"])
    assert affectation.service.psyen == jeu.psyens["dany"]


def test_un_etablissement_ferme_en_cours_d_annee_cesse_de_compter_ce_jour_la(jeu):
    avant, apres = dt.date(2024, 1, 7), dt.date(2024, 1, 8)
    assert chiffre("couverture", jeu.contexte(avant), cio=jeu.vendome).denominateur == 4
    assert chiffre("couverture", jeu.contexte(apres), cio=jeu.vendome).denominateur == 3


def test_sans_repartition_en_vigueur_la_couverture_n_est_pas_calculable(jeu):
    """On 15 September Vendôme has none yet, and its schools are not said to be empty."""
    resultat = chiffre("couverture", jeu.contexte(dt.date(2023, 9, 15)), cio=jeu.vendome)
    assert resultat.valeur is None
    assert resultat.motif == "non calculable : aucune répartition n’est en vigueur le 15/09/2023"


def test_une_proposition_ne_couvre_personne():
    cio, annee = creer_cio(), creer_annee(ANNEE)
    ecole = creer_etablissement(cio=cio)
    creer_reseau(cio, annee=annee, membres=[ecole])
    semaine = Semaine(creer_psyen(cio=cio), {ecole: "2"})
    creer_version(cio, [semaine], etat=EtatRepartition.PROPOSEE)
    assert chiffre("couverture", Contexte(cio.departement, annee, JOUR)).valeur is None


def test_un_eple_d_aucun_cio_compte_dans_le_departement_comme_non_couvert(jeu):
    avant = chiffre("couverture", jeu.contexte())
    creer_etablissement("Collège oublié", departement=jeu.departement)
    apres = chiffre("couverture", jeu.contexte())
    assert (apres.numerateur, apres.denominateur) == (avant.numerateur, avant.denominateur + 1)


def test_un_jour_hors_de_l_annee_n_a_aucune_repartition(jeu):
    assert chiffre("couverture", jeu.contexte(dt.date(2024, 9, 1))).valeur is None


# --- I2 -----------------------------------------------------------------------------------------------


def test_les_psyen_par_reseau_sont_ceux_qu_on_recompte(jeu):
    affectations = Tables(jeu.departement).affectations_du(JOUR)
    par_reseau = {
        nom: len({a.service.psyen_id for a in affectations if a.reseau == reseau})
        for nom, reseau in jeu.reseaux.items()
    }
    assert par_reseau == {"blois": 4, "antenne": 1, "vendome": 1}
    for nom, reseau in jeu.reseaux.items():
        assert chiffre("psyen_par_reseau", jeu.contexte(), reseau=reseau).valeur == par_reseau[nom]
    blois = chiffre("psyen_par_reseau", jeu.contexte(), cio=jeu.blois)
    assert (blois.numerateur, blois.denominateur, blois.valeur) == (5, 2, Decimal("2.5"))
    assert chiffre("psyen_par_reseau", jeu.contexte()).valeur == 2


def test_un_psyen_de_deux_reseaux_compte_dans_chacun():
    cio, annee = creer_cio(), creer_annee(ANNEE)
    ecoles = [creer_etablissement(cio=cio) for _ in range(2)]
    for ecole in ecoles:
        creer_reseau(cio, annee=annee, membres=[ecole])
    creer_version(cio, [Semaine(creer_psyen(cio=cio), dict.fromkeys(ecoles, "1"))])
    resultat = chiffre("psyen_par_reseau", Contexte(cio.departement, annee, JOUR))
    assert (resultat.numerateur, resultat.denominateur) == (2, 2)


# --- I8 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jour", [JOUR, dt.date(2023, 12, 20)])
def test_les_jours_vacants_sont_ceux_qu_on_recompte_jour_apres_jour(jeu, jour):
    academie = jeu.departement.academie
    creer_periode_non_ouvree(academie, nom="Noël", debut=dt.date(2023, 12, 23), fin=dt.date(2024, 1, 7))
    creer_periode_non_ouvree(academie, nom="Armistice", debut=dt.date(2023, 11, 13))
    tables = Tables(jeu.departement)
    attendus = {nom: tables.jours_vacants(ecole, jour) for nom, ecole in jeu.ecoles.items()}
    for nom, ecole in jeu.ecoles.items():
        if est_ouverte(ecole, jour):
            resultat = chiffre("jours_vacants", jeu.contexte(jour), ecole=ecole)
            assert resultat.valeur == attendus[nom][0], nom
    tout = chiffre("part_jours_vacants", jeu.contexte(jour))
    assert tout.numerateur == sum(vacants for vacants, _ in attendus.values())
    assert tout.denominateur == sum(observes for _, observes in attendus.values())
    assert chiffre("jours_vacants", jeu.contexte(jour)).valeur == tout.numerateur


def test_les_jours_vacants_disent_ce_qu_on_attend(jeu):
    """The collège of Blois waits for the version of December; Vendôme loses Cleo on 31 January."""
    attendu, _ = Tables(jeu.departement).jours_vacants(jeu.ecoles["college_blois"], JOUR)
    assert attendu == 66, "les jours ouvrés du 1er septembre au 3 décembre 2023"
    depart = chiffre("jours_vacants", jeu.contexte(), ecole=jeu.ecoles["lycee_vendome"])
    assert depart.valeur == 21, "les jours ouvrés de février 2024, le 29 compris"


def test_une_version_remplacee_le_jour_meme_n_a_jamais_compte(jeu):
    avant = chiffre("jours_vacants", jeu.contexte(), ecole=jeu.ecoles["college_blois"]).valeur
    creer_version(jeu.blois, [], effet=dt.date(2024, 2, 1))
    creer_version(
        jeu.blois,
        [Semaine(jeu.psyens["alix"], {jeu.ecoles["college_blois"]: "1"})],
        effet=dt.date(2024, 2, 1),
    )
    apres = chiffre("jours_vacants", jeu.contexte(), ecole=jeu.ecoles["college_blois"]).valeur
    assert apres == avant


def test_sans_repartition_de_l_annee_les_jours_vacants_ne_sont_pas_calculables():
    creer_etablissement(cio=creer_cio())
    for code in ("jours_vacants", "part_jours_vacants"):
        resultat = chiffre(code, Contexte(creer_departement(), creer_annee(ANNEE), JOUR))
        assert resultat.valeur is None
        assert resultat.motif.startswith("non calculable : aucun jour ouvré")


# --- I10 ----------------------------------------------------------------------------------------------


def annee_d_avant(jeu, semaines):
    """The year before, with the same réseau around the lycée of Blois."""
    annee = creer_annee(ANNEE - 1)
    e = jeu.ecoles
    membres = [e["college_blois"], e["college_sans_psyen"], e["college_ferme"]]
    creer_reseau(jeu.blois, annee=annee, tete=e["lycee_blois"], membres=membres)
    return creer_version(jeu.blois, semaines, annee=annee)


def test_la_stabilite_compare_la_fin_de_l_an_dernier_au_jour_observe(jeu):
    e, p = jeu.ecoles, jeu.psyens
    annee_d_avant(
        jeu,
        [
            Semaine(p["alix"], {e["lycee_blois"]: "1", e["college_ferme"]: "1"}),
            Semaine(p["bo"], {e["college_blois"]: "1", e["lycee_blois"]: "1"}),
        ],
    )
    fin = dt.date(2023, 8, 31)
    tables = Tables(jeu.departement)
    avant, maintenant = tables.affectations_du(fin), tables.affectations_du(JOUR)
    suivies, gardent = 0, 0
    for ecole in tables.ecoles_comptees(JOUR):
        anciens = {a.service.psyen_id for a in avant if a.etablissement_id == ecole.pk}
        presents = {a.service.psyen_id for a in maintenant if a.etablissement_id == ecole.pk}
        suivies += bool(anciens)
        gardent += bool(anciens & presents)
    assert (gardent, suivies) == (1, 2), "le lycée garde Alix, le collège a perdu Bo, un autre a fermé"
    resultat = chiffre("stabilite", jeu.contexte())
    assert (resultat.numerateur, resultat.denominateur, resultat.valeur) == (1, 2, 50)


def test_un_stagiaire_de_l_an_dernier_ne_fait_pas_la_stabilite(jeu):
    annee_d_avant(jeu, [Semaine(jeu.psyens["dany"], {jeu.ecoles["lycee_blois"]: "1"})])
    assert chiffre("stabilite", jeu.contexte()).valeur is None


def test_sans_annee_precedente_la_stabilite_n_est_pas_calculable(jeu):
    resultat = chiffre("stabilite", jeu.contexte())
    assert resultat.motif == (
        "non calculable : aucun PsyEN n’y venait à la fin de l’année scolaire précédente"
    )
