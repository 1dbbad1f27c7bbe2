"""A large reading, row by row, without holding it in memory."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

_LIGNES_A_LA_FOIS = 2_000


def au_fil(lignes: QuerySet[Any, tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The rows of a `values_list`, as the server finds them.

    The cursor that `iterator` opens on PostgreSQL forbids a parallel plan and waits for each batch to be
    asked for; here the server goes on while we write. Until the last row, nothing else may be asked of the
    connection: it would wait for ever. The proxy keeps what a slow reader has not taken yet (32 MB), or else
    `statement_timeout` would cut the file.
    """
    if connection.vendor != "postgresql":
        yield from lignes.iterator(_LIGNES_A_LA_FOIS)
        return
    try:
        ordre, valeurs = lignes.query.sql_with_params()
    except EmptyResultSet:
        return
    with connection.cursor() as curseur, connection.wrap_database_errors:
        yield from curseur.stream(ordre, valeurs, size=_LIGNES_A_LA_FOIS)
