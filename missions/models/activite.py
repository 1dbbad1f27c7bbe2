"""Activity in figures, never a pupil nor a name; and the programme d'activités of a CIO."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comptes.enums import Role
from missions.enums import Audience, EtatProgramme, Unite
from missions.models.nomenclature import Mission, Public
from reseaux.models import CIO, AnneeScolaire, Etablissement
from reseaux.perimetre import Perimetre
from socle.models import Fichier


class ReleveActiviteQuerySet(models.QuerySet["ReleveActivite"]):
    def dans_perimetre(self, perimetre: Perimetre) -> ReleveActiviteQuerySet:
        """The counts of one's CIO; of one's school; elsewhere only through sums, small ones masked
        (`a_compter`).
        """
        if perimetre.est_systeme:
            return self
        if perimetre.travaille_au_cio:
            return self.filter(Q(cio=perimetre.cio_id) | Q(cio__parent=perimetre.cio_id))
        if perimetre.est(Role.CHEF_ETABLISSEMENT):
            return self.filter(etablissement=perimetre.etablissement_id)
        return self.none()

    def a_compter(self, perimetre: Perimetre) -> ReleveActiviteQuerySet:
        """The rows that one may sum: those of the CIO one sees; the Région and the PsyEN read the published
        report.
        """
        if perimetre.est(Role.CHARGE_MISSION_REGION, Role.PSYEN):
            return self.none()
        if perimetre.est(Role.CHEF_ETABLISSEMENT):
            return self.dans_perimetre(perimetre)
        return self.filter(cio__in=CIO.objects.dans_perimetre(perimetre))


class ReleveActivite(models.Model):
    """One number of a month: interviews, collective sessions or trainings, at the CIO or in a school."""

    cio = models.ForeignKey(CIO, on_delete=models.PROTECT, related_name="+", verbose_name="CIO")
    etablissement = models.ForeignKey(
        Etablissement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="établissement",
    )
    #: First day of the month.
    mois = models.DateField("mois")
    mission = models.ForeignKey(Mission, on_delete=models.PROTECT, related_name="+", verbose_name="mission")
    public = models.ForeignKey(
        Public, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="public"
    )
    unite = models.CharField("unité", max_length=12, choices=Unite)
    audience = models.CharField("audience", max_length=12, choices=Audience, blank=True)
    nombre = models.PositiveIntegerField("nombre")

    objects = ReleveActiviteQuerySet.as_manager()

    class Meta:
        verbose_name = "relevé d’activité"
        verbose_name_plural = "relevés d’activité"
        constraints = [
            models.UniqueConstraint(
                "cio",
                models.functions.Coalesce("etablissement", 0),
                "mois",
                "mission",
                models.functions.Coalesce("public", 0),
                "unite",
                "audience",
                name="releve_unique",
                violation_error_message="Ce nombre est déjà saisi pour ce mois.",
            ),
            models.CheckConstraint(
                condition=Q(mois__day=1),
                name="releve_premier_du_mois",
                violation_error_message="Un relevé porte sur un mois entier.",
            ),
            models.CheckConstraint(
                condition=Q(unite=Unite.FORMATIONS) | Q(audience=""),
                name="releve_audience_des_formations",
                violation_error_message="L’audience ne se dit que des formations.",
            ),
        ]
        indexes = [models.Index(fields=["cio", "mois"], name="releve_par_cio_et_mois")]

    def __str__(self) -> str:
        return f"{self.nombre} {self.get_unite_display().lower()}"


class ProgrammeActivitesQuerySet(models.QuerySet["ProgrammeActivites"]):
    def dans_perimetre(self, perimetre: Perimetre) -> ProgrammeActivitesQuerySet:
        """One's own CIO, draft included; elsewhere in the département what is published. Never the Région:
        half-days and the work plan are the business of the staff (R08).
        """
        if perimetre.est_systeme:
            return self
        if perimetre.est(Role.CHARGE_MISSION_REGION):
            return self.none()
        if perimetre.travaille_au_cio:
            return self.filter(
                Q(cio=perimetre.cio_id)
                | Q(cio__parent=perimetre.cio_id)
                | Q(cio__departement=perimetre.departement_id, etat=EtatProgramme.PUBLIE)
            )
        return self.filter(cio__in=CIO.objects.dans_perimetre(perimetre), etat=EtatProgramme.PUBLIE)


class ProgrammeActivites(models.Model):
    """« responsables du programme d'activités du CIO » (fiche 1): published, its version never changes."""

    cio = models.ForeignKey(CIO, on_delete=models.PROTECT, related_name="programmes", verbose_name="CIO")
    annee = models.ForeignKey(
        AnneeScolaire, on_delete=models.PROTECT, related_name="+", verbose_name="année scolaire"
    )
    version = models.PositiveSmallIntegerField("version")
    introduction = models.TextField("introduction", blank=True)
    etat = models.CharField("état", max_length=10, choices=EtatProgramme, default=EtatProgramme.BROUILLON)
    publie_le = models.DateField("publié le", null=True, blank=True)
    publie_par = models.CharField("publié par", max_length=250, blank=True)
    fichier = models.ForeignKey(
        Fichier, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="PDF"
    )

    objects = ProgrammeActivitesQuerySet.as_manager()

    class Meta:
        verbose_name = "programme d’activités"
        verbose_name_plural = "programmes d’activités"
        constraints = [
            models.UniqueConstraint(fields=["cio", "annee", "version"], name="programme_version_unique"),
            models.UniqueConstraint(
                fields=["cio", "annee"],
                condition=Q(etat=EtatProgramme.BROUILLON),
                name="un_brouillon_de_programme",
                violation_error_message="Un brouillon est déjà en préparation : reprenez-le.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatProgramme.PUBLIE) | Q(publie_le__isnull=False, fichier__isnull=False),
                name="programme_publie_date",
                violation_error_message="Un programme publié a une date et un document.",
            ),
        ]

    def __str__(self) -> str:
        return f"programme d’activités {self.annee}, version {self.version}"
