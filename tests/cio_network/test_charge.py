"""The load test finds what it is there to find: a write lost or doubled, a memory that grows, an answer."""

import sys

import pytest

from tests.depot import RACINE

sys.path.insert(0, str(RACINE / "deploy" / "banc"))

from formulaires import FormulaireAbsentError, lire_formulaire
from verdict import Ecriture, Lecture, centile, derive, verifier

GRILLE = ("grille", "12")


def grilles(*marques, certaine=True):
    return [Ecriture(*GRILLE, marque, certaine) for marque in marques]


def verdict(ecritures, nombre, derniere, *, avant=4):
    return verifier(ecritures, {GRILLE: Lecture(avant, "4")}, {GRILLE: Lecture(avant + nombre, derniere)})


def test_des_ecritures_toutes_en_base():
    assert verdict(grilles("3", "4", "3"), 3, "3") == ([], [])


def test_une_ecriture_perdue():
    (perdue,) = verdict(grilles("3", "4", "3"), 2, "4").perdues
    assert "3 écrites, 2 en base" in perdue


def test_la_derniere_ecriture_ecrasee():
    (perdue,) = verdict(grilles("3", "4"), 2, "3").perdues
    assert "« 4 » attendu, « 3 » en base" in perdue


def test_une_ecriture_doublee():
    (doublee,) = verdict(grilles("3"), 2, "3").doublees
    assert "1 écrites, 2 en base" in doublee


def test_un_objet_disparu():
    ecriture = Ecriture("concertation", "Charge 1-1", "Charge 1-1")
    assert verifier([ecriture], {}, {}).perdues
    assert verifier([ecriture], {}, {ecriture[:2]: Lecture(1, "Charge 1-1")}) == ([], [])


@pytest.mark.parametrize("nombre", [1, 2])
def test_une_ecriture_sans_reponse_est_en_base_ou_non(nombre):
    """Cut short after the first: nobody was told that the second was done."""
    ecritures = [*grilles("3"), *grilles("4", certaine=False)]
    assert verdict(ecritures, nombre, "4" if nombre == 2 else "3") == ([], [])
    assert verdict(ecritures, 3, "4").doublees


def test_une_memoire_qui_grandit():
    assert derive([80, 100, 110, 110, 110, 110, 110, 110, 110]) == 0
    fuite = derive([100 + 2 * rang for rang in range(60)])
    assert fuite > 0.2
    assert derive([100, 101]) == 0


def test_le_centile_d_une_page_peu_demandee_est_sa_plus_longue():
    assert centile([5, 1, 3], 0.99) == 5
    assert centile(range(100), 0.5) == 50


PAGE = """
<form method="get" action="/recherche/"><input name="q" value="non"></form>
<form method="post" action="/grille/?lecture=reseaux" novalidate>
  <input type="hidden" name="csrfmiddlewaretoken" value="jeton">
  <input name="i-1" value="4"><input name="vide"><input name="fige" value="1" disabled>
  <input type="checkbox" name="objectifs" value="1" checked><input type="checkbox" name="objectifs" value="2">
  <input type="checkbox" name="objectifs" value="3" checked>
  <select name="r-1"><option value="7">A</option><option value="8" selected>B</option></select>
  <select name="r-2"><option value="">Choisir</option><option value="8">B</option></select>
  <textarea name="texte">
L&rsquo;avis &amp; la suite</textarea>
  <button type="submit" name="suite" value="proposer">Proposer</button>
</form>
"""


def test_un_formulaire_est_lu_comme_par_un_navigateur():
    assert lire_formulaire(PAGE, "/grille/") == {
        "csrfmiddlewaretoken": ["jeton"],
        "i-1": ["4"],
        "vide": [""],
        "objectifs": ["1", "3"],
        "r-1": ["8"],
        "r-2": [""],
        "texte": ["L’avis & la suite"],
    }
    with pytest.raises(FormulaireAbsentError):
        lire_formulaire(PAGE, "/ailleurs/")
