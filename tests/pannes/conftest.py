"""Fixtures of the breakdowns: one workshop per session of tests, the clock of a Tuesday morning."""

from collections.abc import Iterator

import pytest

from socle import reveil
from tests.pannes.ateliers import Atelier
from tests.pannes.horloge import voyage
from tests.pannes.puits import PuitsDesPannes


@pytest.fixture(autouse=True)
def _mardi_matin() -> Iterator[None]:
    with voyage():
        yield


@pytest.fixture(scope="session")
def _atelier(django_db_setup, tmp_path_factory) -> Iterator[Atelier]:
    """Its workers hold the test database: they go before it does."""
    atelier = Atelier(tmp_path_factory.mktemp("atelier"))
    try:
        yield atelier
    finally:
        atelier.fermer()


@pytest.fixture
def atelier(transactional_db, _atelier) -> Iterator[Atelier]:
    _atelier.calmer()
    yield _atelier
    _atelier.calmer()


@pytest.fixture
def puits(_atelier) -> Iterator[PuitsDesPannes]:
    boite = PuitsDesPannes(_atelier.port_du_puits)
    boite.ouvrir()
    try:
        yield boite
    finally:
        boite.fermer()


@pytest.fixture
def sans_reveil(monkeypatch) -> None:
    """What this process writes wakes nobody: the hint is lost, or the broker is away."""
    monkeypatch.setattr(reveil, "disjoncteur", reveil._Disjoncteur(ferme_jusqu_a=float("inf")))


@pytest.fixture
def vers_le_puits(settings, puits) -> PuitsDesPannes:
    """This process sends there too."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = puits.port
    settings.EMAIL_TIMEOUT = 1
    return puits
