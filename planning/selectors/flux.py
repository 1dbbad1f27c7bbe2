"""Shared calendars: what a secret link leads to, and what one may share."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from planning.enums import GenreFlux
from planning.models import FluxCalendrier, PlanDeTravail
from planning.permissions import peut_partager_calendrier
from reseaux.models import CIO, Habilitation
from reseaux.perimetre import Perimetre


@dataclass(frozen=True)
class FluxLu:
    """One's own calendar as its page shows it."""

    flux: FluxCalendrier
    contenu: str
    est_actif: bool


def empreinte(jeton: str) -> str:
    """What is kept of a link: finding it by its SHA-256 leaks nothing by the time it takes."""
    return hashlib.sha256(jeton.encode("utf-8", "surrogatepass")).hexdigest()


def flux_du_jeton(jeton: str) -> tuple[FluxCalendrier, Perimetre] | None:
    """The calendar behind a link and what its habilitation reaches **today**; None when the link is unknown,
    revoked, or its habilitation no longer in force, its plan or CIO out of reach.
    """
    flux = (
        FluxCalendrier.objects.filter(empreinte=empreinte(jeton), revoque_le=None)
        .select_related("plan", "cio")
        .first()
    )
    if flux is None:
        return None
    perimetre = perimetre_du_flux(flux)
    if perimetre is None or not _est_a_portee(flux, perimetre):
        return None
    return flux, perimetre


def perimetre_du_flux(flux: FluxCalendrier) -> Perimetre | None:
    """Built again from the habilitation at each request: revoked or expired, the link is dead at once."""
    habilitation = (
        Habilitation.objects.en_vigueur()
        .filter(pk=flux.habilitation_id, utilisateur=flux.utilisateur_id, utilisateur__is_active=True)
        .pour_perimetre()
        .first()
    )
    return Perimetre.de(habilitation) if habilitation else None


def mes_flux(perimetre: Perimetre) -> list[FluxLu]:
    """One's own, whatever the hat, without those revoked; newest first."""
    flux = (
        FluxCalendrier.objects.dans_perimetre(perimetre)
        .filter(revoque_le=None)
        .select_related(
            "plan", "cio", "habilitation__academie", "habilitation__departement", "habilitation__cio"
        )
        .select_related("habilitation__etablissement")
        .order_by("-cree_le", "-pk")
    )
    actives = set(
        Habilitation.objects.en_vigueur()
        .filter(utilisateur=perimetre.utilisateur_id)
        .values_list("pk", flat=True)
    )
    return [FluxLu(un, contenu_du_flux(un), un.habilitation_id in actives) for un in flux]


def contenu_du_flux(flux: FluxCalendrier) -> str:
    """« Mes échéances », « Plan de travail 2026-2027 », « CIO de Blois »."""
    return str(flux.plan or flux.cio or GenreFlux.MES_ECHEANCES.label)


def plans_partageables(perimetre: Perimetre) -> list[PlanDeTravail]:
    """The open plans that one reads."""
    return list(PlanDeTravail.objects.dans_perimetre(perimetre).ouverts().order_by("-debut", "titre", "pk"))


def cios_partageables(perimetre: Perimetre) -> list[CIO]:
    """The open CIO that one reads."""
    return list(CIO.objects.dans_perimetre(perimetre).filter(est_ouvert=True).order_by("nom", "pk"))


def _est_a_portee(flux: FluxCalendrier, perimetre: Perimetre) -> bool:
    if not peut_partager_calendrier(perimetre):
        return False
    if flux.plan_id:
        return PlanDeTravail.objects.dans_perimetre(perimetre).filter(pk=flux.plan_id).exists()
    if flux.cio_id:
        return CIO.objects.dans_perimetre(perimetre).filter(pk=flux.cio_id).exists()
    return True
