"""One clock for every process of the application, put forward and back while they run.

The database keeps the hour of its machine. What waits (timeouts, sleeps) is not moved, as when an operator
sets the date.
"""

import datetime as dt
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import time_machine

from tests.pannes.horloge import decalage

#: The file that says how many seconds the clock is ahead.
VARIABLE = "CHAOS_HEURE"
PAS = 0.1  # seconds


class Heure:
    """What the test sets; a Tuesday morning to begin with."""

    def __init__(self, fichier: Path) -> None:
        self.fichier = fichier
        self._ecrire(dt.timedelta())

    def _ecrire(self, ecart: dt.timedelta) -> None:
        provisoire = self.fichier.with_suffix(".nouveau")
        provisoire.write_text(str((decalage() + ecart).total_seconds()))
        provisoire.rename(self.fichier)
        time.sleep(3 * PAS)  # every process has looked at it

    @contextmanager
    def deplacee(self, ecart: dt.timedelta) -> Iterator[None]:
        self._ecrire(ecart)
        try:
            yield
        finally:
            self._ecrire(dt.timedelta())


def maintenant() -> dt.datetime:
    """For whoever stands before the screen: their watch does not step."""
    return dt.datetime.now(dt.UTC) + decalage()


def suivre() -> None:
    """This process, and those that it will fork."""
    fichier = Path(os.environ[VARIABLE])
    lu = fichier.read_text()
    coordonnees = time_machine.travel(dt.datetime.now(dt.UTC)).start()
    coordonnees.move_to(_voulue(lu))

    def veiller() -> None:
        dernier = lu
        while True:
            time.sleep(PAS)
            if (nouveau := fichier.read_text()) != dernier:
                coordonnees.move_to(_voulue(nouveau))
                dernier = nouveau

    def lancer() -> None:
        threading.Thread(target=veiller, daemon=True).start()

    os.register_at_fork(after_in_child=lancer)
    lancer()


def _voulue(secondes: str) -> dt.datetime:
    vraie = time_machine.escape_hatch.datetime.datetime.now(dt.UTC)
    return vraie + dt.timedelta(seconds=float(secondes))
