"""I24 participation, I23 and I25 means: those of the closed survey of the year, and nothing it hides."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptes.enums import Role
from evaluation.enums import Niveau
from evaluation.models import Reponse
from evaluation.selectors.calcul import Contexte, calcul_de
from tests.evaluation.factories_calculs import chiffre, mesurer
from tests.evaluation.factories_enquetes import creer_close, creer_ouverte, creer_psyens
from tests.reseaux.factories import annee_suivante, creer_annee, creer_cio, creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db
CODES = ("enquete_participation", "enquete_satisfaction", "enquete_qui_decide")


def contexte(jour: dt.date | None = None, annee=None) -> Contexte:
    return Contexte(creer_departement(), annee or creer_annee(), jour or timezone.localdate())


@pytest.mark.parametrize("code", CODES)
def test_sans_enquete_close_dans_l_annee_le_chiffre_le_dit(code):
    creer_cio()
    assert {r.valeur for r in mesurer(code, contexte())} == {None}
    assert chiffre(code, contexte()).motif.startswith("non calculable : aucune enquête")
    creer_ouverte()
    assert chiffre(code, contexte()).valeur is None, "une enquête ouverte ne donne aucun chiffre"


def test_la_participation_est_celle_qu_on_recompte():
    enquete = creer_close(psyens=12, reponses=9)
    invites = enquete.invitations.count()
    repondants = Reponse.objects.filter(question__dimension="satisfaction").count()
    resultat = chiffre("enquete_participation", contexte())
    assert (resultat.numerateur, resultat.denominateur) == (repondants, invites) == (9, 12)
    assert resultat.valeur == 75
    assert resultat.personnes == 9


@pytest.mark.parametrize("dimension", ["satisfaction", "qui_decide"])
def test_la_moyenne_est_celle_des_reponses(dimension):
    creer_close(psyens=30, reponses=27)
    valeurs = list(
        Reponse.objects.filter(question__dimension=dimension).order_by("id").values_list("valeur", flat=True)
    )
    resultat = chiffre(f"enquete_{dimension}", contexte())
    assert resultat.denominateur == resultat.personnes == len(valeurs) == 27
    assert float(resultat.valeur) == pytest.approx(sum(valeurs) / len(valeurs), abs=0.0501)
    assert resultat.numerateur is None


def test_une_dimension_que_l_enquete_ne_mesure_pas_n_est_pas_calculable():
    creer_close()
    motif = chiffre("enquete_equipement", contexte()).motif
    assert motif == "non calculable : aucune enquête close dans l’année ne mesure cette dimension"


def test_moins_de_cinq_reponses_ne_sont_pas_publiees():
    creer_close(psyens=8, reponses=4)
    for code in CODES:
        resultat = chiffre(code, contexte())
        assert (resultat.valeur, resultat.personnes) == (None, None)
        assert resultat.motif == "non publié : moins de 5 réponses"


def test_un_cio_que_l_enquete_cache_reste_cache():
    """Three invited at Vendôme: gathered with Blois, neither stands alone."""
    creer_psyens(3, creer_cio("Vendôme"))
    creer_close(psyens=20, reponses=20)
    for code in CODES:
        cios = [r for r in mesurer(code, contexte()) if r.niveau == Niveau.CIO]
        assert len(cios) == 2
        assert {(r.valeur, r.numerateur, r.personnes) for r in cios} == {(None, None, None)}
        assert {r.motif for r in cios} == {"non publié : moins de 5 réponses, ou CIO regroupé avec un autre"}
    assert chiffre("enquete_participation", contexte()).valeur == 100


def test_deux_cio_assez_grands_sont_lus_chacun():
    vendome = creer_cio("Vendôme")
    creer_psyens(14, vendome)
    creer_close(psyens=30, reponses=30)
    blois = chiffre("enquete_participation", contexte(), cio=creer_cio())
    assert (blois.numerateur, blois.denominateur, blois.valeur) == (16, 16, 100)
    assert chiffre("enquete_participation", contexte(), cio=vendome).denominateur == 14


def test_l_enquete_d_une_autre_annee_ou_d_apres_le_jour_ne_compte_pas():
    creer_close()
    hier = timezone.localdate() - dt.timedelta(days=1)
    assert chiffre("enquete_participation", contexte(jour=hier)).valeur is None
    suivante = annee_suivante()
    assert chiffre("enquete_participation", contexte(jour=suivante.debut, annee=suivante)).valeur is None


def test_la_derniere_enquete_close_est_celle_qui_compte():
    creer_close("Premier passage", psyens=10, reponses=5)
    creer_close("Second passage", psyens=10, reponses=10)
    assert chiffre("enquete_participation", contexte()).valeur == Decimal(100)


def test_les_requetes_ne_suivent_ni_les_questions_ni_les_enquetes():
    def compter():
        lu = contexte()
        with CaptureQueriesContext(connection) as requetes:
            for code in CODES:
                calcul_de(code).mesurer(lu)
        return len(requetes)

    creer_close("Premier passage")
    peu = compter()
    creer_close("Second passage")
    assert compter() == peu == 4


def test_les_lignes_sont_les_enquetes_jamais_les_reponses():
    enquete = creer_close()
    lignes = calcul_de("enquete_satisfaction").lignes(
        contexte(), creer_perimetre(Role.IEN_IO), chiffre("enquete_satisfaction", contexte())
    )
    assert lignes.lignes == [(enquete.titre, enquete.close_le, 6)]
    region = creer_perimetre(Role.CHARGE_MISSION_REGION)
    assert (
        not calcul_de("enquete_satisfaction")
        .lignes(contexte(), region, chiffre("enquete_satisfaction", contexte()))
        .lignes
    )


def test_chaque_dimension_a_sa_definition():
    charge = calcul_de("enquete_charge").methode
    assert "« Charge de travail »" in charge
    assert "plus c’est élevé, moins c’est bon" in charge
    assert "moins c’est bon" not in calcul_de("enquete_sens").methode
