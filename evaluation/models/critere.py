"""What the experiment is judged on: criteria of the working group, indicators and their definition."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comptes.enums import Role
from evaluation.enums import SOURCES_CALCULEES, EtatCritere, Niveau, Sens, SourceIndicateur, Unite
from planning.models import Objectif, Responsabilite, Reunion
from reseaux.models import Departement
from reseaux.perimetre import Perimetre


class CadreQuerySet(models.QuerySet):
    """Criteria and definitions: what everybody will be judged on is no secret among the staff."""

    def dans_perimetre(self, perimetre: Perimetre) -> CadreQuerySet:
        """Those of one's own département (of the académie for the ADMIN), save for the chef
        d'établissement and the Région, who read what is published.
        """
        if perimetre.est(Role.CHEF_ETABLISSEMENT, Role.CHARGE_MISSION_REGION):
            return self.none()
        return self.filter(**perimetre.du_departement("departement"))


class CritereQuerySet(CadreQuerySet):
    pass


class Critere(models.Model):
    """« Lancement d'un GT départemental sur les critères d'évaluation de l'expérimentation » (evaluation, 1):
    proposed by anyone of the group, validated in one of its meetings.
    """

    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="criteres", verbose_name="département"
    )
    objectif = models.ForeignKey(
        Objectif,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="criteres",
        verbose_name="objectif",
    )
    libelle = models.CharField("critère", max_length=250)
    pourquoi = models.TextField("pourquoi ce critère", blank=True)
    comment = models.TextField("comment on en juge", blank=True)
    #: Importance among the criteria, 1 to 10, when the group gives some.
    poids = models.PositiveSmallIntegerField("poids", null=True, blank=True)
    etat = models.CharField("état", max_length=8, choices=EtatCritere, default=EtatCritere.PROPOSE)
    #: The meeting of the group where it was validated, when it is known here.
    reunion = models.ForeignKey(
        Reunion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="criteres",
        verbose_name="réunion du groupe de travail",
    )
    statue_le = models.DateField("statué le", null=True, blank=True)
    #: Why it was set aside; or a word of the group on what it validated.
    motif = models.TextField("motif", blank=True)
    rang = models.PositiveSmallIntegerField("rang", default=0)
    #: Moves at each write: two people on one text, the second is told.
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = CritereQuerySet.as_manager()

    class Meta:
        verbose_name = "critère"
        constraints = [
            models.UniqueConstraint(
                fields=["departement", "libelle"],
                name="critere_unique",
                violation_error_message="Ce critère est déjà proposé dans ce département.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatCritere.PROPOSE, statue_le=None)
                | (~Q(etat=EtatCritere.PROPOSE) & Q(statue_le__isnull=False)),
                name="critere_statue_date",
                violation_error_message="Un critère validé ou écarté porte la date de la décision.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatCritere.ECARTE) | ~Q(motif=""),
                name="critere_ecarte_motive",
                violation_error_message="Dites pourquoi le critère est écarté.",
            ),
            models.CheckConstraint(
                condition=Q(poids=None) | Q(poids__gte=1, poids__lte=10),
                name="critere_poids_de_1_a_10",
                violation_error_message="Le poids va de 1 à 10.",
            ),
        ]

    def __str__(self) -> str:
        return self.libelle


class IndicateurQuerySet(CadreQuerySet):
    def actuels(self) -> IndicateurQuerySet:
        return self.filter(retire_le=None)


class Indicateur(Responsabilite):
    """A figure and its definition. Its owner (person, role or group) owes it when it is entered by hand.

    Retired, never deleted, once measured. A frozen campaign keeps its own copy (`DefinitionFigee`).
    """

    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="indicateurs", verbose_name="département"
    )
    critere = models.ForeignKey(
        Critere,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="indicateurs",
        verbose_name="critère",
    )
    code = models.CharField("code", max_length=8)
    libelle = models.CharField("indicateur", max_length=250)
    numerateur = models.CharField("numérateur", max_length=300)
    denominateur = models.CharField("dénominateur", max_length=300, blank=True)
    unite = models.CharField("unité", max_length=12, choices=Unite)
    sens = models.CharField("sens", max_length=8, choices=Sens, default=Sens.NEUTRE)
    #: The finest level; the levels above are given too.
    niveau = models.CharField("niveau le plus fin", max_length=14, choices=Niveau, default=Niveau.DEPARTEMENT)
    periode = models.CharField("période observée", max_length=160, blank=True)
    source = models.CharField("source", max_length=8, choices=SourceIndicateur)
    #: Name of the registered function, when the service gives the figure.
    calcul = models.CharField("calcul", max_length=40, blank=True)
    cible = models.DecimalField("cible", max_digits=12, decimal_places=2, null=True, blank=True)
    mise_en_garde = models.TextField("mise en garde", blank=True)
    rang = models.PositiveSmallIntegerField("rang", default=0)
    retire_le = models.DateField("retiré le", null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = IndicateurQuerySet.as_manager()

    class Meta:
        verbose_name = "indicateur"
        constraints = [
            models.UniqueConstraint(
                fields=["departement", "code"],
                name="indicateur_code_unique",
                violation_error_message="Un indicateur de ce département porte déjà ce code.",
            ),
            models.CheckConstraint(
                condition=(Q(source__in=SOURCES_CALCULEES) & ~Q(calcul=""))
                | (~Q(source__in=SOURCES_CALCULEES) & Q(calcul="")),
                name="indicateur_calcul_selon_la_source",
                violation_error_message="Un indicateur calculé ou d’enquête nomme son calcul, "
                "les autres aucun.",
            ),
            models.CheckConstraint(
                condition=(Q(utilisateur=None) & Q(groupe=None))
                | (Q(utilisateur=None) & Q(role=""))
                | (Q(groupe=None) & Q(role="")),
                name="indicateur_un_responsable_au_plus",
                violation_error_message="Un responsable est une personne, un rôle ou un groupe : "
                "choisissez-en un seul.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.libelle}"

    @property
    def est_calcule(self) -> bool:
        return self.source in SOURCES_CALCULEES
