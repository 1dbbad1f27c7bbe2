"""Filling a new draft from an earlier version: last year's, or the one being modified."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Prefetch

from psyen.enums import DEMI_JOURNEES_PAR_SEMAINE, PAS
from psyen.models import Affectation, PsyEN, Rattachement, Repartition, Service
from reseaux.enums import EtatEtablissement
from reseaux.models import CIO, MembreReseau, Reseau

Copie = tuple[Service, list[Affectation]]


def capacite_de(quotite: Decimal) -> Decimal:
    """Half-days a week at this quotité (%), rounded down to the step of 0.5."""
    return quotite * DEMI_JOURNEES_PAR_SEMAINE / 100 // PAS * PAS


def rattachements_au(cio: CIO, jour: dt.date) -> dict[int, Rattachement]:
    """PsyEN → attachment to the CIO in force that day."""
    rattachements = Rattachement.objects.au(jour).filter(cio=cio).select_related("psyen").order_by("pk")
    return {r.psyen_id: r for r in rattachements}


def completer_services(repartition: Repartition, rattachements: dict[int, Rattachement]) -> list[PsyEN]:
    """Give a line to every attached PsyEN who has none: his whole week to share out."""
    deja = set(Service.objects.filter(repartition=repartition).values_list("psyen_id", flat=True))
    nouveaux = [r for pk, r in rattachements.items() if pk not in deja]
    Service.objects.bulk_create(
        Service(
            repartition=repartition,
            psyen=r.psyen,
            quotite=r.quotite,
            capacite=capacite_de(r.quotite),
            compte_dans_couverture=r.psyen.compte_dans_couverture,
        )
        for r in nouveaux
    )
    return [r.psyen for r in nouveaux]


def copier_version(
    repartition: Repartition, modifiee: Repartition, rattachements: dict[int, Rattachement]
) -> None:
    """Copy every line of those still attached as it stands: what changes is then the DCIO's own act."""
    reseau_de = _reseau_par_ecole(repartition)
    _inserer(
        (
            _service(repartition, ancien, ancien.quotite, ancien.capacite, ancien.reseau_id),
            [
                _affectation(a, reseau_de.get(a.etablissement_id, a.reseau_id))
                for a in ancien.affectations.all()
            ],
        )
        for ancien in _anciens(modifiee, rattachements)
    )


def copier_annee_precedente(
    repartition: Repartition, precedente: Repartition, rattachements: dict[int, Rattachement]
) -> None:
    """Copy what still holds a year later: schools open and in a réseau, half-days within the new quotité."""
    reseau_de = _reseau_par_ecole(repartition, ouvertes_seulement=True)
    reseau_par_tete = dict(
        Reseau.objects.filter(cio=repartition.cio, annee=repartition.annee).values_list("tete_id", "pk")
    )
    copies = []
    for ancien in _anciens(precedente, rattachements):
        quotite = rattachements[ancien.psyen_id].quotite
        capacite = (
            min(capacite_de(quotite), ancien.capacite) if quotite == ancien.quotite else capacite_de(quotite)
        )
        reseau = reseau_par_tete.get(ancien.reseau.tete_id) if ancien.reseau else None
        service = _service(repartition, ancien, quotite, capacite, reseau)
        service.demi_journees_cio = min(ancien.demi_journees_cio, capacite // PAS * PAS)
        reste = capacite - service.demi_journees_cio
        affectations = []
        for a in ancien.affectations.all():
            if a.etablissement_id in reseau_de and a.demi_journees <= reste:
                affectations.append(_affectation(a, reseau_de[a.etablissement_id]))
                reste -= a.demi_journees
        copies.append((service, affectations))
    _inserer(copies)


def _anciens(source: Repartition, presents: Iterable[int]) -> Iterable[Service]:
    return (
        Service.objects.filter(repartition=source, psyen__in=list(presents))
        .select_related("psyen", "reseau")
        # In order: when the capacity has shrunk, the same schools are kept each time.
        .prefetch_related(Prefetch("affectations", Affectation.objects.order_by("pk")))
        .order_by("pk")
    )


def _reseau_par_ecole(repartition: Repartition, *, ouvertes_seulement: bool = False) -> dict[int, int]:
    membres = MembreReseau.objects.filter(reseau__cio=repartition.cio, annee=repartition.annee)
    if ouvertes_seulement:
        membres = membres.exclude(etablissement__etat=EtatEtablissement.FERME)
    return dict(membres.values_list("etablissement_id", "reseau_id"))


def _service(
    repartition: Repartition, ancien: Service, quotite: Decimal, capacite: Decimal, reseau_id: int | None
) -> Service:
    return Service(
        repartition=repartition,
        psyen=ancien.psyen,
        quotite=quotite,
        capacite=capacite,
        demi_journees_cio=ancien.demi_journees_cio,
        reseau_id=reseau_id,
        compte_dans_couverture=ancien.psyen.compte_dans_couverture,
    )


def _affectation(ancienne: Affectation, reseau_id: int) -> Affectation:
    return Affectation(
        etablissement_id=ancienne.etablissement_id,
        reseau_id=reseau_id,
        demi_journees=ancienne.demi_journees,
        modalite=ancienne.modalite,
    )


def _inserer(copies: Iterable[Copie]) -> None:
    """Two statements, whatever the size; totals follow by the database triggers."""
    copies = list(copies)
    services = Service.objects.bulk_create(service for service, _ in copies)
    lignes = []
    for service, (_, affectations) in zip(services, copies, strict=True):
        for affectation in affectations:
            affectation.service = service
            lignes.append(affectation)
    Affectation.objects.bulk_create(lignes)
