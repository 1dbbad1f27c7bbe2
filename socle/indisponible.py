"""What stops a request without being a fault of it: the same one, a little later, would pass."""

import errno
import sqlite3

from django.db import InterfaceError, OperationalError

#: The disk, or the share of it that the service may fill.
DISQUE_PLEIN = {errno.ENOSPC, errno.EDQUOT}


def est_passagere(erreur: BaseException | None) -> bool:
    """The base away, starting, stopping or at its limits, a lock held too long, a disk without room."""
    if isinstance(erreur, OperationalError | InterfaceError):
        # SQLite calls « operational » a table that does not exist too.
        return getattr(erreur.__cause__, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR
    return isinstance(erreur, OSError) and erreur.errno in DISQUE_PLEIN
