"""A large reading comes row by row, and one that is given up leaves the connection as it was."""

from itertools import islice

import pytest
from django.contrib.auth.models import Group

from socle.flux import au_fil

NOMBRE = 20_000


def remplir():
    """More rows than the server may send before we ask for them."""
    Group.objects.bulk_create([Group(name=f"{rang:0150d}") for rang in range(NOMBRE)])
    return Group.objects.order_by("-name").values_list("name", "pk")


@pytest.mark.django_db
def test_toutes_les_lignes_dans_leur_ordre():
    lignes = remplir()
    assert list(au_fil(lignes)) == list(lignes)
    assert list(au_fil(lignes.filter(name__lt="0" * 149 + "2"))) == list(lignes)[-2:]


@pytest.mark.django_db
def test_rien_a_lire_ne_demande_rien(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert list(au_fil(Group.objects.order_by("pk").filter(pk__in=[]).values_list("name", "pk"))) == []


@pytest.mark.django_db(transaction=True)
def test_une_lecture_abandonnee_laisse_la_connexion_libre():
    flux = au_fil(remplir())
    assert [nom for nom, _ in islice(flux, 2)] == [f"{NOMBRE - 1:0150d}", f"{NOMBRE - 2:0150d}"]
    flux.close()
    assert Group.objects.count() == NOMBRE
