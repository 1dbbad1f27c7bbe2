"""Contact data of the CIO, and the schools of its sector."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from reseaux.enums import EtatAnnee
from reseaux.models import CIO, Departement, Etablissement
from reseaux.perimetre import Perimetre
from reseaux.permissions import (
    peut_administrer,
    peut_administrer_cio,
    peut_modifier_cio,
    peut_sectoriser,
)
from reseaux.signals import obstacles_a_la_fermeture
from socle.journal import journaliser
from socle.unicite import enregistrer

#: What a DCIO or a secrétaire may change; the name and the UAI come from the annuaire.
CHAMPS_DE_CONTACT = ("adresse", "code_postal", "commune", "telephone", "courriel", "horaires")
#: What the ADMIN may change too; a CIO never leaves its département.
CHAMPS_DE_LA_FICHE = ("nom", "uai", "parent", *CHAMPS_DE_CONTACT, "latitude", "longitude")


@transaction.atomic
def creer_cio(*, perimetre: Perimetre, **champs: Any) -> CIO:
    """Register a CIO, an antenne (`parent`) or a point d'accueil that has no UAI of its own (ADMIN)."""
    if not peut_administrer(perimetre):
        raise PermissionDenied
    cio = CIO(**champs)
    cio.full_clean()
    if not Departement.objects.dans_perimetre(perimetre).filter(pk=cio.departement_id).exists():
        raise ValidationError({"departement": f"{cio.departement} n’est pas dans votre académie."})
    _verifier_parent(cio)
    enregistrer(cio)
    journaliser(perimetre=perimetre, action="reseaux.cio.cree", objet=cio, departement_id=cio.departement_id)
    return cio


@transaction.atomic
def modifier_contact_cio(*, perimetre: Perimetre, cio: CIO, contact: dict[str, Any]) -> None:
    """Write the contact data that changed; nothing is journalised when nothing did."""
    cio = _verrouiller(cio)
    if not peut_modifier_cio(perimetre, cio):
        raise PermissionDenied
    retenus = {nom: contact[nom] for nom in CHAMPS_DE_CONTACT if nom in contact}
    _ecrire(perimetre, cio, retenus, action="reseaux.cio.contact")


@transaction.atomic
def modifier_cio(*, perimetre: Perimetre, cio: CIO, **champs: Any) -> None:
    """The whole record, name, UAI and antenne included (ADMIN)."""
    cio = _verrouiller_pour_administrer(perimetre, cio)
    retenus = {nom: champs[nom] for nom in CHAMPS_DE_LA_FICHE if nom in champs}
    _ecrire(perimetre, cio, retenus, action="reseaux.cio.modifie")


@transaction.atomic
def fermer_cio(*, perimetre: Perimetre, cio: CIO) -> None:
    """Close a CIO or an antenne on which nothing rests any more; its history stays readable."""
    cio = _verrouiller_pour_administrer(perimetre, cio)
    if not cio.est_ouvert:
        raise ValidationError(f"{cio} est déjà fermé.")
    if obstacles := _obstacles(cio):
        raise ValidationError([f"{cio} ne peut pas encore fermer. {obstacle}" for obstacle in obstacles])
    _ouvrir_ou_fermer(perimetre, cio, ouvert=False, action="reseaux.cio.ferme")


@transaction.atomic
def rouvrir_cio(*, perimetre: Perimetre, cio: CIO) -> None:
    """Undo a closing (ADMIN)."""
    cio = _verrouiller_pour_administrer(perimetre, cio)
    if cio.est_ouvert:
        raise ValidationError(f"{cio} est déjà ouvert.")
    _ouvrir_ou_fermer(perimetre, cio, ouvert=True, action="reseaux.cio.rouvert")


@transaction.atomic
def sectoriser(*, perimetre: Perimetre, etablissements: Iterable[Etablissement], cio: CIO | None) -> int:
    """Give schools their CIO de secteur (None: none any more); returns how many changed."""
    cio = tenir_cio(cio) if cio else None
    pks = [etablissement.pk for etablissement in etablissements]
    verrouilles = Etablissement.objects.select_for_update(of=("self",)).filter(pk__in=pks)
    changes = 0
    for etablissement in verrouilles.select_related("cio", "departement").order_by("pk"):
        if not peut_sectoriser(perimetre, etablissement):
            raise PermissionDenied
        _verifier_secteur(etablissement, cio)
        if etablissement.cio_id != (cio.pk if cio else None):
            _donner_secteur(perimetre, etablissement, cio)
            changes += 1
    return changes


def tenir_cio(cio: CIO) -> CIO:
    """As it is now, for whoever is about to make something rest on it: it does not close meanwhile, and two
    people do so one after the other. `no_key` lets pass whoever only refers to it.
    """
    tenus = CIO.objects.select_for_update(of=("self",), no_key=True)
    return tenus.select_related("departement").get(pk=cio.pk)


def _verrouiller(cio: CIO) -> CIO:
    verrouilles = CIO.objects.select_for_update(of=("self",)).select_related("parent", "departement")
    return verrouilles.get(pk=cio.pk)


def _verrouiller_pour_administrer(perimetre: Perimetre, cio: CIO) -> CIO:
    cio = _verrouiller(cio)
    if not peut_administrer_cio(perimetre, cio):
        raise PermissionDenied
    return cio


def _ecrire(perimetre: Perimetre, cio: CIO, champs: dict[str, Any], *, action: str) -> None:
    """Write what changed; nothing is journalised when nothing did."""
    avant = {nom: getattr(cio, nom) for nom in champs}
    changes = [nom for nom, valeur in champs.items() if avant[nom] != valeur]
    if not changes:
        return
    for nom in changes:
        setattr(cio, nom, champs[nom])
    cio.full_clean()
    _verifier_parent(cio)
    enregistrer(cio)
    journaliser(
        perimetre=perimetre,
        action=action,
        objet=cio,
        avant={nom: _lisible(avant[nom]) for nom in changes},
        apres={nom: _lisible(champs[nom]) for nom in changes},
        departement_id=cio.departement_id,
    )


def _lisible(valeur: Any) -> Any:
    return str(valeur) if isinstance(valeur, CIO) else valeur


def _verifier_parent(cio: CIO) -> None:
    """An antenne depends on an open CIO of its département, which is no antenne itself."""
    parent = cio.parent
    if parent is None:
        return
    if parent.departement_id != cio.departement_id:
        raise ValidationError({"parent": f"{parent} est dans un autre département."})
    if parent.parent_id is not None:
        raise ValidationError({"parent": f"{parent} est lui-même une antenne : choisissez un CIO."})
    if not parent.est_ouvert:
        raise ValidationError({"parent": f"{parent} est fermé : choisissez un CIO ouvert."})
    if cio.pk and cio.antennes.exists():
        raise ValidationError({"parent": f"{cio} a des antennes : il ne peut pas en devenir une."})


def _obstacles(cio: CIO) -> list[str]:
    """What still rests on a CIO, one sentence each, with what to do about it."""
    trouves = []
    if antennes := list(cio.antennes.filter(est_ouvert=True).order_by("nom")):
        trouves.append(f"Antennes ouvertes : {', '.join(map(str, antennes))}. Fermez-les d’abord.")
    if ecoles := cio.etablissements.ouverts().count():
        trouves.append(
            f"Établissements de son secteur : {ecoles}. Donnez-leur un autre CIO par « Sectoriser »."
        )
    reseaux = cio.reseaux.exclude(annee__etat=EtatAnnee.CLOSE).count()
    if reseaux:
        trouves.append(f"Réseaux des années ouvertes : {reseaux}. Dissolvez-les, ou attendez la clôture.")
    return trouves + obstacles_a_la_fermeture(cio)


def _ouvrir_ou_fermer(perimetre: Perimetre, cio: CIO, *, ouvert: bool, action: str) -> None:
    cio.est_ouvert = ouvert
    cio.save(update_fields=["est_ouvert"])
    journaliser(perimetre=perimetre, action=action, objet=cio, departement_id=cio.departement_id)


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
