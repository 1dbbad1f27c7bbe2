"""Two first sign-ins of one person at the same time: one link, and nobody is turned away."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet

from comptes.models import IdentiteExterne, Utilisateur
from comptes.services.identite import Identite, reconnaitre
from tests.comptes.factories import creer_compte

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ANA = Identite("https://fournisseur.example", "sub-ana", "ana@ac-essai.fr", courriel_verifie=True)


def deux_a_la_fois(monkeypatch) -> list[Utilisateur | Exception]:
    """Each waits, about to write the link, for the other to be there too."""
    creer_compte("ana@ac-essai.fr")
    rendez_vous, creer = threading.Barrier(2), QuerySet.create

    def creer_ensemble(self, **champs):
        if self.model is IdentiteExterne:
            with suppress(threading.BrokenBarrierError):
                rendez_vous.wait(timeout=1)
        return creer(self, **champs)

    monkeypatch.setattr(QuerySet, "create", creer_ensemble)

    def entrer(_rang: int) -> Utilisateur | Exception:
        try:
            return reconnaitre(ANA)
        except IntegrityError as refus:
            return refus
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as fils:
        return list(fils.map(entrer, range(2)))


def test_deux_premieres_connexions_a_la_fois_relient_une_fois(monkeypatch):
    issues = deux_a_la_fois(monkeypatch)
    assert [str(issue) for issue in issues] == [str(Utilisateur.objects.get())] * 2
    assert IdentiteExterne.objects.count() == 1


def test_sans_le_verrou_l_une_echouerait(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *_, **__: self.all())
    issues = deux_a_la_fois(monkeypatch)
    assert [type(issue) for issue in issues if isinstance(issue, Exception)] == [IntegrityError]
