"""Agents at work together while something breaks, and what they saw."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle

from tests.chaos.agents import Dcio, Fait, Ien, Refus
from tests.chaos.registre import Registre
from tests.pannes.attente import attendre
from tests.production.pile import Reponse

#: Seconds before one tries again, as a person would, a little quicker.
REPIT = 0.1


class Charge:
    """One thread per agent; an exception in one of them is that of the test (pytest)."""

    def __init__(self, agents: Sequence[Dcio | Ien], registre: Registre) -> None:
        self.registre = registre
        self.statuts: Counter[int] = Counter()
        #: Every answer that was neither the form nor the acknowledgement.
        self.refus: list[Reponse] = []
        self._fini = threading.Event()
        self._fils = [threading.Thread(target=self._travailler, args=(agent,)) for agent in agents]

    def _travailler(self, agent: Dcio | Ien) -> None:
        for geste in cycle(agent.gestes):
            if self._fini.is_set():
                return
            try:
                fait = geste()
            except Refus as refus:
                self._refuse(refus.reponse)
            else:
                self._repondu(fait)

    def _repondu(self, fait: Fait) -> None:
        if fait.acquitte:
            self.registre.acquitter(fait.genre, fait.marque)
            self.statuts[302] += 1
        else:
            self._refuse(fait.reponse)

    def _refuse(self, reponse: Reponse) -> None:
        self.statuts[reponse.statut] += 1
        self.refus.append(reponse)
        time.sleep(REPIT)

    def attendre_des_acquits(self, nombre: int) -> None:
        """That many more gestures acknowledged."""
        voulu = self.registre.nombre + nombre
        attendre(lambda: self.registre.nombre >= voulu, f"{nombre} gestes acquittés", delai=60)

    def attendre_un_refus(self) -> None:
        deja = len(self.refus)
        attendre(lambda: len(self.refus) > deja, "un geste refusé pendant la panne", delai=60)

    def _cesser(self) -> None:
        self._fini.set()
        for fil in self._fils:
            fil.join(timeout=90)

    @contextmanager
    def en_cours(self) -> Iterator[Charge]:
        for fil in self._fils:
            fil.start()
        try:
            yield self
        finally:
            self._cesser()


def verifier_les_refus(refus: Sequence[Reponse]) -> None:
    """Each is our page, in French, that says to come back; none tells what broke."""
    assert {reponse.statut for reponse in refus} <= {503}
    for reponse in refus:
        assert "Service momentanément indisponible" in reponse.texte
        assert int(reponse.entetes["Retry-After"]) > 0
        assert [mot for mot in ("Traceback", "SELECT", "psycopg", "socket") if mot in reponse.texte] == []
