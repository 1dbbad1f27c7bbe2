"""The directory of the partners of a département."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from missions.enums import GenrePartenaire
from missions.models import ActionDeTerritoire, ActionExternalisable, Partenaire
from missions.permissions import peut_ecrire_partenaires
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from socle.journal import journaliser


@transaction.atomic
def creer_partenaire(
    *,
    perimetre: Perimetre,
    departement: Departement,
    nom: str,
    genre: str,
    site: str = "",
    courriel: str = "",
) -> Partenaire:
    """A structure, its site and the address of its service: never a person's."""
    if not peut_ecrire_partenaires(perimetre, departement):
        raise PermissionDenied
    partenaire = Partenaire(departement=departement)
    _ecrire(partenaire, nom=nom, genre=genre, site=site, courriel=courriel)
    _journaliser(perimetre, "cree", partenaire, apres=_en_clair(partenaire))
    return partenaire


@transaction.atomic
def modifier_partenaire(
    *, perimetre: Perimetre, partenaire: Partenaire, nom: str, genre: str, site: str = "", courriel: str = ""
) -> Partenaire:
    partenaire = _verrouiller(perimetre, partenaire)
    avant = _en_clair(partenaire)
    _ecrire(partenaire, nom=nom, genre=genre, site=site, courriel=courriel)
    apres = _en_clair(partenaire)
    if apres != avant:
        _journaliser(perimetre, "modifie", partenaire, avant=avant, apres=apres)
    return partenaire


@transaction.atomic
def supprimer_partenaire(*, perimetre: Perimetre, partenaire: Partenaire) -> None:
    """Only one that nothing names: what was done with a partner is history."""
    partenaire = _verrouiller(perimetre, partenaire)
    if (
        partenaire.conventions.exists()
        or ActionDeTerritoire.objects.filter(partenaires=partenaire).exists()
        or ActionExternalisable.objects.filter(partenaires=partenaire).exists()
    ):
        raise ValidationError(
            f"« {partenaire} » est cité par une action ou une convention : modifiez-le plutôt."
        )
    _journaliser(perimetre, "supprime", partenaire, avant=_en_clair(partenaire))
    partenaire.delete()


def _verrouiller(perimetre: Perimetre, partenaire: Partenaire) -> Partenaire:
    lignes = Partenaire.objects.select_for_update(of=("self",)).select_related("departement")
    verrouille = lignes.get(pk=partenaire.pk)
    if not peut_ecrire_partenaires(perimetre, verrouille.departement):
        raise PermissionDenied
    return verrouille


def _ecrire(partenaire: Partenaire, *, nom: str, genre: str, site: str, courriel: str) -> None:
    """« Mission locale » and « mission  locale » are one."""
    nom = " ".join(nom.split())
    memes = Partenaire.objects.filter(departement=partenaire.departement_id, nom__iexact=nom)
    if memes.exclude(pk=partenaire.pk).exists():
        raise ValidationError({"nom": "Ce partenaire est déjà connu dans le département."})
    partenaire.nom, partenaire.genre = nom, genre
    partenaire.site, partenaire.courriel = site.strip(), courriel.strip().lower()
    partenaire.full_clean()
    partenaire.save()


def _en_clair(partenaire: Partenaire) -> dict[str, Any]:
    return {
        "nom": partenaire.nom,
        "genre": GenrePartenaire(partenaire.genre).label,
        "site": partenaire.site,
        "courriel": partenaire.courriel,
    }


def _journaliser(perimetre: Perimetre, verbe: str, partenaire: Partenaire, **quoi: Any) -> None:
    journaliser(
        perimetre=perimetre,
        action=f"missions.partenaire.{verbe}",
        objet=partenaire,
        departement_id=partenaire.departement_id,
        **quoi,
    )
