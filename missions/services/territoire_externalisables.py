"""« Recenser les actions éducatives externalisables en CIO » (action 4): the catalogue of each CIO."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from missions.enums import Theme
from missions.models import ActionExternalisable, Partenaire, Public
from missions.permissions import peut_ecrire_territoire
from missions.services.territoire_controles import (
    exiger_cio_ouvert,
    partenaires_du_departement,
    publics_de_l_academie,
)
from reseaux.models import CIO
from reseaux.perimetre import Perimetre
from socle.journal import journaliser


@transaction.atomic
def creer_externalisable(
    *,
    perimetre: Perimetre,
    cio: CIO,
    theme: str,
    titre: str,
    description: str = "",
    publics: Iterable[Public] = (),
    partenaires: Iterable[Partenaire] = (),
) -> ActionExternalisable:
    """A new entry of the catalogue of the CIO."""
    if not peut_ecrire_territoire(perimetre, cio):
        raise PermissionDenied
    exiger_cio_ouvert(cio)
    action = ActionExternalisable(cio=cio)
    _ecrire(action, publics, partenaires, theme=theme, titre=titre, description=description)
    _journaliser(perimetre, "creee", action, apres=_en_clair(action))
    return action


@transaction.atomic
def modifier_externalisable(
    *,
    perimetre: Perimetre,
    action: ActionExternalisable,
    theme: str,
    titre: str,
    description: str = "",
    publics: Iterable[Public] = (),
    partenaires: Iterable[Partenaire] = (),
) -> ActionExternalisable:
    action = _verrouiller(perimetre, action)
    avant = _en_clair(action)
    _ecrire(action, publics, partenaires, theme=theme, titre=titre, description=description)
    apres = _en_clair(action)
    if apres != avant:
        _journaliser(perimetre, "modifiee", action, avant=avant, apres=apres)
    return action


@transaction.atomic
def retirer_externalisable(*, perimetre: Perimetre, action: ActionExternalisable) -> None:
    """No longer offered; kept, since it was."""
    action = _verrouiller(perimetre, action)
    if action.retiree_le:
        raise ValidationError("Cette action est déjà retirée du catalogue.")
    action.retiree_le = timezone.localdate()
    action.save(update_fields=["retiree_le"])
    _journaliser(perimetre, "retiree", action)


@transaction.atomic
def retablir_externalisable(*, perimetre: Perimetre, action: ActionExternalisable) -> None:
    """Offered again."""
    action = _verrouiller(perimetre, action)
    if not action.retiree_le:
        raise ValidationError("Cette action est déjà au catalogue.")
    exiger_cio_ouvert(action.cio)
    action.retiree_le = None
    action.save(update_fields=["retiree_le"])
    _journaliser(perimetre, "retablie", action)


def _verrouiller(perimetre: Perimetre, action: ActionExternalisable) -> ActionExternalisable:
    lignes = ActionExternalisable.objects.select_for_update(of=("self",))
    verrouillee = lignes.select_related("cio__departement").get(pk=action.pk)
    if not peut_ecrire_territoire(perimetre, verrouillee.cio):
        raise PermissionDenied
    return verrouillee


def _ecrire(
    action: ActionExternalisable,
    publics: Iterable[Public],
    partenaires: Iterable[Partenaire],
    *,
    theme: str,
    titre: str,
    description: str,
) -> None:
    retenus = partenaires_du_departement(partenaires, action.cio.departement_id)
    vises = publics_de_l_academie(publics, action.cio)
    action.theme, action.titre, action.description = theme, titre.strip(), description.strip()
    action.full_clean()
    action.save()
    action.publics.set(vises)
    action.partenaires.set(retenus)


def _en_clair(action: ActionExternalisable) -> dict[str, Any]:
    return {
        "titre": action.titre,
        "theme": Theme(action.theme).label,
        "description": action.description,
        "publics": list(action.publics.order_by("code").values_list("libelle", flat=True)),
        "partenaires": list(action.partenaires.order_by("nom").values_list("nom", flat=True)),
    }


def _journaliser(perimetre: Perimetre, verbe: str, action: ActionExternalisable, **quoi: Any) -> None:
    journaliser(
        perimetre=perimetre,
        action=f"missions.externalisable.{verbe}",
        objet=action,
        departement_id=action.cio.departement_id,
        **quoi,
    )
