"""Contact data of the CIO, and the schools of its sector."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from reseaux.models import CIO, Etablissement
from reseaux.perimetre import Perimetre
from reseaux.permissions import peut_administrer, peut_modifier_cio, peut_sectoriser
from socle.journal import journaliser

#: What a DCIO or a secrétaire may change; the name and the UAI come from the annuaire.
CHAMPS_DE_CONTACT = ("adresse", "code_postal", "commune", "telephone", "courriel", "horaires")


@transaction.atomic
def creer_cio(*, perimetre: Perimetre, **champs: Any) -> CIO:
    """Register a CIO, an antenne (`parent`) or a point d'accueil that has no UAI of its own (ADMIN)."""
    if not peut_administrer(perimetre):
        raise PermissionDenied
    cio = CIO(**champs)
    cio.full_clean()
    cio.save()
    journaliser(
        perimetre=perimetre, action="reseaux.cio.cree", objet=cio, departement_id=cio.departement_id
    )
    return cio


@transaction.atomic
def modifier_contact_cio(*, perimetre: Perimetre, cio: CIO, contact: dict[str, Any]) -> None:
    """Write the contact data that changed; nothing is journalised when nothing did."""
    cio = CIO.objects.select_for_update(of=("self",)).get(pk=cio.pk)
    if not peut_modifier_cio(perimetre, cio):
        raise PermissionDenied
    avant = {nom: getattr(cio, nom) for nom in CHAMPS_DE_CONTACT if nom in contact}
    changes = [nom for nom, valeur in avant.items() if valeur != contact[nom]]
    if not changes:
        return
    for nom in changes:
        setattr(cio, nom, contact[nom])
    cio.full_clean()
    cio.save()
    journaliser(
        perimetre=perimetre,
        action="reseaux.cio.contact",
        objet=cio,
        avant={nom: avant[nom] for nom in changes},
        apres={nom: contact[nom] for nom in changes},
    )


@transaction.atomic
def sectoriser(*, perimetre: Perimetre, etablissements: Iterable[Etablissement], cio: CIO | None) -> int:
    """Give schools their CIO de secteur (None: none any more); returns how many changed."""
    pks = [etablissement.pk for etablissement in etablissements]
    verrouilles = Etablissement.objects.select_for_update(of=("self",)).filter(pk__in=pks)
    changes = 0
    for etablissement in verrouilles.select_related("cio").order_by("pk"):
        if not peut_sectoriser(perimetre, etablissement):
            raise PermissionDenied
        _verifier_secteur(etablissement, cio)
        if etablissement.cio_id != (cio.pk if cio else None):
            _donner_secteur(perimetre, etablissement, cio)
            changes += 1
    return changes


def _verifier_secteur(etablissement: Etablissement, cio: CIO | None) -> None:
    """A sector stays inside its département and goes to an open CIO."""
    if cio is None:
        return
    if cio.departement_id != etablissement.departement_id:
        raise ValidationError(
            {"cio": f"{cio} n’est pas dans le département de l’établissement « {etablissement} »."}
        )
    if not cio.est_ouvert:
        raise ValidationError({"cio": f"{cio} est fermé : choisissez un CIO ouvert."})


def _donner_secteur(perimetre: Perimetre, etablissement: Etablissement, cio: CIO | None) -> None:
    avant, etablissement.cio = etablissement.cio, cio
    etablissement.save(update_fields=["cio"])
    journaliser(
        perimetre=perimetre,
        action="reseaux.etablissement.sectorise",
        objet=etablissement,
        avant={"cio": str(avant) if avant else None},
        apres={"cio": str(cio) if cio else None},
        departement_id=etablissement.departement_id,
    )
