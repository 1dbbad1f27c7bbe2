"""What stops a request without being a fault of it: the same one, a little later, would pass."""

import errno
import sqlite3

from django.db import InterfaceError, OperationalError

#: The disk, or the share of it that the service may fill.
DISQUE_PLEIN = {errno.ENOSPC, errno.EDQUOT}


def est_passagere(erreur: BaseException | None) -> bool:
    """The base away, starting, stopping or at its limits, a lock held too long, a disk without room: it, or
    what it comes from, since a library may give its own name to a full disk.
    """
    while erreur is not None:
        if _est_de_la_machine(erreur):
            return True
        erreur = erreur.__cause__ or (None if erreur.__suppress_context__ else erreur.__context__)
    return False


def _est_de_la_machine(erreur: BaseException) -> bool:
    if isinstance(erreur, OperationalError | InterfaceError):
        # SQLite calls « operational » a table that does not exist too.
        return getattr(erreur.__cause__, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR
    return isinstance(erreur, OSError) and erreur.errno in DISQUE_PLEIN
