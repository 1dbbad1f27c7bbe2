"""The transversal dossiers: an open list kept by the IEN-IO, each written by whoever pilots it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from missions.models import Delegation, DossierTransversal
from missions.permissions import peut_gerer_dossiers, peut_piloter_dossier
from missions.selectors.delegations import mention_delegation
from missions.selectors.matrice_modele import matrice_modele
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from socle.journal import journaliser


@transaction.atomic
def creer_dossier(
    *, perimetre: Perimetre, departement: Departement, libelle: str, presentation: str = ""
) -> DossierTransversal:
    if not peut_gerer_dossiers(perimetre, departement):
        raise PermissionDenied
    dossier = DossierTransversal(
        departement=departement, libelle=" ".join(libelle.split()), presentation=presentation.strip()
    )
    dossier.full_clean()
    dossier.save()
    _journaliser(perimetre, "missions.dossier.cree", dossier, apres={"libelle": dossier.libelle})
    return dossier


@transaction.atomic
def charger_dossiers(*, perimetre: Perimetre, departement: Departement) -> int:
    """The four that the experiment names, those already there left as they are; how many were added."""
    departement = Departement.objects.select_for_update().get(pk=departement.pk)
    presents = DossierTransversal.objects.filter(departement=departement).order_by("pk")
    libelles = set(presents.values_list("libelle", flat=True))
    absents = [dossier for dossier in matrice_modele()["dossiers"] if dossier["libelle"] not in libelles]
    if not peut_gerer_dossiers(perimetre, departement):
        raise PermissionDenied
    if not absents:
        raise ValidationError("Les dossiers cités par l’expérimentation sont déjà dans la liste.")
    for dossier in absents:
        creer_dossier(perimetre=perimetre, departement=departement, **dossier)
    return len(absents)


@transaction.atomic
def modifier_dossier(
    *, perimetre: Perimetre, dossier: DossierTransversal, presentation: str, libelle: str | None = None
) -> DossierTransversal:
    """The presentation by whoever pilots it, by delegation or not; the label by the IEN-IO alone."""
    dossier = _verrouiller(dossier)
    if not peut_piloter_dossier(perimetre, dossier):
        raise PermissionDenied
    if libelle is not None and not peut_gerer_dossiers(perimetre, dossier.departement):
        raise PermissionDenied
    _exiger_ouvert(dossier)
    voulus = {"presentation": presentation.strip()}
    if libelle is not None:
        voulus["libelle"] = " ".join(libelle.split())
    avant = {champ: getattr(dossier, champ) for champ in voulus}
    changes = [champ for champ, valeur in voulus.items() if valeur != avant[champ]]
    if not changes:
        return dossier
    for champ in changes:
        setattr(dossier, champ, voulus[champ])
    dossier.full_clean()
    dossier.save()
    _journaliser(
        perimetre,
        "missions.dossier.modifie",
        dossier,
        avant={champ: avant[champ] for champ in changes},
        apres={champ: voulus[champ] for champ in changes},
    )
    return dossier


@transaction.atomic
def retirer_dossier(*, perimetre: Perimetre, dossier: DossierTransversal) -> DossierTransversal:
    """Off the list and kept; never while somebody holds it by delegation, or is about to."""
    dossier = _verrouiller(dossier)
    if not peut_gerer_dossiers(perimetre, dossier.departement):
        raise PermissionDenied
    _exiger_ouvert(dossier)
    jour = timezone.localdate()
    restantes = Delegation.objects.filter(dossier=dossier, retiree_le=None, fin__gte=jour)
    if delegation := restantes.select_related("delegataire__utilisateur").order_by("debut", "pk").first():
        raise ValidationError(
            f"Ce dossier est délégué à {delegation.delegataire.utilisateur} jusqu’au "
            f"{delegation.fin:%d/%m/%Y} : retirez d’abord la délégation."
        )
    dossier.retire_le = jour
    dossier.save(update_fields=["retire_le"])
    _journaliser(perimetre, "missions.dossier.retire", dossier)
    return dossier


@transaction.atomic
def retablir_dossier(*, perimetre: Perimetre, dossier: DossierTransversal) -> DossierTransversal:
    dossier = _verrouiller(dossier)
    if not peut_gerer_dossiers(perimetre, dossier.departement):
        raise PermissionDenied
    if dossier.retire_le is None:
        raise ValidationError("Ce dossier est déjà dans la liste : actualisez la page.")
    dossier.retire_le = None
    dossier.save(update_fields=["retire_le"])
    _journaliser(perimetre, "missions.dossier.retabli", dossier)
    return dossier


def _verrouiller(dossier: DossierTransversal) -> DossierTransversal:
    lignes = DossierTransversal.objects.select_for_update(of=("self",)).select_related("departement")
    return lignes.get(pk=dossier.pk)


def _exiger_ouvert(dossier: DossierTransversal) -> None:
    if dossier.retire_le is not None:
        raise ValidationError("Ce dossier est retiré de la liste : rétablissez-le d’abord.")


def _journaliser(
    perimetre: Perimetre,
    action: str,
    dossier: DossierTransversal,
    avant: dict[str, str] | None = None,
    apres: dict[str, str] | None = None,
) -> None:
    """What a delegate writes is written « par délégation de l'IEN-IO, du … au … »."""
    if mention := mention_delegation(perimetre, dossier):
        apres = (apres or {}) | {"au_titre": mention}
    journaliser(
        perimetre=perimetre,
        action=action,
        objet=dossier,
        avant=avant,
        apres=apres,
        departement_id=dossier.departement_id,
    )
