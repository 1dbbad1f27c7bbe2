"""The secret link with which a calendar is read outside the service."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from planning.enums import GenreFlux
from planning.models.plan import PlanDeTravail
from reseaux.models import CIO, Habilitation
from reseaux.perimetre import Perimetre


class FluxCalendrierQuerySet(models.QuerySet["FluxCalendrier"]):
    def dans_perimetre(self, perimetre: Perimetre) -> FluxCalendrierQuerySet:
        """One's own, whatever the hat."""
        return self.filter(utilisateur=perimetre.utilisateur_id)


class FluxCalendrier(models.Model):
    """A calendar feed: the fingerprint of its link is kept, never the link. It dies with the habilitation."""

    utilisateur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    habilitation = models.ForeignKey(Habilitation, on_delete=models.PROTECT, related_name="+")
    genre = models.CharField("contenu", max_length=16, choices=GenreFlux)
    plan = models.ForeignKey(
        PlanDeTravail, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="plan"
    )
    cio = models.ForeignKey(
        CIO, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="CIO"
    )
    empreinte = models.CharField(max_length=64, unique=True, editable=False)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    renouvele_le = models.DateTimeField("renouvelé le", null=True, blank=True)
    revoque_le = models.DateTimeField("révoqué le", null=True, blank=True)

    objects = FluxCalendrierQuerySet.as_manager()

    class Meta:
        verbose_name = "calendrier partagé"
        verbose_name_plural = "calendriers partagés"
        constraints = [
            models.CheckConstraint(
                condition=Q(genre=GenreFlux.MES_ECHEANCES, plan=None, cio=None)
                | Q(genre=GenreFlux.PLAN, plan__isnull=False, cio=None)
                | Q(genre=GenreFlux.CIO, plan=None, cio__isnull=False),
                name="flux_contenu_selon_le_genre",
                violation_error_message="Choisissez le plan ou le CIO que montre ce calendrier.",
            )
        ]

    def __str__(self) -> str:
        return self.get_genre_display()
