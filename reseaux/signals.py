"""What the apps above may tell on our pages: they listen in their `receivers.py`."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.dispatch import Signal

from reseaux.models import CIO
from reseaux.perimetre import Perimetre


@dataclass(frozen=True, slots=True)
class Complement:
    """A part of a page brought by another app: its template and what that template reads."""

    gabarit: str
    contexte: dict[str, Any]


#: Sent with `sender` = the model of the object shown, `objet`, `perimetre`; each receiver answers a
#: `Complement`, or None when this perimeter reads nothing of it.
fiche_affichee = Signal()


#: Sent with `sender` = the model listed, `perimetre`; each receiver answers a (title, address) for the top
#: of the list, or None.
liste_affichee = Signal()
#: Sent with `sender=CIO`, `cio`, before a CIO is closed; each receiver answers the sentence that says what
#: stands in the way, or "".
fermeture_demandee = Signal()


def complements(objet: Model, perimetre: Perimetre) -> list[Complement]:
    """Parts of the page of an object, in the order in which the apps were started."""
    reponses: list[tuple[Any, Any]] = fiche_affichee.send(
        sender=type(objet), objet=objet, perimetre=perimetre
    )
    return [complement for _, complement in reponses if complement is not None]


def obstacles_a_la_fermeture(cio: CIO) -> list[str]:
    """Why a CIO cannot be closed yet, according to the apps above."""
    return [obstacle for _, obstacle in fermeture_demandee.send(sender=CIO, cio=cio) if obstacle]


def liens_de_la_liste(modele: type[Model], perimetre: Perimetre) -> list[tuple[str, str]]:
    """What the apps above offer from the list of a model."""
    reponses: list[tuple[Any, Any]] = liste_affichee.send(sender=modele, perimetre=perimetre)
    return [lien for _, lien in reponses if lien is not None]
