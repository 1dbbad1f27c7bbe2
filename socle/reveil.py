"""Waking up the worker after a commit. A lost hint costs a minute: the tick of beat sweeps the tables."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from celery import current_app
from django.db import connection, transaction
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)

# After a failure, pages stop trying for this long: a frozen Redis costs two seconds once, not at each click.
REPOS_EN_SECONDES = 30.0


@dataclass
class _Disjoncteur:
    ferme_jusqu_a: float = 0.0

    def est_ouvert(self) -> bool:
        return time.monotonic() >= self.ferme_jusqu_a

    def declencher(self) -> None:
        self.ferme_jusqu_a = time.monotonic() + REPOS_EN_SECONDES


disjoncteur = _Disjoncteur()


@dataclass(frozen=True)
class _Appel:
    """One hint to the worker; two equal hints in one transaction count for one."""

    tache: str
    arguments: tuple[int, ...] = field(default=())

    def __post_init__(self) -> None:
        # Django names a failing callback by it in the log of `robust`.
        object.__setattr__(self, "__qualname__", f"réveil de {self.tache}")

    def __call__(self) -> None:
        deja_dits = _serie.get()
        if deja_dits is None:
            self.dire()
        elif self not in deja_dits:
            deja_dits.append(self)
            self.dire()

    def dire(self) -> None:
        if not disjoncteur.est_ouvert():
            return
        try:
            current_app.signature(self.tache, args=self.arguments).delay()
        except (KombuError, OSError) as erreur:
            disjoncteur.declencher()
            logger.warning("Réveil de %s impossible, le balayage s’en chargera : %s", self.tache, erreur)


#: The hints already given in the series of transactions under way.
_serie: ContextVar[list[_Appel] | None] = ContextVar("serie", default=None)


@contextmanager
def en_serie() -> Iterator[None]:
    """Around many small transactions: equal hints are given at the first and at the end, not at each.

    Ten thousand reminders would otherwise wake ten thousand senders, all but one to find nothing.
    """
    dits: list[_Appel] = []
    jeton = _serie.set(dits)
    try:
        yield
    finally:
        _serie.reset(jeton)
        for appel in dits:
            appel.dire()


def reveiller_apres_commit(tache: str, *arguments: int) -> None:
    """Asks for a task once the transaction stands; whatever the broker does, the page answers."""
    appel = _Appel(tache, arguments)
    if all(rappel[1] != appel for rappel in connection.run_on_commit):
        transaction.on_commit(appel, robust=True)
