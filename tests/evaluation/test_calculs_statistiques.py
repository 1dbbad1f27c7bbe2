"""Centiles, Gini, median: against other formulas than those of the service."""

import statistics
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.selectors.statistiques import arrondir, centile, gini, mediane

VALEURS = st.lists(st.decimals(0, 1000, places=2), min_size=2, max_size=40)


@given(VALEURS)
def test_les_deciles_sont_ceux_de_la_bibliotheque_standard(valeurs):
    attendus = statistics.quantiles(valeurs, n=10, method="inclusive")
    trouves = [centile(valeurs, Decimal(rang) / 10) for rang in range(1, 10)]
    assert trouves == pytest.approx(attendus, abs=Decimal("1e-9"))


@given(VALEURS)
def test_la_mediane_est_celle_de_la_bibliotheque_standard(valeurs):
    assert mediane(valeurs) == statistics.median(valeurs)


def test_un_centile_d_une_seule_valeur_est_cette_valeur():
    assert centile([Decimal(7)], Decimal("0.9")) == 7


def _gini_par_les_ecarts(valeurs):
    """Half the relative mean difference, over every pair."""
    somme = sum(valeurs)
    ecarts = sum(abs(a - b) for a, b in product(valeurs, repeat=2))
    return ecarts / (2 * len(valeurs) * somme) if somme else None


@given(VALEURS)
def test_le_gini_est_la_moitie_de_l_ecart_moyen_relatif(valeurs):
    attendu = _gini_par_les_ecarts(valeurs)
    if attendu is None:
        assert gini(valeurs) is None
    else:
        assert gini(valeurs) == pytest.approx(attendu, abs=Decimal("1e-9"))
        assert 0 <= gini(valeurs) < 1


@given(VALEURS, st.integers(2, 9))
def test_le_gini_ne_depend_ni_de_l_ordre_ni_de_l_unite(valeurs, fois):
    indice = gini(valeurs)
    if indice is not None:
        assert gini([v * fois for v in reversed(valeurs)]) == pytest.approx(indice, abs=Decimal("1e-9"))


def test_le_gini_est_nul_quand_tous_ont_autant_et_indefini_quand_personne_n_a_rien():
    assert gini([Decimal(3)] * 6) == 0
    assert gini([Decimal(0)] * 6) is None
    assert gini([Decimal(0)] * 9 + [Decimal(5)]) == Decimal("0.9")


def test_l_arrondi_est_celui_de_la_base():
    assert arrondir(Decimal("1.00005")) == Decimal("1.0001")
    assert arrondir(Decimal(1) / 3) == Decimal("0.3333")
