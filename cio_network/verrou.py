"""One process at a time on the data folder of the embedded mode."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError


@contextmanager
def verrou_des_donnees() -> Iterator[None]:
    """A base is neither erased nor replaced under a running service."""
    chemin = Path(settings.DOSSIER_VARIABLE) / "verrou"
    chemin.parent.mkdir(parents=True, exist_ok=True)
    with chemin.open("w") as fichier:
        try:
            fcntl.flock(fichier, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(
                "L’application tourne déjà avec ces données : arrêtez-la d’abord (Ctrl+C dans son terminal)."
            ) from None
        yield
