"""The arrêté of the DASEN: numbered, signed, stored as it was."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from psyen.enums import NatureArrete
from psyen.models.repartition import Repartition
from reseaux.models import Departement
from reseaux.perimetre import Perimetre
from socle.models import Fichier


class ModeleArreteQuerySet(models.QuerySet["ModeleArrete"]):
    def dans_perimetre(self, perimetre: Perimetre) -> ModeleArreteQuerySet:
        """The models of the départements one sees."""
        return self.filter(departement__in=Departement.objects.dans_perimetre(perimetre))


class ModeleArrete(models.Model):
    """Visas and signatory of a département's arrêtés, copied into each one when it is taken."""

    departement = models.OneToOneField(
        Departement, on_delete=models.PROTECT, related_name="modele_arrete", verbose_name="département"
    )
    autorite = models.CharField(
        "autorité (en-tête)", max_length=200, help_text="« Le directeur académique des services… »"
    )
    visas = models.TextField("visas", help_text="Un visa par ligne, commençant par « Vu ».")
    signataire = models.CharField("nom du signataire", max_length=120)
    qualite = models.CharField(
        "qualité du signataire",
        max_length=300,
        help_text="Par exemple : « Pour le recteur et par délégation, … »",
    )
    lieu = models.CharField("fait à", max_length=80)
    prefixe = models.CharField("préfixe du numéro", max_length=30, help_text="« DSDEN41-CIO »")

    objects = ModeleArreteQuerySet.as_manager()

    class Meta:
        verbose_name = "modèle d’arrêté"
        verbose_name_plural = "modèles d’arrêté"

    def __str__(self) -> str:
        return f"modèle d’arrêté – {self.departement}"


class CompteurArrete(models.Model):
    """Last number given in a département and civil year; its row lock makes numbers follow on."""

    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="+", verbose_name="département"
    )
    annee_civile = models.PositiveSmallIntegerField("année civile")
    dernier = models.PositiveIntegerField("dernier numéro", default=0)

    objects = models.Manager()

    class Meta:
        verbose_name = "compteur d’arrêtés"
        verbose_name_plural = "compteurs d’arrêtés"
        constraints = [
            models.UniqueConstraint(fields=["departement", "annee_civile"], name="un_compteur_par_annee")
        ]

    def __str__(self) -> str:
        return f"{self.annee_civile} : {self.dernier}"


class ArreteQuerySet(models.QuerySet["Arrete"]):
    def dans_perimetre(self, perimetre: Perimetre) -> ArreteQuerySet:
        """The arrêtés of the répartitions one reads; a school or a PsyEN receives an extract instead."""
        return self.filter(repartition__in=Repartition.objects.dans_perimetre(perimetre))


class Arrete(models.Model):
    """Everything that its PDF says besides the répartition itself is copied here when it is taken.

    The PDF is drawn once, after the decision, then never changes (database trigger).
    """

    repartition = models.OneToOneField(
        Repartition, on_delete=models.PROTECT, related_name="arrete", verbose_name="répartition"
    )
    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="arretes", verbose_name="département"
    )
    annee_civile = models.PositiveSmallIntegerField("année civile")
    rang = models.PositiveIntegerField("rang dans l’année")
    numero = models.CharField("numéro", max_length=60, unique=True)
    nature = models.CharField("nature", max_length=12, choices=NatureArrete)
    date_signature = models.DateField("date de l’arrêté")
    autorite = models.CharField("autorité", max_length=200)
    visas = models.TextField("visas")
    signataire = models.CharField("signataire", max_length=120)
    qualite = models.CharField("qualité du signataire", max_length=300)
    lieu = models.CharField("fait à", max_length=80)
    modifie = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="modificatifs",
        verbose_name="modifie",
    )
    fichier = models.ForeignKey(
        Fichier, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="document"
    )

    objects = ArreteQuerySet.as_manager()

    class Meta:
        verbose_name = "arrêté"
        constraints = [
            models.UniqueConstraint(
                fields=["departement", "annee_civile", "rang"],
                name="numero_d_arrete_unique",
                violation_error_message="Ce numéro d’arrêté est déjà pris.",
            ),
            models.CheckConstraint(
                condition=Q(nature=NatureArrete.INITIAL, modifie__isnull=True)
                | Q(nature=NatureArrete.MODIFICATIF, modifie__isnull=False),
                name="arrete_modificatif_modifie",
                violation_error_message="Un arrêté modificatif désigne l’arrêté qu’il modifie.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} n° {self.numero}"
