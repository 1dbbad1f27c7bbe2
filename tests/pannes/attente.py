"""Waiting for what another process does."""

import time
from collections.abc import Callable


def attendre(condition: Callable[[], bool], quoi: str, *, delai: float = 30.0) -> None:
    """Fails, and says what never came; the clock of the tests may be elsewhere, this one is monotonic."""
    limite = time.monotonic() + delai
    while not condition():
        if time.monotonic() > limite:
            raise AssertionError(f"Attendu en vain pendant {delai:.0f} s : {quoi}")
        time.sleep(0.02)
