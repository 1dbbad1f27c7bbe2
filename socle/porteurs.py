"""What may hold documents, and who reads or writes them: said by the apps above in their `apps.ready()`.

No model is imported here: `socle.models` reads this register.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

#: (perimeter, object) -> yes or no.
Predicat = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Porteur:
    """The rule of one model; `page` is the address of the object, where one goes back to.

    `au_titre_de` says under what one writes besides one's habilitation (« par délégation de… »), or nothing.
    """

    lire: Predicat
    ecrire: Predicat
    page: Callable[[Any], str] | None = None
    au_titre_de: Callable[[Any, Any], str] | None = None


_PORTEURS: dict[type[Model], Porteur] = {}


def declarer_porteur(
    modele: type[Model],
    *,
    lire: Predicat,
    ecrire: Predicat,
    page: Callable[[Any], str] | None = None,
    au_titre_de: Callable[[Any, Any], str] | None = None,
) -> None:
    """Objects of that model hold documents; its manager must have `.dans_perimetre(perimetre)`."""
    _PORTEURS[modele] = Porteur(lire, ecrire, page, au_titre_de)


def porteurs() -> dict[type[Model], Porteur]:
    return dict(_PORTEURS)


def porteur_de(objet: Model) -> Porteur | None:
    """None when nothing was declared: then nobody reads nor writes."""
    return _PORTEURS.get(type(objet))
