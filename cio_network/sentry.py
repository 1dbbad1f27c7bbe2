"""Errors reported to a collector that speaks Sentry's protocol, when a DSN says which; nothing otherwise.

What leaves is what the technical log says, the kind of an error and its place: never a value, a form, a
header or a person.
"""

from importlib import import_module
from typing import Any

from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured

#: All that an event keeps; the rest is dropped, whatever a next version of the library adds.
GARDES = (
    "event_id",
    "timestamp",
    "platform",
    "level",
    "logger",
    "release",
    "environment",
    "exception",
    "sdk",
)


def brancher(reglages: LazySettings) -> None:
    """Called once by each process that serves; without `SENTRY_DSN` the library is not even imported."""
    if not reglages.SENTRY_DSN:
        return
    try:
        sentry_sdk = import_module("sentry_sdk")
    except ImportError:
        raise ImproperlyConfigured(
            "SENTRY_DSN est renseigné, mais sentry-sdk n’est pas installé : voir requirements-options.lock."
        ) from None
    sentry_sdk.init(
        dsn=reglages.SENTRY_DSN,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        before_send=epurer,
    )


def epurer(evenement: dict[str, Any], _indices: dict[str, Any]) -> dict[str, Any]:
    """The event without what could name someone."""
    garde = {cle: evenement[cle] for cle in GARDES if cle in evenement}
    for erreur in garde.get("exception", {}).get("values", ()):
        erreur["value"] = ""  # the technical log says it, when it speaks of the machine
        erreur.pop("mechanism", None)
    return garde
