"""Fields of the équipe de direction: members of today, history by date."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from comptes.enums import Role
from missions.models import ChampIntervention
from missions.selectors.champs import lire_champs
from missions.services.champs import definir_champ
from tests.planning.factories import creer_groupe
from tests.reseaux.factories import creer_departement, creer_perimetre, creer_utilisateur

pytestmark = pytest.mark.django_db


def dans(jours):
    return timezone.localdate() + dt.timedelta(days=jours)


@pytest.fixture
def direction():
    """IEN-IO, adjoint, DCIO by their roles."""
    creer_groupe()
    return {role: creer_perimetre(role) for role in (Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.DCIO)}


def definir(direction, role, texte, debut=0):
    return definir_champ(
        perimetre=direction[Role.IEN_IO],
        departement=creer_departement(),
        membre=direction[role].utilisateur,
        texte=texte,
        debut=dans(debut),
    )


def test_les_membres_sont_ceux_du_jour_avec_leur_fonction(direction):
    creer_perimetre(Role.SG)
    lus = {lu.membre: lu.fonction for lu in lire_champs(creer_departement())}
    assert lus == {
        direction[Role.IEN_IO].utilisateur: "IEN-IO",
        direction[Role.ADJOINT_IEN_IO].utilisateur: "Adjoint à l’IEN-IO",
        direction[Role.DCIO].utilisateur: "DCIO, CIO de Blois",
    }


def test_l_historique_suit_les_dates(direction):
    membre = direction[Role.DCIO].utilisateur
    ChampIntervention.objects.create(
        departement=creer_departement(), membre=membre, texte="Ancien", debut=dans(-200)
    )
    definir(direction, Role.DCIO, "Actuel")
    definir(direction, Role.DCIO, "Prochain", 30)
    lu = next(lu for lu in lire_champs(creer_departement()) if lu.membre == membre)
    assert lu.champ.texte == "Actuel"
    assert [champ.texte for champ in lu.precedents] == ["Ancien"]
    assert [champ.texte for champ in lu.suivants] == ["Prochain"]
    assert definir(direction, Role.DCIO, "Actuel, corrigé").pk == lu.champ.pk


def test_ce_qui_est_refuse(direction):
    with pytest.raises(ValidationError, match="commence aujourd’hui"):
        definir(direction, Role.DCIO, "Hier", -1)
    with pytest.raises(ValidationError, match="texte"):
        definir(direction, Role.DCIO, " ")
    arguments = {"departement": creer_departement(), "texte": "Non", "debut": dans(0)}
    with pytest.raises(ValidationError, match="n’est pas membre"):
        definir_champ(perimetre=direction[Role.IEN_IO], membre=creer_utilisateur(), **arguments)
    with pytest.raises(PermissionDenied):
        definir_champ(perimetre=direction[Role.DCIO], membre=direction[Role.DCIO].utilisateur, **arguments)


def test_trois_requetes_quel_que_soit_le_nombre(direction, django_assert_num_queries):
    departement = creer_departement()
    with django_assert_num_queries(3):
        lire_champs(departement)
