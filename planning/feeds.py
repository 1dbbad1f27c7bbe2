"""What a shared calendar holds: due dates and meetings, a title, a date, a link; no third person's name."""

import datetime as dt

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from planning.documents.ics import Evenement, calendrier
from planning.enums import EtatReunion, GenreFlux
from planning.models import FluxCalendrier, Jalon, Reunion
from planning.selectors.flux import contenu_du_flux
from reseaux.perimetre import Perimetre

#: More than any département holds; keeps the answer small whatever happens.
EVENEMENTS_AU_PLUS = 2000


def ecrire_flux(flux: FluxCalendrier, perimetre: Perimetre) -> bytes:
    """The calendar of a feed, as the perimeter of its habilitation reads it now."""
    evenements = [echeance(jalon) for jalon in _jalons(flux, perimetre)[:EVENEMENTS_AU_PLUS]]
    evenements += [reunion_datee(reunion) for reunion in _reunions(flux, perimetre)[:EVENEMENTS_AU_PLUS]]
    return calendrier(evenements, f"Réseaux CIO – {contenu_du_flux(flux)}")


def echeance(jalon: Jalon) -> Evenement:
    """A milestone still to be done, the whole of its day."""
    return Evenement(
        uid=f"jalon-{jalon.pk}@reseaux-cio",
        titre=jalon.intitule,
        debut=jalon.echeance,
        url=_lien("planning:action", jalon.action_id),
        modifie_le=dt.datetime.combine(jalon.echeance_fixee_le, dt.time(), tzinfo=dt.UTC),
    )


def reunion_datee(reunion: Reunion) -> Evenement:
    """A meeting with a date, under the same identity as its invitation."""
    assert reunion.debut is not None  # noqa: S101 - `_reunions` keeps those with a date
    return Evenement(
        uid=f"{reunion.uid}@reseaux-cio",
        titre=reunion.titre,
        debut=reunion.debut,
        fin=reunion.fin,
        url=_lien("planning:reunion", reunion.pk),
        sequence=reunion.sequence,
        annule=reunion.etat == EtatReunion.ANNULEE,
    )


def _jalons(flux: FluxCalendrier, perimetre: Perimetre) -> QuerySet[Jalon]:
    jalons = Jalon.objects.dans_perimetre(perimetre).a_faire()
    if flux.genre == GenreFlux.MES_ECHEANCES:
        jalons = jalons.tenus_par(perimetre)
    elif flux.genre == GenreFlux.PLAN:
        jalons = jalons.filter(action__plan=flux.plan)
    else:
        jalons = jalons.filter(Q(cio=flux.cio) | Q(cio__parent=flux.cio))
    return jalons.order_by("echeance", "pk")


def _reunions(flux: FluxCalendrier, perimetre: Perimetre) -> QuerySet[Reunion]:
    """Those of a plan or of a CIO that were called; one's own come as invitations."""
    reunions = Reunion.objects.dans_perimetre(perimetre).exclude(debut=None)
    reunions = reunions.exclude(etat=EtatReunion.DEMANDEE)
    if flux.genre == GenreFlux.PLAN:
        reunions = reunions.filter(action__plan=flux.plan)
    elif flux.genre == GenreFlux.CIO:
        reunions = reunions.filter(Q(cio=flux.cio) | Q(cio__parent=flux.cio))
    else:
        reunions = reunions.none()
    return reunions.order_by("debut", "pk")


def _lien(nom: str, pk: int) -> str:
    return settings.ADRESSE_PUBLIQUE + reverse(nom, args=(pk,))
