"""The PsyEN and his dated attachment to one CIO."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from comptes.enums import Role
from psyen.enums import EtatRepartition, Statut
from reseaux.models import CIO
from reseaux.perimetre import Perimetre
from socle.texte import normaliser_recherche


class PsyENQuerySet(models.QuerySet["PsyEN"]):
    def dans_perimetre(self, perimetre: Perimetre) -> PsyENQuerySet:
        """Own file (PsyEN); those attached now or later to one's CIO, département or académie; those
        arrêtés in one's school (chef d'établissement). Never the chargé de mission Région (R08).
        """
        if perimetre.est_systeme:
            return self
        if perimetre.est(Role.PSYEN):
            return self.filter(utilisateur=perimetre.utilisateur_id)
        if perimetre.est(Role.CHARGE_MISSION_REGION):
            return self.none()
        if perimetre.est(Role.CHEF_ETABLISSEMENT):
            # The reverse path stays inside this app: services → affectations.
            return self.filter(
                pk__in=self.model.objects.filter(
                    services__repartition__etat=EtatRepartition.ARRETEE,
                    services__affectations__etablissement=perimetre.etablissement_id,
                ).values("pk")
            )
        rattachements = Rattachement.objects.dans_perimetre(perimetre).non_termines()
        return self.filter(Exists(rattachements.filter(psyen=OuterRef("pk"))))

    def rattaches(self, cio: CIO, jour: dt.date) -> PsyENQuerySet:
        """Those attached to this CIO on that day."""
        return self.filter(Exists(Rattachement.objects.au(jour).filter(psyen=OuterRef("pk"), cio=cio)))


class PsyEN(models.Model):
    """Psychologist of the éducation nationale, second degree. Professional contact only; no reason for
    a part-time or a décharge is ever stored (red lines).
    """

    nom = models.CharField("nom", max_length=80)
    prenom = models.CharField("prénom", max_length=80)
    courriel = models.EmailField("courriel professionnel", unique=True)
    telephone = models.CharField("téléphone professionnel", max_length=20, blank=True)
    statut = models.CharField("statut", max_length=12, choices=Statut, default=Statut.TITULAIRE)
    utilisateur = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="compte",
    )
    recherche = models.CharField(editable=False, max_length=420, default="")

    objects = PsyENQuerySet.as_manager()

    class Meta:
        verbose_name = "PsyEN"
        verbose_name_plural = "PsyEN"
        constraints = [
            models.CheckConstraint(
                condition=Q(statut__in=Statut.values),
                name="psyen_statut_connu",
                violation_error_message="Ce statut n’existe pas.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}"

    def save(self, *args, **kwargs) -> None:
        self.calculer_derives()
        super().save(*args, **kwargs)

    def calculer_derives(self) -> None:
        """Set the columns that follow from the others; bulk writers call it on each row."""
        self.recherche = normaliser_recherche(self.nom, self.prenom, self.courriel)

    @property
    def compte_dans_couverture(self) -> bool:
        """A stagiaire gives no autonomous coverage: he follows a tutor (domain, A1)."""
        return self.statut != Statut.STAGIAIRE


class RattachementQuerySet(models.QuerySet["Rattachement"]):
    def dans_perimetre(self, perimetre: Perimetre) -> RattachementQuerySet:
        """The attachments to the CIO one works in or oversees; one's own (PsyEN)."""
        if perimetre.est(Role.PSYEN):
            return self.filter(psyen__utilisateur=perimetre.utilisateur_id)
        if perimetre.est(Role.CHEF_ETABLISSEMENT, Role.CHARGE_MISSION_REGION):
            return self.none()
        return self.filter(cio__in=CIO.objects.dans_perimetre(perimetre))

    def au(self, jour: dt.date) -> RattachementQuerySet:
        """In force on that day."""
        return self.filter(Q(date_fin__isnull=True) | Q(date_fin__gte=jour), date_debut__lte=jour)

    def non_termines(self) -> RattachementQuerySet:
        """In force today or to come."""
        return self.filter(Q(date_fin__isnull=True) | Q(date_fin__gte=timezone.localdate()))


class Rattachement(models.Model):
    """« Les PsyEn sont rattachés administrativement à un CIO »: one at any date (R01); two periods of
    one PsyEN never overlap (exclusion constraint on PostgreSQL, trigger on SQLite).
    """

    psyen = models.ForeignKey(
        PsyEN, on_delete=models.CASCADE, related_name="rattachements", verbose_name="PsyEN"
    )
    cio = models.ForeignKey(CIO, on_delete=models.PROTECT, related_name="rattachements", verbose_name="CIO")
    quotite = models.DecimalField(
        "quotité (%)",
        max_digits=5,
        decimal_places=2,
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    date_debut = models.DateField("du")
    date_fin = models.DateField("au", null=True, blank=True)

    objects = RattachementQuerySet.as_manager()

    class Meta:
        verbose_name = "rattachement"
        constraints = [
            models.CheckConstraint(
                condition=Q(date_fin__isnull=True) | Q(date_fin__gte=models.F("date_debut")),
                name="rattachement_fin_apres_debut",
                violation_error_message="Le rattachement doit finir après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(quotite__gt=0, quotite__lte=100),
                name="rattachement_quotite_valide",
                violation_error_message="La quotité est comprise entre 1 et 100 %.",
            ),
        ]
        indexes = [models.Index(fields=["cio", "date_debut", "date_fin"], name="rattachement_par_cio")]

    def __str__(self) -> str:
        return f"PsyEN {self.psyen_id} au CIO {self.cio_id} depuis le {self.date_debut:%d/%m/%Y}"
