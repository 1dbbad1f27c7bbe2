"""Sentences shown for the action codes of the journal; each app declares its own in `apps.ready()`."""

_ACTIONS: dict[str, str] = {}


def declarer_actions(actions: dict[str, str]) -> None:
    """Adds `{"psyen.repartition.proposee": "Répartition proposée"}` to what the journal can say."""
    _ACTIONS.update(actions)


def libelle_action(code: str) -> str:
    """The sentence of a code, or the code itself for an action whose app is gone."""
    return _ACTIONS.get(code, code)


def actions_connues() -> dict[str, str]:
    return dict(_ACTIONS)
