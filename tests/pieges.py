"""Traps laid under the whole suite: what works by luck must fail here.

Laid once by conftest.py; each one says what it forbids and why.
"""

import random
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.core.management.commands.flush import Command as Flush
from django.db import connection
from django.db.models import QuerySet
from django.test import Client

ECRITURE = re.compile(r'^\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+"?(\w+)', re.IGNORECASE)
# The session and the sign-in attempts are the only memory that a reading may leave; and, on the pages about
# one person, the line of the day that tells this person who opened them (`socle.consultations`).
TABLES_LIBRES = re.compile(r"^(comptes_session|axes_\w+|socle_consultation)$")
# OpenID Connect comes back by GET; what it carries serves once, to the browser that asked.
RETOUR_DU_FOURNISSEUR = "/connexion/fournisseur/retour/"

hasard = random.Random()


# --- A list without order comes back in any order -------------------------------------------------
@contextmanager
def listes_sans_ordre_melangees() -> Iterator[None]:
    """PostgreSQL promises no order without ORDER BY; SQLite hides the mistake."""
    _fetch_all, iterator = QuerySet._fetch_all, QuerySet.iterator

    def fetch_all_melange(self: QuerySet[Any]) -> None:
        a_lire = self._result_cache is None
        _fetch_all(self)
        if a_lire and not self.ordered:
            hasard.shuffle(self._result_cache)

    def iterator_melange(self: QuerySet[Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
        if self.ordered:
            return iterator(self, *args, **kwargs)
        lignes = list(iterator(self, *args, **kwargs))
        hasard.shuffle(lignes)
        return iter(lignes)

    with (
        patch.object(QuerySet, "_fetch_all", fetch_all_melange),
        patch.object(QuerySet, "iterator", iterator_melange),
    ):
        yield


# --- No test talks to the outside -----------------------------------------------------------------
@contextmanager
def reseau_exterieur_coupe() -> Iterator[None]:
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def _refuser(prise: socket.socket, adresse: Any) -> None:
        if prise.family != socket.AF_UNIX and not str(adresse[0]).startswith(("127.", "::1", "localhost")):
            raise AssertionError(f"Un essai a voulu joindre l’extérieur : {adresse}")

    def connect_local(self: socket.socket, adresse: Any) -> None:
        _refuser(self, adresse)
        connect(self, adresse)

    def connect_ex_local(self: socket.socket, adresse: Any) -> int:
        _refuser(self, adresse)
        return connect_ex(self, adresse)

    with (
        patch.object(socket.socket, "connect", connect_local),
        patch.object(socket.socket, "connect_ex", connect_ex_local),
    ):
        yield


# --- GET never writes -----------------------------------------------------------------------------
@contextmanager
def lectures_sans_ecriture() -> Iterator[None]:
    """A page that writes when it is read breaks on prefetch, on reload and on a read-only base."""
    request = Client.request

    def request_sans_ecriture(self: Client, **requete: Any) -> Any:
        lecture = requete.get("REQUEST_METHOD", "GET") in ("GET", "HEAD")
        if not lecture or requete.get("PATH_INFO") == RETOUR_DU_FOURNISSEUR:
            return request(self, **requete)
        ecritures: list[str] = []

        def noter(execute: Callable[..., Any], sql: str, params: Any, many: bool, contexte: Any) -> Any:
            trouve = ECRITURE.match(sql)
            if trouve and not TABLES_LIBRES.match(trouve[1]):
                ecritures.append(sql)
            return execute(sql, params, many, contexte)

        with connection.execute_wrapper(noter):
            reponse = request(self, **requete)
        assert not ecritures, f"GET {requete.get('PATH_INFO')} a écrit : {ecritures}"
        return reponse

    with patch.object(Client, "request", request_sans_ecriture):
        yield


# --- The append-only triggers do not stop the cleaning between transactional tests -----------------
@contextmanager
def nettoyage_malgre_les_declencheurs() -> Iterator[None]:
    """`flush` empties the journal too: it is the only one allowed to, and only here."""
    handle = Flush.handle

    def handle_sans_declencheur(self: Flush, **options: Any) -> None:
        with declencheurs_endormis():
            handle(self, **options)

    with patch.object(Flush, "handle", handle_sans_declencheur):
        yield


@contextmanager
def declencheurs_endormis() -> Iterator[None]:
    with connection.cursor() as curseur:
        if connection.vendor == "postgresql":
            curseur.execute("SET session_replication_role = replica")
            declencheurs = []
        else:
            curseur.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            declencheurs = curseur.fetchall()
            for nom, _sql in declencheurs:
                curseur.execute(f'DROP TRIGGER "{nom}"')
    try:
        yield
    finally:
        with connection.cursor() as curseur:
            if connection.vendor == "postgresql":
                curseur.execute("SET session_replication_role = DEFAULT")
            for _nom, sql in declencheurs:
                curseur.execute(sql)
