"""Shared calendars: created, renewed, revoked by the person they belong to."""

import secrets

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from planning.enums import GenreFlux
from planning.models import FluxCalendrier, PlanDeTravail
from planning.permissions import peut_partager_calendrier
from planning.selectors.flux import contenu_du_flux, empreinte, perimetre_du_flux
from reseaux.models import CIO
from reseaux.perimetre import Perimetre
from socle.journal import journaliser

#: 256 bits: nobody finds a link by trying.
OCTETS_DU_JETON = 32
FLUX_AU_PLUS = 20


@transaction.atomic
def creer_flux(
    *, perimetre: Perimetre, plan: PlanDeTravail | None = None, cio: CIO | None = None
) -> tuple[FluxCalendrier, str]:
    """A calendar of one's deadlines, of a plan or of a CIO, and its secret: shown now, kept nowhere."""
    utilisateur, habilitation = perimetre.utilisateur, perimetre.habilitation
    if utilisateur is None or habilitation is None or not peut_partager_calendrier(perimetre):
        raise PermissionDenied
    if not _est_lu(perimetre, plan, cio):
        raise PermissionDenied
    siens = FluxCalendrier.objects.dans_perimetre(perimetre).filter(revoque_le=None)
    if siens.count() >= FLUX_AU_PLUS:
        raise ValidationError(
            f"Vous avez déjà {FLUX_AU_PLUS} calendriers : révoquez ceux qui ne vous servent plus."
        )
    jeton = secrets.token_urlsafe(OCTETS_DU_JETON)
    flux = FluxCalendrier(
        utilisateur=utilisateur,
        habilitation=habilitation,
        genre=GenreFlux.PLAN if plan else GenreFlux.CIO if cio else GenreFlux.MES_ECHEANCES,
        plan=plan,
        cio=cio,
        empreinte=empreinte(jeton),
    )
    flux.full_clean()
    flux.save()
    journaliser(
        perimetre=perimetre,
        action="planning.flux.cree",
        objet=flux,
        apres={"contenu": contenu_du_flux(flux)},
    )
    return flux, jeton


@transaction.atomic
def renouveler_flux(*, perimetre: Perimetre, flux: FluxCalendrier) -> str:
    """A new link; the old one is dead at once."""
    flux = _le_sien(perimetre, flux)
    if perimetre_du_flux(flux) is None:
        raise ValidationError(
            "L’habilitation de ce calendrier n’est plus en vigueur : révoquez-le et créez-en un autre."
        )
    jeton = secrets.token_urlsafe(OCTETS_DU_JETON)
    flux.empreinte, flux.renouvele_le = empreinte(jeton), timezone.now()
    flux.save(update_fields=["empreinte", "renouvele_le"])
    _journaliser(perimetre, flux, "planning.flux.renouvele")
    return jeton


@transaction.atomic
def revoquer_flux(*, perimetre: Perimetre, flux: FluxCalendrier) -> None:
    """The link leads nowhere any more, for good."""
    flux = _le_sien(perimetre, flux)
    flux.revoque_le = timezone.now()
    flux.save(update_fields=["revoque_le"])
    _journaliser(perimetre, flux, "planning.flux.revoque")


def _le_sien(perimetre: Perimetre, flux: FluxCalendrier) -> FluxCalendrier:
    """Read again under lock; nobody touches the calendar of another."""
    flux = FluxCalendrier.objects.select_for_update().get(pk=flux.pk)
    if perimetre.utilisateur_id is None or flux.utilisateur_id != perimetre.utilisateur_id:
        raise PermissionDenied
    if flux.revoque_le is not None:
        raise ValidationError("Ce calendrier est déjà révoqué : créez-en un autre.")
    return flux


def _est_lu(perimetre: Perimetre, plan: PlanDeTravail | None, cio: CIO | None) -> bool:
    if plan is not None:
        return PlanDeTravail.objects.dans_perimetre(perimetre).filter(pk=plan.pk).exists()
    return cio is None or CIO.objects.dans_perimetre(perimetre).filter(pk=cio.pk).exists()


def _journaliser(perimetre: Perimetre, flux: FluxCalendrier, action: str) -> None:
    contenu = {"contenu": contenu_du_flux(flux)}
    journaliser(perimetre=perimetre, action=action, objet=flux, avant=contenu, apres=contenu)
