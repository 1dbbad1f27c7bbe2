"""What the experiment aims at, and the plan of a département."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from planning.enums import EtatPlan, NiveauObjectif
from reseaux.models import AnneeScolaire, Departement
from reseaux.perimetre import Perimetre


class ObjectifQuerySet(models.QuerySet["Objectif"]):
    def dans_perimetre(self, perimetre: Perimetre) -> ObjectifQuerySet:
        """Public within the départements one sees."""
        return self.filter(**perimetre.du_departement("departement"))

    def actuels(self) -> ObjectifQuerySet:
        return self.filter(retire_le=None)


class Objectif(models.Model):
    """A node of the tree of the experiment: axis, sub-axis, objective. Retired, never deleted, once used."""

    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="objectifs", verbose_name="département"
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="enfants",
        verbose_name="rattaché à",
    )
    niveau = models.CharField("niveau", max_length=10, choices=NiveauObjectif)
    code = models.CharField("code", max_length=8)
    libelle = models.TextField("intitulé")
    rang = models.PositiveSmallIntegerField("rang", default=0)
    retire_le = models.DateField("retiré le", null=True, blank=True)

    objects = ObjectifQuerySet.as_manager()

    class Meta:
        verbose_name = "objectif"
        constraints = [
            models.UniqueConstraint(
                fields=["departement", "code"],
                name="objectif_code_unique",
                violation_error_message="Un objectif de ce département porte déjà ce code.",
            ),
            models.CheckConstraint(
                condition=Q(niveau=NiveauObjectif.AXE, parent=None)
                | (~Q(niveau=NiveauObjectif.AXE) & ~Q(parent=None)),
                name="objectif_rattache",
                violation_error_message="Un axe n’est rattaché à rien ; un sous-axe l’est à un axe, "
                "un objectif à un sous-axe.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.libelle}"


class PlanDeTravailQuerySet(models.QuerySet["PlanDeTravail"]):
    def dans_perimetre(self, perimetre: Perimetre) -> PlanDeTravailQuerySet:
        """The plans of the départements one sees; their actions say what the Région reads of them."""
        return self.filter(**perimetre.du_departement("departement"))

    def ouverts(self) -> PlanDeTravailQuerySet:
        return self.filter(etat=EtatPlan.OUVERT)


def pas_par_defaut() -> list[int]:
    """J-30, J-7, J-1, J: days before the due date."""
    return [30, 7, 1, 0]


class PlanDeTravail(models.Model):
    """« Plan de travail » of the experiment (actions, attribution, calendar), per département and period."""

    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="plans", verbose_name="département"
    )
    titre = models.CharField("titre", max_length=160)
    #: As written, « Avril 2021 – mai 2022 »; the bounds are those of the actions it may hold.
    periode = models.CharField("période", max_length=80)
    debut = models.DateField("début")
    fin = models.DateField("fin")
    #: The year whose réseaux and répartitions the plan prepares; none for a plan older than the service.
    annee = models.ForeignKey(
        AnneeScolaire,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="plans",
        verbose_name="année scolaire préparée",
    )
    etat = models.CharField("état", max_length=8, choices=EtatPlan, default=EtatPlan.OUVERT)
    clos_le = models.DateField("clos le", null=True, blank=True)
    derive_de = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="suites",
        verbose_name="reconduit de",
    )
    # Reminders: days before the due date, then days between two when late, then before the IEN-IO is told.
    jours_avant = models.JSONField("rappels avant l’échéance (jours)", default=pas_par_defaut)
    jours_entre_relances = models.PositiveSmallIntegerField("jours entre deux rappels d’un retard", default=7)
    jours_avant_escalade = models.PositiveSmallIntegerField(
        "jours de retard avant de prévenir l’IEN-IO", default=14
    )

    objects = PlanDeTravailQuerySet.as_manager()

    class Meta:
        verbose_name = "plan de travail"
        verbose_name_plural = "plans de travail"
        constraints = [
            models.UniqueConstraint(
                fields=["departement", "titre"],
                name="plan_titre_unique",
                violation_error_message="Un plan de ce département porte déjà ce titre.",
            ),
            models.CheckConstraint(
                condition=Q(fin__gte=F("debut")),
                name="plan_fin_apres_debut",
                violation_error_message="Le plan doit finir après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(jours_entre_relances__gte=1, jours_avant_escalade__gte=1),
                name="plan_pas_d_un_jour_au_moins",
                violation_error_message="Comptez au moins un jour entre deux rappels, "
                "et avant le signalement.",
            ),
        ]

    def __str__(self) -> str:
        return self.titre

    @property
    def est_modifiable(self) -> bool:
        """A closed plan is history."""
        return self.etat == EtatPlan.OUVERT
