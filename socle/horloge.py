"""Beat under a clock that steps.

Celery counts from the last run of each task. Put back by two hours, the clock makes these runs of the future,
and beat would ask for nothing during two hours; put forward, everything is due, once.
"""

from typing import Any

from celery.beat import PersistentScheduler, Scheduler


class _SuitLaMachine(Scheduler):
    """A run of the future was before the clock stepped back: it is counted from now."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Seconds until the next one; the clock is looked at each time."""
        if self._reprendre():
            self._heap = None  # read again from the entries
        return super().tick(*args, **kwargs)

    def _reprendre(self) -> bool:
        avancees = [entree for entree in self.schedule.values() if entree.last_run_at > entree.default_now()]
        for entree in avancees:
            entree.last_run_at = entree.default_now()
        return bool(avancees)


class Horloge(_SuitLaMachine):
    """In the memory of one process (embedded mode)."""


class HorlogeGardee(_SuitLaMachine, PersistentScheduler):
    """The last runs outlive the process, in the file of `--schedule`."""
