"""One service for all the faults of a session: what one of them broke, the next would tell."""

from collections.abc import Iterator

import pytest

from tests.chaos.banc import Banc, banc_ouvert
from tests.chaos.registre import Registre


@pytest.fixture(scope="session")
def _banc() -> Iterator[Banc]:
    with banc_ouvert() as ouvert:
        yield ouvert


@pytest.fixture
def registre(tmp_path) -> Iterator[Registre]:
    tenu = Registre(tmp_path / "registre.jsonl")
    yield tenu
    tenu.fermer()


@pytest.fixture
def banc(_banc) -> Banc:
    """At work again, whatever the test before did to it."""
    _banc.attendre_le_retour()
    return _banc
