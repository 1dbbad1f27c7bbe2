"""What an action waits for: other actions of its plan, without a cycle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError

from planning.models import Action, Dependance


def remplacer_predecesseurs(action: Action, predecesseurs: Iterable[Action]) -> None:
    """The action waits for exactly these; the caller holds the plan (`verrous`): two crossed edits cannot
    close a cycle between them.

    Refused when one is of another plan, or already waits for this action, whatever the number of steps: the
    message names the path.
    """
    choisis = {autre.pk: autre for autre in predecesseurs}
    if any(autre.plan_id != action.plan_id for autre in choisis.values()):
        raise ValidationError({"predecesseurs": "Une action n’attend que des actions du même plan."})
    Dependance.objects.filter(action=action).exclude(predecesseur__in=choisis).delete()
    deja = set(Dependance.objects.filter(action=action).values_list("predecesseur", flat=True))
    attentes = _attentes(action)
    for pk in sorted(choisis.keys() - deja):
        if chemin := _chemin(pk, action.pk, attentes):
            raise ValidationError({"predecesseurs": _cercle(action, chemin)})
        Dependance.objects.create(action=action, predecesseur_id=pk)
        attentes[action.pk].add(pk)


def _attentes(action: Action) -> dict[int, set[int]]:
    """Action → those it waits for, in the whole plan."""
    lues = Dependance.objects.filter(action__plan=action.plan_id)
    attentes: dict[int, set[int]] = defaultdict(set)
    for pk, attendue in lues.order_by("pk").values_list("action", "predecesseur"):
        attentes[pk].add(attendue)
    return attentes


def _chemin(depart: int, arrivee: int, attentes: dict[int, set[int]]) -> list[int]:
    """From `depart` to `arrivee` by what each waits for; empty when there is no way."""
    vers = {depart: [depart]}
    pile = [depart]
    while pile:
        courant = pile.pop()
        if courant == arrivee:
            return vers[courant]
        for suivant in sorted(attentes.get(courant, ())):
            if suivant not in vers:
                vers[suivant] = [*vers[courant], suivant]
                pile.append(suivant)
    return []


def _cercle(action: Action, chemin: list[int]) -> str:
    numeros = dict(Action.objects.filter(pk__in=chemin).values_list("pk", "numero"))
    etapes = " → ".join(f"n° {numeros[pk]}" for pk in [action.pk, *chemin])
    return f"Ces actions s’attendraient l’une l’autre ({etapes}) : retirez l’une des dépendances."
