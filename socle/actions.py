"""Sentences shown for the action codes of the journal; each app declares its own in `apps.ready()`."""

from collections.abc import Collection, Mapping
from typing import Any

_ACTIONS: dict[str, str] = {}
_RESERVEES: set[str] = set()
_CHAMPS: dict[str, str] = {}
_VALEURS: dict[str, Mapping[Any, str]] = {}


def declarer_actions(actions: dict[str, str], *, reservees: Collection[str] = ()) -> None:
    """Adds `{"psyen.repartition.proposee": "Répartition proposée"}` to what the journal can say.

    `reservees`: acts told on the page of their object only, to those who work on it: a draft is not read
    from above.
    """
    _ACTIONS.update(actions)
    _RESERVEES.update(reservees)


def declarer_champs(champs: dict[str, str], valeurs: Mapping[str, Mapping[Any, str]] | None = None) -> None:
    """Names what an act keeps before and after, where it is no field of its object: `{"tete": "tête"}`;
    `valeurs` gives the words of its codes.
    """
    _CHAMPS.update(champs)
    _VALEURS.update(valeurs or {})


def libelle_champ(cle: str) -> str:
    return _CHAMPS.get(cle, "")


def libelles_valeurs(cle: str) -> Mapping[Any, str]:
    return _VALEURS.get(cle, {})


def actions_reservees() -> set[str]:
    return set(_RESERVEES)


def libelle_action(code: str) -> str:
    """The sentence of a code, or the code itself for an action whose app is gone."""
    return _ACTIONS.get(code, code)


def actions_connues() -> dict[str, str]:
    return dict(_ACTIONS)
