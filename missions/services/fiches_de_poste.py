"""« Actualiser les fiches de poste des secrétaires de CIO » (action 7): drafted, validated, ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from comptes.enums import Role
from comptes.models import Utilisateur
from missions.models import FicheDePoste
from missions.permissions import peut_ecrire_fiche
from missions.selectors.fiches_de_poste import empreinte, rubriques_du_modele
from reseaux.models import CIO, Habilitation
from reseaux.perimetre import Perimetre
from socle.journal import journaliser


@transaction.atomic
def preparer_fiche(
    *, perimetre: Perimetre, secretaire: Utilisateur, cio: CIO, debut: dt.date | None = None
) -> FicheDePoste:
    """A draft: the last version of this person in this CIO, otherwise the template."""
    if not peut_ecrire_fiche(perimetre, cio):
        raise PermissionDenied
    # One draft at a time: the row of the person is what two directors would both lock.
    secretaire = Utilisateur.objects.select_for_update().get(pk=secretaire.pk)
    en_poste = Habilitation.objects.en_vigueur().filter(
        utilisateur=secretaire, cio=cio, role=Role.SECRETAIRE_CIO
    )
    if not en_poste.exists():
        raise ValidationError({"habilitation": f"{secretaire} n’est pas secrétaire du {cio} aujourd’hui."})
    versions = FicheDePoste.objects.filter(secretaire=secretaire, cio=cio)
    if versions.filter(validee_le=None).exists():
        raise ValidationError("Un projet de fiche de poste est déjà en préparation : reprenez-le.")
    derniere = versions.order_by("-version").first()
    fiche = FicheDePoste(
        secretaire=secretaire,
        cio=cio,
        version=(versions.aggregate(n=Max("version"))["n"] or 0) + 1,
        rubriques=derniere.rubriques if derniere else rubriques_du_modele(cio),
        debut=debut or timezone.localdate(),
    )
    fiche.full_clean()
    fiche.save()
    _journaliser(perimetre, "preparee", fiche, apres={"version": fiche.version})
    return fiche


@transaction.atomic
def modifier_fiche(
    *, perimetre: Perimetre, fiche: FicheDePoste, rubriques: Mapping[str, str], lue: str
) -> FicheDePoste:
    """Rewrites a draft; `lue` is the imprint of what the writer had read: a colleague's edit is not lost."""
    fiche = _verrouiller(perimetre, fiche)
    _exiger_projet(fiche)
    if lue != empreinte(fiche):
        raise ValidationError(
            "Quelqu’un a modifié cette fiche pendant que vous l’écriviez : reprenez votre saisie sur la page "
            "actualisée."
        )
    ecrites = {titre: texte.strip() for titre, texte in rubriques.items()}
    if not any(ecrites.values()):
        raise ValidationError("La fiche de poste est vide : remplissez au moins une rubrique.")
    changees = [titre for titre in ecrites if ecrites[titre] != fiche.rubriques.get(titre, "")]
    if changees:
        fiche.rubriques = ecrites
        fiche.save(update_fields=["rubriques"])
        _journaliser(perimetre, "modifiee", fiche, apres={"rubriques": changees})
    return fiche


@transaction.atomic
def valider_fiche(
    *, perimetre: Perimetre, fiche: FicheDePoste, debut: dt.date, le: dt.date | None = None
) -> FicheDePoste:
    """Valid from that day; the one in force until then ends the day before."""
    fiche = _verrouiller(perimetre, fiche)
    _exiger_projet(fiche)
    validees = FicheDePoste.objects.select_for_update(of=("self",)).filter(
        Q(fin=None) | Q(fin__gte=debut), secretaire=fiche.secretaire_id, validee_le__isnull=False
    )
    for autre in validees.select_related("cio").order_by("debut", "pk"):
        _finir_avant(perimetre, autre, debut)
    fiche.debut, fiche.validee_le = debut, le or timezone.localdate()
    fiche.full_clean()
    fiche.save()
    _journaliser(perimetre, "validee", fiche, apres={"debut": fiche.debut})
    return fiche


@transaction.atomic
def clore_fiche(*, perimetre: Perimetre, fiche: FicheDePoste, fin: dt.date) -> FicheDePoste:
    """The person leaves the post: the validated fiche ends that day, with nothing after it."""
    fiche = _verrouiller(perimetre, fiche)
    if fiche.validee_le is None:
        raise ValidationError("Cette fiche n’est pas validée : supprimez le projet s’il n’a plus d’objet.")
    if fin < fiche.debut:
        raise ValidationError({"fin": f"La fiche commence le {fiche.debut:%d/%m/%Y} : elle finit après."})
    if fiche.fin and fin > fiche.fin:
        raise ValidationError({"fin": f"La fiche finit déjà le {fiche.fin:%d/%m/%Y}."})
    avant, fiche.fin = fiche.fin, fin
    fiche.save(update_fields=["fin"])
    _journaliser(perimetre, "close", fiche, avant={"fin": avant}, apres={"fin": fin})
    return fiche


@transaction.atomic
def supprimer_fiche(*, perimetre: Perimetre, fiche: FicheDePoste) -> None:
    """A draft that will not be; a validated fiche stays."""
    fiche = _verrouiller(perimetre, fiche)
    _exiger_projet(fiche)
    _journaliser(perimetre, "supprimee", fiche, avant={"version": fiche.version})
    fiche.delete()


def _verrouiller(perimetre: Perimetre, fiche: FicheDePoste) -> FicheDePoste:
    lignes = FicheDePoste.objects.select_for_update(of=("self",))
    verrouillee = lignes.select_related("cio", "secretaire").get(pk=fiche.pk)
    if not peut_ecrire_fiche(perimetre, verrouillee.cio):
        raise PermissionDenied
    return verrouillee


def _exiger_projet(fiche: FicheDePoste) -> None:
    if fiche.validee_le is not None:
        raise ValidationError(
            f"Cette version est validée depuis le {fiche.validee_le:%d/%m/%Y} : préparez-en une nouvelle."
        )


def _finir_avant(perimetre: Perimetre, autre: FicheDePoste, debut: dt.date) -> None:
    if autre.debut >= debut:
        raise ValidationError(
            {
                "debut": f"Une fiche est déjà validée à compter du {autre.debut:%d/%m/%Y} : choisissez une "
                "date postérieure."
            }
        )
    if not peut_ecrire_fiche(perimetre, autre.cio):
        raise ValidationError(
            f"Une fiche de poste est en vigueur pour cette personne au {autre.cio} : son DCIO y met d’abord "
            "fin."
        )
    avant, autre.fin = autre.fin, debut - dt.timedelta(days=1)
    autre.save(update_fields=["fin"])
    _journaliser(perimetre, "close", autre, avant={"fin": avant}, apres={"fin": autre.fin})


def _journaliser(perimetre: Perimetre, verbe: str, fiche: FicheDePoste, **quoi: Any) -> None:
    journaliser(
        perimetre=perimetre,
        action=f"missions.fiche_de_poste.{verbe}",
        objet=fiche,
        departement_id=fiche.cio.departement_id,
        **quoi,
    )
