"""The tree of objectives of a département: two axes, their sub-axes, their objectives."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from planning.enums import NiveauObjectif
from planning.models import Objectif
from planning.permissions import peut_modifier_objectifs
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from socle.journal import journaliser

#: What each level is attached to.
NIVEAU_PARENT = {
    NiveauObjectif.AXE: None,
    NiveauObjectif.SOUS_AXE: NiveauObjectif.AXE,
    NiveauObjectif.OBJECTIF: NiveauObjectif.SOUS_AXE,
}


@transaction.atomic
def creer_objectif(
    *,
    perimetre: Perimetre,
    departement: Departement,
    niveau: str,
    code: str,
    libelle: str,
    parent: Objectif | None = None,
) -> Objectif:
    """A node of the tree, last of its siblings."""
    if not peut_modifier_objectifs(perimetre, departement):
        raise PermissionDenied
    objectif = Objectif(
        departement=departement, niveau=niveau, code=code.strip(), libelle=libelle.strip(), parent=parent
    )
    objectif.rang = _dernier_rang(objectif) + 1
    _valider(objectif)
    objectif.save()
    journaliser(
        perimetre=perimetre,
        action="planning.objectif.cree",
        objet=objectif,
        apres=_en_clair(objectif),
        departement_id=departement.pk,
    )
    return objectif


@transaction.atomic
def modifier_objectif(
    *, perimetre: Perimetre, objectif: Objectif, code: str, libelle: str, parent: Objectif | None = None
) -> Objectif:
    """Reworded, or attached elsewhere; its actions follow it."""
    objectif = _verrouiller(perimetre, objectif)
    avant, ancien_parent = _en_clair(objectif), objectif.parent_id
    objectif.code, objectif.libelle, objectif.parent = code.strip(), libelle.strip(), parent
    if ancien_parent != objectif.parent_id:
        objectif.rang = _dernier_rang(objectif) + 1
    apres = _en_clair(objectif)
    if apres == avant:
        return objectif
    _valider(objectif)
    objectif.save()
    _journaliser(perimetre, "planning.objectif.modifie", objectif, avant, apres)
    return objectif


@transaction.atomic
def monter_objectif(*, perimetre: Perimetre, objectif: Objectif) -> None:
    """One place up among its siblings."""
    _deplacer(perimetre, objectif, -1)


@transaction.atomic
def descendre_objectif(*, perimetre: Perimetre, objectif: Objectif) -> None:
    """One place down among its siblings."""
    _deplacer(perimetre, objectif, 1)


@transaction.atomic
def retirer_objectif(*, perimetre: Perimetre, objectif: Objectif) -> None:
    """Retired once an action or another node refers to it, deleted when nothing ever did."""
    objectif = _verrouiller(perimetre, objectif)
    if objectif.retire_le:
        raise ValidationError(f"{objectif.code} est déjà retiré.")
    if objectif.enfants.filter(retire_le=None).exists():
        raise ValidationError(
            f"{objectif.code} porte encore des objectifs : rattachez-les ailleurs ou retirez-les d’abord."
        )
    _journaliser(perimetre, "planning.objectif.retire", objectif, _en_clair(objectif), None)
    if objectif.actions.exists() or objectif.enfants.exists():
        objectif.retire_le = timezone.localdate()
        objectif.save(update_fields=["retire_le"])
    else:
        objectif.delete()


@transaction.atomic
def retablir_objectif(*, perimetre: Perimetre, objectif: Objectif) -> None:
    """Back in the tree, last of its siblings."""
    objectif = _verrouiller(perimetre, objectif)
    if not objectif.retire_le:
        raise ValidationError(f"{objectif.code} n’est pas retiré.")
    if objectif.parent and objectif.parent.retire_le:
        raise ValidationError(f"{objectif.parent.code} est retiré : rétablissez-le d’abord.")
    objectif.retire_le, objectif.rang = None, _dernier_rang(objectif) + 1
    objectif.save(update_fields=["retire_le", "rang"])
    _journaliser(perimetre, "planning.objectif.retabli", objectif, None, _en_clair(objectif))


def _verrouiller(perimetre: Perimetre, objectif: Objectif) -> Objectif:
    verrouilles = Objectif.objects.select_for_update(of=("self",)).select_related("departement", "parent")
    verrouille = verrouilles.get(pk=objectif.pk)
    if not peut_modifier_objectifs(perimetre, verrouille.departement):
        raise PermissionDenied
    return verrouille


def _valider(objectif: Objectif) -> None:
    """« Un axe n’est rattaché à rien ; un sous-axe l’est à un axe, un objectif à un sous-axe. »"""
    objectif.full_clean()
    parent, attendu = objectif.parent, NIVEAU_PARENT[NiveauObjectif(objectif.niveau)]
    if parent is None:
        return
    if parent.departement_id != objectif.departement_id:
        raise ValidationError({"parent": f"{parent.code} est l’objectif d’un autre département."})
    if parent.niveau != attendu:
        nom = NiveauObjectif(attendu).label.lower() if attendu else "rien"
        raise ValidationError({"parent": f"Rattachez-le à un {nom}."})
    if parent.retire_le:
        raise ValidationError({"parent": f"{parent.code} est retiré : choisissez-en un autre."})


def _dernier_rang(objectif: Objectif) -> int:
    freres = Objectif.objects.filter(departement=objectif.departement_id, parent=objectif.parent)
    return freres.exclude(pk=objectif.pk).aggregate(dernier=Max("rang"))["dernier"] or 0


def _deplacer(perimetre: Perimetre, objectif: Objectif, pas: int) -> None:
    """Ranks are written anew from 1: seeds and moves may have left holes or equals."""
    objectif = _verrouiller(perimetre, objectif)
    freres = Objectif.objects.actuels().filter(departement=objectif.departement_id, parent=objectif.parent)
    rangees = list(freres.select_for_update().order_by("rang", "pk"))
    place = next((i for i, frere in enumerate(rangees) if frere.pk == objectif.pk), None)
    if place is None:
        raise ValidationError(f"{objectif.code} est retiré : rétablissez-le avant de le déplacer.")
    arrivee = place + pas
    if not 0 <= arrivee < len(rangees):
        raise ValidationError(f"{objectif.code} est déjà {'premier' if pas < 0 else 'dernier'}.")
    rangees.insert(arrivee, rangees.pop(place))
    for rang, frere in enumerate(rangees, 1):
        frere.rang = rang
    Objectif.objects.bulk_update(rangees, ["rang"])
    _journaliser(perimetre, "planning.objectif.deplace", objectif, {"rang": place + 1}, {"rang": arrivee + 1})


def _en_clair(objectif: Objectif) -> dict[str, str | None]:
    return {
        "code": objectif.code,
        "libelle": objectif.libelle,
        "parent": objectif.parent.code if objectif.parent else None,
    }


def _journaliser(
    perimetre: Perimetre, action: str, objectif: Objectif, avant: dict | None, apres: dict | None
) -> None:
    journaliser(
        perimetre=perimetre,
        action=action,
        objet=objectif,
        avant=avant,
        apres=apres,
        departement_id=objectif.departement_id,
    )
