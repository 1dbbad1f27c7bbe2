"""« Pilote sur délégation de l'IEN-IO certains dossiers transversaux » (R16): given, withdrawn, ending."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from missions.models import Delegation, DossierTransversal
from missions.notifications.delegations import annoncer_fin
from missions.permissions import peut_deleguer
from missions.selectors.delegations import avec_les_personnes, delegataires, qui_finissent
from reseaux.models import Habilitation
from reseaux.perimetre import Perimetre
from socle.journal import journaliser


@transaction.atomic
def deleguer(
    *,
    perimetre: Perimetre,
    dossier: DossierTransversal,
    delegataire: Habilitation,
    debut: dt.date,
    fin: dt.date,
    etendue: str = "",
) -> Delegation:
    """From today at the earliest, to somebody else of the département, never over another delegation."""
    # The lock of the dossier makes two delegations at once wait for one another.
    lignes = DossierTransversal.objects.select_for_update(of=("self",)).select_related("departement")
    dossier = lignes.get(pk=dossier.pk)
    if perimetre.habilitation is None or not peut_deleguer(perimetre, dossier):
        raise PermissionDenied
    if dossier.retire_le is not None:
        raise ValidationError("Ce dossier est retiré de la liste : rétablissez-le avant de le déléguer.")
    delegation = Delegation(
        dossier=dossier,
        delegant=perimetre.habilitation,
        delegataire=delegataire,
        etendue=etendue.strip(),
        debut=debut,
        fin=fin,
    )
    _exiger_dates(delegation)
    _exiger_delegataire(delegation)
    _exiger_seule(delegation)
    delegation.full_clean()
    try:
        with transaction.atomic():
            delegation.save()
    except IntegrityError:
        # Without the lock (another way in), the database still refuses.
        raise ValidationError("Une autre délégation de ce dossier couvre déjà ces dates.") from None
    _journaliser(perimetre, "missions.delegation.donnee", delegation)
    return delegation


@transaction.atomic
def retirer_delegation(*, perimetre: Perimetre, delegation: Delegation, motif: str) -> Delegation:
    """At once, with the reason; what was done under it stays done."""
    lignes = Delegation.objects.select_for_update(of=("self",))
    delegation = avec_les_personnes(lignes).get(pk=delegation.pk)
    if not peut_deleguer(perimetre, delegation.dossier):
        raise PermissionDenied
    if delegation.retiree_le is not None:
        raise ValidationError(f"Cette délégation est retirée depuis le {delegation.retiree_le:%d/%m/%Y}.")
    if delegation.fin < timezone.localdate():
        raise ValidationError(f"Cette délégation a pris fin le {delegation.fin:%d/%m/%Y}.")
    if not motif.strip():
        raise ValidationError({"motif": "Dites pourquoi la délégation est retirée."})
    delegation.retiree_le, delegation.motif = timezone.localdate(), motif.strip()
    delegation.save(update_fields=["retiree_le", "motif"])
    _journaliser(perimetre, "missions.delegation.retiree", delegation, motif=delegation.motif)
    return delegation


@transaction.atomic
def prevenir_des_fins(jour: dt.date | None = None) -> int:
    """Both parties told once, thirty days before the end; how many delegations end. Twice is once."""
    finissantes = list(qui_finissent(jour))
    for delegation in finissantes:
        annoncer_fin(delegation)
    return len(finissantes)


# --- Rules --------------------------------------------------------------------------------------------


def _exiger_dates(delegation: Delegation) -> None:
    if delegation.fin < delegation.debut:
        raise ValidationError({"fin": "La délégation doit finir après avoir commencé."})
    if delegation.debut < timezone.localdate():
        raise ValidationError(
            {"debut": "Une délégation commence aujourd’hui ou plus tard : elle ne couvre pas le passé."}
        )


def _exiger_delegataire(delegation: Delegation) -> None:
    """In post in the département, somebody else, for the whole time of the delegation."""
    delegant, delegataire = delegation.delegant, delegation.delegataire
    if delegataire.utilisateur_id == delegant.utilisateur_id:
        raise ValidationError({"delegataire": "On ne se délègue pas un dossier à soi-même."})
    possibles = delegataires(delegation.dossier.departement)
    if not possibles.filter(pk=delegataire.pk).exists():
        raise ValidationError(
            {
                "delegataire": "Choisissez quelqu’un de l’équipe de direction en poste dans le département : "
                "adjoint à l’IEN-IO, DCIO, IEN-IO ou secrétaire général."
            }
        )
    for habilitation, de_qui in ((delegataire, f"de {delegataire.utilisateur}"), (delegant, "de l’IEN-IO")):
        if habilitation.date_fin and habilitation.date_fin < delegation.fin:
            raise ValidationError(
                {
                    "fin": f"L’habilitation {de_qui} prend fin le {habilitation.date_fin:%d/%m/%Y} : "
                    "la délégation ne peut pas durer plus longtemps."
                }
            )


def _exiger_seule(delegation: Delegation) -> None:
    autres = Delegation.objects.filter(
        dossier=delegation.dossier, retiree_le=None, debut__lte=delegation.fin, fin__gte=delegation.debut
    )
    autre = autres.select_related("delegataire__utilisateur").order_by("debut", "pk").first()
    if autre:
        raise ValidationError(
            {
                "debut": f"Ce dossier est déjà délégué à {autre.delegataire.utilisateur} du "
                f"{autre.debut:%d/%m/%Y} au {autre.fin:%d/%m/%Y} : choisissez d’autres dates, ou retirez "
                "d’abord cette délégation."
            }
        )


def _journaliser(perimetre: Perimetre, action: str, delegation: Delegation, motif: str = "") -> None:
    """In the history of the dossier."""
    journaliser(
        perimetre=perimetre,
        action=action,
        objet=delegation.dossier,
        apres={
            "delegataire": f"{delegation.delegataire.utilisateur}, {delegation.delegataire}",
            "du": delegation.debut,
            "au": delegation.fin,
        },
        motif=motif,
        departement_id=delegation.dossier.departement_id,
    )
