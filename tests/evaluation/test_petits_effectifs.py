"""No figure of one to four persons, alone or by difference: every combination of what is published."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.enums import PERSONNES_AU_MOINS, Niveau
from evaluation.selectors.calcul import Resultat, taire
from evaluation.selectors.petits_effectifs import places_a_taire


def groupes_deductibles(parties, montrees, total_montre):
    """Sizes of every group whose figure an adversary obtains: sums and differences of published figures
    that are, in the end, the figure of some set of CIO.
    """
    publies = [tuple(int(rang == i) for i in range(len(parties))) for rang in montrees]
    if total_montre:
        publies.append((1,) * len(parties))
    for coefficients in product((-1, 0, 1), repeat=len(publies)):
        somme = [0] * len(parties)
        for coefficient, vecteur in zip(coefficients, publies, strict=True):
            somme = [a + coefficient * b for a, b in zip(somme, vecteur, strict=True)]
        if set(somme) <= {0, 1}:
            yield sum(taille for taille, present in zip(parties, somme, strict=True) if present)


def verifier(parties):
    total = sum(parties)
    tues = places_a_taire(total, parties)
    montrees = [rang for rang in range(len(parties)) if rang not in tues]
    tailles = set(groupes_deductibles(parties, montrees, total >= PERSONNES_AU_MOINS))
    assert not tailles & set(range(1, PERSONNES_AU_MOINS)), (parties, tues)
    return tues


@pytest.mark.parametrize(
    ("nombre", "tailles"), [(1, range(10)), (2, range(12)), (3, range(8)), (4, (0, 1, 4, 5, 9))]
)
def test_aucune_soustraction_ne_donne_un_groupe_de_une_a_quatre_personnes(nombre, tailles):
    for parties in product(tailles, repeat=nombre):
        verifier(parties)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6))
def test_aucune_soustraction_non_plus_pour_de_plus_grands_departements(parties):
    verifier(parties)


def test_sans_la_seconde_suppression_la_difference_trahirait():
    """The proof that the exhaustive test can fail."""
    parties = (12, 3, 7)
    assert 3 in set(groupes_deductibles(parties, [0, 2], total_montre=True))
    assert places_a_taire(sum(parties), parties) == {1, 2}


def test_on_ne_tait_que_ce_qu_il_faut():
    assert places_a_taire(30, [10, 12, 8]) == frozenset()
    assert places_a_taire(20, [10, 3, 2, 5]) == {1, 2}, "trois et deux se protègent l’un l’autre"
    assert places_a_taire(17, [10, 0, 7]) == frozenset(), "un CIO sans personne ne trahit personne"
    assert places_a_taire(4, [2, 2]) == {0, 1}


def test_quelqu_un_hors_de_tout_cio_est_protege_aussi():
    assert places_a_taire(21, [10, 9]) == {1}


def test_quelqu_un_compte_dans_deux_cio_ne_fait_pas_croire_a_un_reste():
    """Nine persons, one of them in the two: what is left may be three, not the four that a sum would say."""
    assert places_a_taire(9, [6, 4]) == {0, 1}


def _resultat(niveau, personnes, **territoire):
    return Resultat(niveau, "ici", valeur=50, numerateur=1, denominateur=2, personnes=personnes, **territoire)


def test_ce_qui_est_tu_ne_laisse_ni_valeur_ni_numerateur_ni_nombre_de_personnes():
    resultats = taire(
        [
            _resultat(Niveau.DEPARTEMENT, 22),
            _resultat(Niveau.CIO, 12, cio=1),
            _resultat(Niveau.CIO, 3, cio=2),
            _resultat(Niveau.CIO, 7, cio=3),
        ]
    )
    assert [r.valeur for r in resultats] == [50, 50, None, None]
    for tu in resultats[2:]:
        assert (tu.numerateur, tu.denominateur, tu.personnes) == (None, None, None)
        assert tu.motif.startswith("non publié : ")


def test_un_chiffre_sur_des_personnes_s_arrete_au_cio():
    """A person may have several réseaux: their figures overlap, and would be subtracted."""
    fins = [_resultat(Niveau.RESEAU, 20, cio=1, reseau=1), _resultat(Niveau.ETABLISSEMENT, 20)]
    assert [r.valeur for r in taire([_resultat(Niveau.DEPARTEMENT, 40), *fins])] == [50, None, None]


def test_un_chiffre_sur_des_lieux_n_est_jamais_tu():
    lieux = [Resultat(Niveau.DEPARTEMENT, "ici", valeur=1), Resultat(Niveau.CIO, "là", valeur=1, cio=1)]
    assert taire(lieux) == lieux


def test_un_departement_de_moins_de_cinq_personnes_n_est_pas_publie():
    (tu,) = taire([_resultat(Niveau.DEPARTEMENT, 4)])
    assert tu.valeur is None
