"""One scene for a whole module: three worlds and the five roles that the adversary plays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client

from comptes.enums import Role
from reseaux.perimetre import Perimetre
from socle.models import Notification, TravailDeFond
from tests.acces.monde import Monde, acteur, creer_mondes
from tests.reseaux.factories import connecter
from tests.robustesse.lieux import adresses
from tests.robustesse.visite import Visiteur, empreinte_de_la_base

ROLES = (Role.ADMIN, Role.DASEN, Role.DCIO, Role.PSYEN, Role.CHEF_ETABLISSEMENT)


@dataclass
class Scene:
    propre: Monde
    voisin: Monde
    etranger: Monde
    acteurs: dict[Role, Perimetre]
    visiteurs: dict[Role, Visiteur]
    lieux: dict[str, list[str]]
    depart: str

    def adresses(self, nom: str) -> list[str]:
        return self.lieux[nom]

    @staticmethod
    def est_personnelle(nom: str) -> bool:
        """Signing out, by hand or by a new password, answers to nobody in particular any more."""
        return nom not in {"comptes:deconnexion", "comptes:deconnecter_partout"}


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker) -> Iterator[Scene]:
    """Built once, taken down at the end of the module: what a test changes is undone by the test."""
    with django_db_blocker.unblock(), transaction.atomic():
        propre, voisin, etranger = creer_mondes()
        acteurs = {role: acteur(propre, role) for role in ROLES}
        visiteurs = {}
        for role, perimetre in acteurs.items():
            Notification.objects.create(utilisateur_id=perimetre.utilisateur_id, texte="À lire", url="/")
            TravailDeFond.objects.create(
                genre="essai",
                titre="Essai",
                proprietaire_id=perimetre.utilisateur_id,
                habilitation_id=perimetre.habilitation_id,
            )
            visiteurs[role] = Visiteur(connecter(Client(), perimetre))
        lieux = adresses(propre)  # makes what the addresses name, before the database is weighed
        yield Scene(propre, voisin, etranger, acteurs, visiteurs, lieux, empreinte_de_la_base())
        transaction.set_rollback(True)
