"""Pupils of a year, or of the last one known before it."""

import pytest

from reseaux.selectors.indicateurs import effectifs_connus
from tests.reseaux import factories as f

pytestmark = pytest.mark.django_db


def test_l_effectif_de_l_annee_sinon_le_dernier_connu():
    a_jour, ancien, inconnu, futur = (f.creer_etablissement() for _ in range(4))
    f.creer_effectif(a_jour, 500)
    f.creer_effectif(a_jour, 480, f.annee_precedente())
    f.creer_effectif(ancien, 300, f.annee_precedente())
    f.creer_effectif(ancien, 290, f.creer_annee(2015))
    f.creer_effectif(futur, 999, f.annee_suivante())
    connus = effectifs_connus(
        etablissements=[e.pk for e in (a_jour, ancien, inconnu, futur)], annee=f.creer_annee()
    )
    assert set(connus) == {a_jour.pk, ancien.pk}
    assert (connus[a_jour.pk].nombre, connus[a_jour.pk].est_ancien) == (500, False)
    assert (connus[ancien.pk].nombre, connus[ancien.pk].est_ancien) == (300, True)
    assert connus[ancien.pk].annee == f.annee_precedente().code


@pytest.mark.parametrize("nombre", [1, 3])
def test_une_seule_requete(nombre, django_assert_num_queries):
    ecoles = [f.creer_etablissement() for _ in range(nombre)]
    for ecole in ecoles:
        f.creer_effectif(ecole, 100)
    annee = f.creer_annee()
    with django_assert_num_queries(1):
        assert len(effectifs_connus(etablissements=[e.pk for e in ecoles], annee=annee)) == nombre
