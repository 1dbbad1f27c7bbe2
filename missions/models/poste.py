"""« Actualiser les fiches de poste des secrétaires de CIO » (work plan, action 7)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from comptes.enums import Role
from reseaux.models import CIO
from reseaux.perimetre import Perimetre


class FicheDePosteQuerySet(models.QuerySet["FicheDePoste"]):
    def dans_perimetre(self, perimetre: Perimetre) -> FicheDePosteQuerySet:
        """One's own (secrétaire); those of one's CIO (DCIO); those of the département (IEN-IO, adjoint, SG,
        DASEN). Nobody else.
        """
        if perimetre.est_systeme:
            return self
        if perimetre.est(Role.SECRETAIRE_CIO):
            return self.filter(secretaire=perimetre.utilisateur_id)
        if perimetre.est(Role.DCIO):
            return self.filter(Q(cio=perimetre.cio_id) | Q(cio__parent=perimetre.cio_id))
        if perimetre.lit_le_departement:
            return self.filter(cio__departement=perimetre.departement_id)
        return self.none()

    def valides(self, jour: dt.date | None = None) -> FicheDePosteQuerySet:
        """Validated and in force on that day (today by default)."""
        jour = jour or timezone.localdate()
        return self.filter(Q(fin=None) | Q(fin__gte=jour), debut__lte=jour, validee_le__isnull=False)


class FicheDePoste(models.Model):
    """A version, from a template; two validated ones of a person never overlap (database)."""

    cio = models.ForeignKey(CIO, on_delete=models.PROTECT, related_name="+", verbose_name="CIO")
    secretaire = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="secrétaire"
    )
    version = models.PositiveSmallIntegerField("version")
    #: Heading → text, in the order of the template.
    rubriques = models.JSONField("rubriques", default=dict)
    debut = models.DateField("à compter du")
    fin = models.DateField("jusqu’au", null=True, blank=True)
    validee_le = models.DateField("validée le", null=True, blank=True)

    objects = FicheDePosteQuerySet.as_manager()

    class Meta:
        verbose_name = "fiche de poste"
        verbose_name_plural = "fiches de poste"
        constraints = [
            models.UniqueConstraint(
                fields=["secretaire", "cio", "version"], name="fiche_de_poste_version_unique"
            ),
            models.CheckConstraint(
                condition=Q(fin=None) | Q(fin__gte=F("debut")),
                name="fiche_de_poste_fin_apres_debut",
                violation_error_message="La fiche de poste doit finir après avoir commencé.",
            ),
        ]

    def __str__(self) -> str:
        return f"fiche de poste de {self.secretaire}, version {self.version}"
