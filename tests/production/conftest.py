"""One composition for the session: thirty seconds of start, paid once."""

from collections.abc import Iterator

import pytest

from tests.production.pile import Pile, pile_ouverte


@pytest.fixture(scope="session")
def pile() -> Iterator[Pile]:
    with pile_ouverte() as ouverte:
        yield ouverte
