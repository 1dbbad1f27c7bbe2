"""Outside the CIO no number from 1 to 4 is read nor worked out, even by who knows the rules of masking."""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from missions.enums import SEUIL_DE_MASQUAGE
from missions.selectors.activite_masquage import MASQUE, MOINS, est_petit, masquer_colonne, masquer_suite


def publier(*axes: tuple[int, ...]) -> tuple[Any, ...]:
    """Everything that is shown of a column, along every axis."""
    total, montres, _ = masquer_colonne({str(rang): axe for rang, axe in enumerate(axes)})
    return total, *(tuple(montre) for montre in montres.values())


def devinettes(publications: dict[Any, list[tuple[int, ...]]]) -> list[tuple[Any, Any]]:
    """The small numbers that only one value explains, all tables with the same publication compared."""
    return [
        (publie, tables[0])
        for publie, tables in publications.items()
        for valeurs in zip(*tables, strict=True)
        if len(set(valeurs)) == 1 and est_petit(valeurs[0])
    ]


@pytest.mark.parametrize(("cases", "plafond"), [(1, 14), (2, 14), (3, 12), (4, 9)])
def test_toute_petite_table_garde_son_secret(cases, plafond):
    """Every column up to that size: what is shown never has one explanation, to whoever knows the program."""
    publications = defaultdict(list)
    for table in itertools.product(range(plafond + 1), repeat=cases):
        publications[publier(table)].append(table)
    # Where the largest number itself is in play, larger tables would explain the same publication.
    pleines = {p: t for p, t in publications.items() if not any(plafond in table for table in t)}
    assert not devinettes(pleines)


def test_deux_axes_ne_se_trahissent_pas():
    """By month and by mission, the same total: every pair of small columns."""
    publications = defaultdict(list)
    suites = list(itertools.product(range(9), repeat=2))
    par_somme = defaultdict(list)
    for suite in suites:
        par_somme[sum(suite)].append(suite)
    for un, autre in ((a, b) for memes in par_somme.values() for a in memes for b in memes):
        publications[publier(un, autre)].append((*un, *autre))
    pleines = {p: t for p, t in publications.items() if not any(8 in table for table in t)}
    assert not devinettes(pleines)


def test_les_ecoles_ne_trahissent_pas_leur_cio_ni_lui_ses_ecoles():
    """Two CIO of two schools, and the same total by month."""
    publications = defaultdict(list)
    for ecoles in itertools.product(range(8), repeat=4):
        cios = (sum(ecoles[:2]), sum(ecoles[2:]))
        total, montres, par_ecole = masquer_colonne({"cio": cios}, {0: ecoles[:2], 1: ecoles[2:]}, "cio")
        cle = (total, tuple(montres["cio"]), *(tuple(par_ecole[rang]) for rang in (0, 1)))
        publications[cle].append((*cios, *ecoles))
    pleines = {p: t for p, t in publications.items() if not any(7 in table for table in t)}
    assert not devinettes(pleines)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12))
def test_rien_de_petit_n_est_montre(valeurs):
    montrees = masquer_suite(valeurs)
    for valeur, montree in zip(valeurs, montrees or [], strict=bool(montrees)):
        assert montree in {valeur, MASQUE} if not est_petit(valeur) else montree == MOINS
    if montrees:
        masquees = [v for v, m in zip(valeurs, montrees, strict=True) if m != v]
        assert len(masquees) != 1


def test_ce_qui_ne_se_devine_pas_se_lit():
    assert masquer_suite([12, 0, 40]) == [12, 0, 40]
    assert masquer_suite([2, 3, 40]) == [MOINS, MOINS, 40]
    assert masquer_suite([12, 3, 40]) == [12, MOINS, MASQUE]
    # 5 + 1 = 6 has one explanation, even with the neighbour masked.
    assert masquer_suite([1, SEUIL_DE_MASQUAGE, 40]) is None
    assert publier((3, 0)) == (MOINS, (MASQUE, MASQUE))
