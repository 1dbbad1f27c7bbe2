"""Adding what is none of their business changes no byte of what they read (reliability row 3).

A count, a total, a choice, a rank, a page number would betray what a list does not show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client

from comptes.enums import Role
from tests.acces.monde import acteur, creer_monde
from tests.lecture import texte_du_contenu
from tests.reseaux.factories import connecter, creer_academie, creer_departement
from tests.robustesse.conftest import ROLES
from tests.robustesse.hostile import part, tour
from tests.robustesse.lieux import NOMS, adresses

pytestmark = [pytest.mark.django_db, pytest.mark.hostile]

#: The outbox of an instance is the ADMIN's whole, the mail of others in it; the secret of a second factor is
#: drawn anew at each request.
EXCEPTIONS = {"socle:courriels", "comptes:second_facteur_activer"}
PAGES = [nom for nom in part(NOMS, "métamorphose") if nom not in EXCEPTIONS]
#: Drawn anew at each request.
JETON = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


@pytest.fixture(scope="module")
def etats(django_db_setup, django_db_blocker) -> Iterator[tuple[dict, dict]]:
    """What each role reads at each address, before and after a whole foreign académie comes in."""
    with django_db_blocker.unblock(), transaction.atomic():
        propre = creer_monde("Blois", departement=creer_departement())
        lieux = adresses(propre)
        clients = {role: connecter(Client(), acteur(propre, role)) for role in ROLES}
        chemins = [
            (nom, adresse, role)
            for nom in PAGES
            for adresse in tour(lieux[nom], 2, nom)
            for role in tour(ROLES, 3, nom)
        ]
        avant = _lire(clients, chemins)
        bretagne = creer_academie("14", "Rennes")
        etranger = creer_monde("Rennes", departement=creer_departement("035", academie=bretagne))
        for role in Role:
            acteur(etranger, role)
        yield avant, _lire(clients, chemins)
        transaction.set_rollback(True)


def _lire(clients, chemins) -> dict:
    """(name, address, role) → status and text."""
    lus = {}
    for nom, adresse, role in chemins:
        with transaction.atomic():
            reponse = clients[role].get(adresse)
            texte = JETON.sub("", texte_du_contenu(reponse.getvalue()))
            lus[nom, adresse, role] = reponse.status_code, texte
            transaction.set_rollback(True)
    return lus


@pytest.mark.parametrize("nom", PAGES)
def test_ce_qui_est_etranger_ne_change_rien(nom: str, etats):
    avant, apres = etats
    changes = {
        (adresse, role): _difference(avant[lu, adresse, role], apres[lu, adresse, role])
        for lu, adresse, role in avant
        if lu == nom and avant[lu, adresse, role] != apres[lu, adresse, role]
    }
    assert changes == {}


def _difference(avant: tuple[int, str], apres: tuple[int, str]) -> list[str]:
    """The first lines that differ, for whoever has to mend."""
    couples = zip(avant[1].splitlines(), apres[1].splitlines(), strict=False)
    return [f"{a.strip()[:160]} → {b.strip()[:160]}" for a, b in couples if a != b][:3]
