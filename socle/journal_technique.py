"""The technical log: one event is one line, of JSON in production, where it says nothing of anyone.

Importable without Django: gunicorn's first process uses it before any setting is read.
"""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from socle.secrets_des_journaux import masquer
from socle.texte import sans_controle

#: Errors whose message speaks of the machine. Any other may quote a row or what someone typed: its kind and
#: the place where it happened are kept, its words are not.
DISENT_LA_MACHINE = frozenset(
    {
        "builtins.OSError",
        "django.core.exceptions.ImproperlyConfigured",
        "django.db.utils.InterfaceError",
        "django.db.utils.OperationalError",
        "kombu.exceptions.KombuError",
        "psycopg.OperationalError",
        "redis.exceptions.RedisError",
    }
)
#: Whose request is being served: the number of the account, that names nobody outside the base.
personne_servie: ContextVar[int | None] = ContextVar("personne_servie", default=None)
#: « ValueError('what was typed') » → « ValueError ».
_PAROLES = re.compile(r"\(.*\Z", re.DOTALL)


class UneLigneParEvenement(logging.Formatter):
    """Keys: date (UTC), niveau, journal, processus, message; personne, statut, trace if there are some."""

    def format(self, record: logging.LogRecord) -> str:
        evenement: dict[str, Any] = {
            "date": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "niveau": record.levelname,
            "journal": record.name,
            "processus": record.process,
            "message": _message(record),
        }
        if personne := getattr(record, "personne", None) or personne_servie.get():
            evenement["personne"] = personne
        if statut := getattr(record, "status_code", None):
            evenement["statut"] = statut
        if record.exc_info and record.exc_info[1] is not None:
            evenement["trace"] = list(_traces(record.exc_info[1], record.exc_info[2]))
        return masquer(en_une_ligne(evenement))


class UneLigneDeTexte(logging.Formatter):
    """For a terminal: one line an event, its traceback indented below; no text passes for an event."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the hook of logging
        return sans_controle(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        evenement, *trace = super().format(record).split("\n")
        return "\n".join([evenement, *(f"    {sans_controle(ligne)}" for ligne in trace)])


def en_une_ligne(evenement: Mapping[str, Any]) -> str:
    """JSON where no character can end a line, hide one or move the cursor of a terminal."""
    return sans_controle(json.dumps(evenement, ensure_ascii=False, default=str))


def paroles(erreur: BaseException) -> str:
    """The message of an error that speaks of the machine; nothing of any other."""
    lignee = {f"{classe.__module__}.{classe.__qualname__}" for classe in type(erreur).__mro__}
    return str(erreur) if lignee & DISENT_LA_MACHINE else ""


def _message(record: logging.LogRecord) -> str:
    """Celery writes in the message itself what the error said."""
    if isinstance(record.args, Mapping) and "exc" in record.args:
        genre = _PAROLES.sub("", str(record.args["exc"]))
        return str(record.msg) % {**record.args, "exc": genre, "args": "", "kwargs": "", "traceback": ""}
    return record.getMessage()


def _traces(erreur: BaseException | None, pile: TracebackType | None) -> Iterator[dict[str, Any]]:
    """An error, then what caused it."""
    while erreur is not None:
        trace: dict[str, Any] = {"genre": type(erreur).__qualname__, "pile": list(_pile(pile))}
        if dit := paroles(erreur):
            trace["message"] = dit
        yield trace
        erreur = erreur.__cause__ or (None if erreur.__suppress_context__ else erreur.__context__)
        pile = erreur.__traceback__ if erreur else None


def _pile(pile: TracebackType | None) -> Iterator[str]:
    while pile is not None:
        code = pile.tb_frame.f_code
        yield f"{code.co_filename}:{pile.tb_lineno} {code.co_name}"
        pile = pile.tb_next
