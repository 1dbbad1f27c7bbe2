"""The library of indicators, put among the definitions of a département: whole, once, by whom it is due."""

import re

import pytest
from django.core.exceptions import PermissionDenied

from comptes.enums import Role
from evaluation.enums import SOURCES_CALCULEES
from evaluation.models import Indicateur
from evaluation.selectors.calcul import calcul_de
from evaluation.services.bibliotheque import bibliotheque_des_indicateurs, charger_indicateurs
from evaluation.services.criteres import bibliotheque_des_criteres, charger_criteres
from reseaux.perimetre import Perimetre
from socle.models import EntreeJournal
from tests.evaluation.factories_calculs import calculs_du_service
from tests.reseaux.factories import creer_departement, creer_perimetre

pytestmark = pytest.mark.django_db
LIGNES = bibliotheque_des_indicateurs()["indicateurs"]
SYSTEME = Perimetre.systeme()


def charger(perimetre=SYSTEME, departement=None):
    return charger_indicateurs(perimetre=perimetre, departement=departement or creer_departement())


def test_la_bibliotheque_se_charge_une_fois_et_s_inscrit_au_journal():
    assert charger() == len(LIGNES)
    assert charger() == 0
    assert Indicateur.objects.count() == len(LIGNES)
    (entree,) = EntreeJournal.objects.filter(action="evaluation.indicateurs.charges")
    assert entree.apres == {"indicateurs": len(LIGNES)}
    assert entree.departement_id == creer_departement().pk


def test_ce_que_le_departement_a_change_ou_retire_n_est_pas_repris():
    charger()
    Indicateur.objects.filter(code="I1").update(libelle="À notre façon", cible=90)
    Indicateur.objects.filter(code="I2").delete()
    assert charger() == 1
    assert Indicateur.objects.get(code="I1").libelle == "À notre façon"
    assert Indicateur.objects.get(code="I2").rang == len(LIGNES) + 1


def test_chaque_departement_a_les_siens():
    assert charger() == charger(departement=creer_departement("018")) == len(LIGNES)


@pytest.mark.parametrize("role", Role)
def test_seuls_ceux_qui_tiennent_les_definitions_les_chargent(role):
    perimetre = creer_perimetre(role)
    if role in (Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.SG):
        assert charger(perimetre) == len(LIGNES)
        with pytest.raises(PermissionDenied):
            charger(perimetre, creer_departement("018"))
    else:
        with pytest.raises(PermissionDenied):
            charger(perimetre)
        assert not Indicateur.objects.exists()


def test_les_vingt_cinq_indicateurs_y_sont_chacun_avec_sa_definition():
    numeros = {int(re.match(r"I(\d+)", ligne["code"])[1]) for ligne in LIGNES}
    assert numeros == set(range(1, 26))
    for ligne in LIGNES:
        assert all(ligne[champ] for champ in ("libelle", "numerateur", "unite", "sens", "periode", "role"))


def test_chaque_calcul_de_l_application_a_sa_definition_et_l_inverse():
    cites = {ligne["calcul"] for ligne in LIGNES if ligne["source"] in SOURCES_CALCULEES}
    assert cites == {calcul.code for calcul in calculs_du_service()}
    assert all(calcul_de(code) for code in cites)


@pytest.mark.parametrize("ligne", [x for x in LIGNES if x["code"][:3] in ("I19", "I20", "I21")])
def test_ce_que_l_experimentation_n_explique_pas_seule_le_dit(ligne):
    assert ligne["mise_en_garde"].startswith("Non imputable à la seule expérimentation")
    assert ligne["source"] == "importe"


def test_chaque_indicateur_se_range_sous_un_critere_de_la_bibliotheque():
    charger()
    charger_criteres(perimetre=SYSTEME, departement=creer_departement())
    assert not Indicateur.objects.filter(critere=None).exists()
    ranges = [c for ligne in bibliotheque_des_criteres()["criteres"] for c in ligne["indicateurs"]]
    assert sorted(ranges) == sorted(ligne["code"] for ligne in LIGNES)
