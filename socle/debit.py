"""How many documents a person may ask for in a short while: each takes a processor for seconds (ASVS 2.4.1).

Counted in the memory of each process, for a reading writes nothing: with several, a person may have as many
times more. What a worker or a command makes is nobody's, and free.
"""

from collections import deque
from contextvars import ContextVar
from math import ceil
from threading import Lock
from time import monotonic

from django.conf import settings

from socle.journal_technique import personne_servie

FENETRE = 600.0  # seconds
#: The request being served has been counted: all its documents are one demand.
demande_comptee: ContextVar[bool] = ContextVar("demande_comptee", default=False)
_demandes: dict[int, deque[float]] = {}
_verrou = Lock()


class TropDeDocuments(Exception):
    """The page says when to ask again, in `attente` seconds."""

    def __init__(self, attente: int) -> None:
        super().__init__(f"{attente} s")
        self.attente = attente


def compter_la_demande() -> None:
    """Before a PDF or a spreadsheet is made: `TropDeDocuments` beyond the setting, one at least."""
    personne = personne_servie.get()
    if personne is None or demande_comptee.get():
        return
    maintenant = monotonic()
    with _verrou:
        recentes = _demandes.setdefault(personne, deque())
        while recentes and recentes[0] <= maintenant - FENETRE:
            recentes.popleft()
        if recentes and len(recentes) >= settings.DOCUMENTS_PAR_DIX_MINUTES:
            raise TropDeDocuments(ceil(recentes[0] + FENETRE - maintenant))
        recentes.append(maintenant)
    demande_comptee.set(True)
