"""What is entrusted to whom, where, for how long a week; what a school expects; the letters."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from comptes.enums import Role
from missions.enums import PAS_DE_MISSION
from missions.models.nomenclature import Mission, Public
from psyen.models import PsyEN
from reseaux.models import CIO, AnneeScolaire, Etablissement
from reseaux.perimetre import Perimetre
from socle.models import Fichier


class DetailQuerySet(models.QuerySet):
    """Missions in detail: the PsyEN, the DCIO and (for his school) the chef d'établissement (red lines)."""

    #: Path to the school that the row is about; empty when it is about no school.
    chemin_etablissement = ""

    def dans_perimetre(self, perimetre: Perimetre) -> DetailQuerySet:
        """One's own (PsyEN); those of one's CIO and its antennes; those exercised in one's school. Above,
        nothing in detail: aggregates only (`a_compter`).
        """
        if perimetre.est_systeme:
            return self
        if perimetre.est(Role.PSYEN):
            return self.filter(psyen__utilisateur=perimetre.utilisateur_id)
        if perimetre.travaille_au_cio:
            return self.filter(Q(cio=perimetre.cio_id) | Q(cio__parent=perimetre.cio_id))
        if perimetre.est(Role.CHEF_ETABLISSEMENT) and self.chemin_etablissement:
            return self.filter(**{self.chemin_etablissement: perimetre.etablissement_id})
        return self.none()

    def a_compter(self, perimetre: Perimetre) -> DetailQuerySet:
        """The rows that one may sum, never list: those of the CIO that one sees; never for the Région."""
        if perimetre.est(Role.CHARGE_MISSION_REGION, Role.PSYEN):
            return self.none()
        if perimetre.est(Role.CHEF_ETABLISSEMENT):
            return self.dans_perimetre(perimetre)
        return self.filter(cio__in=CIO.objects.dans_perimetre(perimetre))


class MissionConfieeQuerySet(DetailQuerySet):
    chemin_etablissement = "etablissement"


class MissionConfiee(models.Model):
    """A mission entrusted by the DCIO to a PsyEN for a year: at the CIO, or in one EPLE d'exercice."""

    psyen = models.ForeignKey(PsyEN, on_delete=models.PROTECT, related_name="missions", verbose_name="PsyEN")
    cio = models.ForeignKey(CIO, on_delete=models.PROTECT, related_name="+", verbose_name="CIO")
    annee = models.ForeignKey(
        AnneeScolaire, on_delete=models.PROTECT, related_name="+", verbose_name="année scolaire"
    )
    mission = models.ForeignKey(
        Mission, on_delete=models.PROTECT, related_name="confiees", verbose_name="mission"
    )
    #: None: at the CIO. The place of the mission says which (service).
    etablissement = models.ForeignKey(
        Etablissement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="missions_confiees",
        verbose_name="établissement",
    )
    #: Half-days a week, by quarters; a share in % is turned into half-days when written.
    demi_journees = models.DecimalField(
        "demi-journées",
        max_digits=4,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(PAS_DE_MISSION))],
    )
    publics = models.ManyToManyField(Public, blank=True, related_name="+", verbose_name="publics")
    precisions = models.TextField("précisions", blank=True)

    objects = MissionConfieeQuerySet.as_manager()

    class Meta:
        verbose_name = "mission confiée"
        verbose_name_plural = "missions confiées"
        constraints = [
            models.UniqueConstraint(
                fields=["psyen", "annee", "mission", "etablissement"],
                condition=Q(etablissement__isnull=False),
                name="mission_confiee_une_fois_par_ecole",
                violation_error_message="Cette mission lui est déjà confiée dans cet établissement.",
            ),
            models.UniqueConstraint(
                fields=["psyen", "annee", "mission"],
                condition=Q(etablissement=None),
                name="mission_confiee_une_fois_au_cio",
                violation_error_message="Cette mission lui est déjà confiée au CIO.",
            ),
            models.CheckConstraint(
                condition=Q(demi_journees__gt=0, demi_journees__lte=10),
                name="mission_confiee_dans_la_semaine",
                violation_error_message="Une mission occupe de 0,25 à 10 demi-journées par semaine.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.psyen_id} – {self.mission}"


class CommentaireMissionsQuerySet(DetailQuerySet):
    pass


class CommentaireMissions(models.Model):
    """What a PsyEN says of his missions of the year, and what the CIO answers."""

    psyen = models.ForeignKey(PsyEN, on_delete=models.PROTECT, related_name="+", verbose_name="PsyEN")
    cio = models.ForeignKey(CIO, on_delete=models.PROTECT, related_name="+", verbose_name="CIO")
    annee = models.ForeignKey(AnneeScolaire, on_delete=models.PROTECT, related_name="+")
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    qualite = models.CharField("en qualité de", max_length=200, blank=True)
    texte = models.TextField("commentaire")
    le = models.DateTimeField("date", auto_now_add=True)

    objects = CommentaireMissionsQuerySet.as_manager()

    class Meta:
        verbose_name = "commentaire sur les missions"
        verbose_name_plural = "commentaires sur les missions"
        constraints = [
            models.CheckConstraint(
                condition=~Q(texte=""),
                name="commentaire_missions_non_vide",
                violation_error_message="Le commentaire est vide.",
            )
        ]

    def __str__(self) -> str:
        return self.texte


class PrioriteEtablissementQuerySet(models.QuerySet["PrioriteEtablissement"]):
    def dans_perimetre(self, perimetre: Perimetre) -> PrioriteEtablissementQuerySet:
        """Those of the schools one sees."""
        return self.filter(etablissement__in=Etablissement.objects.dans_perimetre(perimetre))


class PrioriteEtablissement(models.Model):
    """« dans la dynamique du projet d'établissement »: what a school expects of the year."""

    etablissement = models.ForeignKey(
        Etablissement, on_delete=models.PROTECT, related_name="+", verbose_name="établissement"
    )
    annee = models.ForeignKey(
        AnneeScolaire, on_delete=models.PROTECT, related_name="+", verbose_name="année scolaire"
    )
    texte = models.TextField("priorité de l’établissement")

    objects = PrioriteEtablissementQuerySet.as_manager()

    class Meta:
        verbose_name = "priorité d’un établissement"
        verbose_name_plural = "priorités d’un établissement"
        constraints = [
            models.UniqueConstraint(fields=["etablissement", "annee"], name="une_priorite_par_ecole_et_an")
        ]

    def __str__(self) -> str:
        return self.texte


class LettreDeMissionQuerySet(DetailQuerySet):
    pass


class LettreDeMission(models.Model):
    """The letter as it was given: its PDF never changes; a new one takes its place."""

    psyen = models.ForeignKey(PsyEN, on_delete=models.PROTECT, related_name="lettres", verbose_name="PsyEN")
    cio = models.ForeignKey(CIO, on_delete=models.PROTECT, related_name="+", verbose_name="CIO")
    annee = models.ForeignKey(
        AnneeScolaire, on_delete=models.PROTECT, related_name="+", verbose_name="année scolaire"
    )
    version = models.PositiveSmallIntegerField("version")
    fichier = models.ForeignKey(Fichier, on_delete=models.PROTECT, related_name="+", verbose_name="PDF")
    emise_le = models.DateField("émise le")
    emise_par = models.CharField("émise par", max_length=250)
    #: Print of what it says: another one today means that the missions, the week or the arrêté changed since.
    empreinte = models.CharField("empreinte", max_length=64, default="", editable=False)

    objects = LettreDeMissionQuerySet.as_manager()

    class Meta:
        verbose_name = "lettre de mission"
        verbose_name_plural = "lettres de mission"
        constraints = [
            models.UniqueConstraint(fields=["psyen", "annee", "version"], name="lettre_version_unique")
        ]

    def __str__(self) -> str:
        return f"lettre de mission {self.annee}, version {self.version}"
