"""A visitor who tries anything: each request starts from the same database and leaves nothing behind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client

from tests.pieges import ECRITURE, TABLES_LIBRES


@dataclass
class Visite:
    """What a request answered, and what it wrote that would have stayed."""

    statut: int
    contenu: str
    entetes: Any
    lus: set[str]
    empreinte: str | None
    faute: str = ""

    def a_ecrit(self, depart: str) -> bool:
        return self.empreinte is not None and self.empreinte != depart


@dataclass
class Visiteur:
    client: Client
    temoins: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client.raise_request_exception = False
        self.temoins = {nom: cookie.value for nom, cookie in self.client.cookies.items()}

    def demander(self, methode: str, adresse: str, donnees: Any = None, **options: Any) -> Visite:
        """Plays one request, then puts the database and the cookies back as they were."""
        fautes: list[str] = []

        def noter(sender: Any, **_: Any) -> None:
            import sys  # noqa: PLC0415 - only for the message of a failure

            fautes.append(repr(sys.exc_info()[1])[:300])

        got_request_exception.connect(noter, weak=False)
        try:
            with noms_lus() as lus, ecritures() as sql, transaction.atomic():
                reponse = getattr(self.client, methode)(adresse, donnees, **options)
                contenu = reponse.getvalue().decode(errors="replace")
                empreinte = empreinte_de_la_base() if sql and not connection.needs_rollback else None
                transaction.set_rollback(True)
        finally:
            got_request_exception.disconnect(noter)
            self._reprendre_les_temoins()
        return Visite(reponse.status_code, contenu, reponse.headers, lus, empreinte, " ".join(fautes))

    def _reprendre_les_temoins(self) -> None:
        self.client.cookies.clear()
        self.client.cookies.load(self.temoins)


@contextmanager
def noms_lus() -> Iterator[set[str]]:
    """Names of parameters that the view reads, in the address and in the form."""
    lus: set[str] = set()

    class QueryDictEcoute(QueryDict):
        def get(self, key: str, default: Any = None) -> Any:
            lus.add(key)
            return super().get(key, default)

        def getlist(self, key: str, default: Any = None) -> Any:
            lus.add(key)
            return super().getlist(key, default)

        def __contains__(self, key: object) -> bool:
            lus.add(str(key))
            return super().__contains__(key)

    with (
        patch("django.core.handlers.wsgi.QueryDict", QueryDictEcoute),
        patch("django.http.request.QueryDict", QueryDictEcoute),
        # Forms come as multipart: their parser takes the class from the package.
        patch("django.http.QueryDict", QueryDictEcoute),
    ):
        yield lus


@contextmanager
def ecritures() -> Iterator[list[str]]:
    vues: list[str] = []

    def noter(execute: Any, sql: str, params: Any, many: bool, contexte: Any) -> Any:
        trouve = ECRITURE.match(sql)
        if trouve and not TABLES_LIBRES.match(trouve[1]):
            vues.append(sql)
        return execute(sql, params, many, contexte)

    with connection.execute_wrapper(noter):
        yield vues


def empreinte_de_la_base() -> str:
    """A print of every row, sessions and sign-in attempts aside."""
    condense = hashlib.sha256()
    with connection.cursor() as curseur:
        for table in sorted(connection.introspection.table_names(curseur)):
            if TABLES_LIBRES.match(table):
                continue
            curseur.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            condense.update(repr((table, [[_plat(v) for v in ligne] for ligne in curseur])).encode())
    return condense.hexdigest()


def _plat(valeur: Any) -> Any:
    return bytes(valeur) if isinstance(valeur, memoryview) else valeur
