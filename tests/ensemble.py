"""Gestures that meet in the database: one still uncommitted, the others started beside it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tests.pannes.attente import attendre
from tests.pannes.barrages import connexion_a_part

#: Sessions of this database that wait for a lock.
ATTENDENT = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


class Fil:
    """A gesture in its thread and its session; `issue` is « fait », or the name of what stopped it, `dit` its
    words; `rendu` is what the gesture gave back, or the error itself.
    """

    def __init__(self, geste: Callable[[], object]) -> None:
        self._geste, self.issue, self.dit = geste, "", ""
        self.rendu: object = None
        self._fil = threading.Thread(target=self._executer)

    def _executer(self) -> None:
        try:
            self.rendu, self.issue = self._geste(), "fait"
        except Exception as erreur:
            self.rendu, self.issue, self.dit = erreur, type(erreur).__name__, str(erreur)
        finally:
            connection.close()

    def partir(self, deja: int = 0) -> None:
        """Returns once it is done, or waits for a lock beside the `deja` others who already did."""
        with connexion_a_part() as temoin:
            self._fil.start()
            attendre(
                lambda: bool(self.issue) or temoin.execute(ATTENDENT).fetchone()[0] > deja, "fini ou bloqué"
            )

    def finir(self) -> None:
        self._fil.join(30)


@contextmanager
def pendant(premier: Callable[[], object], *autres: Callable[[], object]) -> Iterator[list[Fil]]:
    """Does the first without committing it, starts the others one by one, gives the hand, commits.

    The outcomes are those of the threads, once out of the block.
    """
    fils = [Fil(geste) for geste in autres]
    with transaction.atomic():
        premier()
        for rang, fil in enumerate(fils):
            fil.partir(rang)
        yield fils
    for fil in fils:
        fil.finir()
