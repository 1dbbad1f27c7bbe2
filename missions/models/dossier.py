"""Transversal dossiers and their delegation; the field of each member of the direction."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from comptes.enums import Role
from reseaux.models import Departement, Habilitation
from reseaux.perimetre import Perimetre


class DuDepartementQuerySet(models.QuerySet):
    """Registers of the direction: read by everyone of the département but the Région (they name people)."""

    chemin = "departement"

    def dans_perimetre(self, perimetre: Perimetre) -> DuDepartementQuerySet:
        """Of the départements one sees; nothing for the Région."""
        if perimetre.est(Role.CHARGE_MISSION_REGION):
            return self.none()
        return self.filter(**{f"{self.chemin}__in": Departement.objects.dans_perimetre(perimetre)})


class DossierTransversal(models.Model):
    """« certains dossiers transversaux (ex. dispositifs relais, FOQUALE, commission absentéisme pour le 2nd
    degré, réaffectation après un conseil de discipline…) »: an open list (R16).
    """

    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="dossiers", verbose_name="département"
    )
    libelle = models.CharField("dossier", max_length=160)
    presentation = models.TextField("présentation", blank=True)
    retire_le = models.DateField("retiré le", null=True, blank=True)

    objects = DuDepartementQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier transversal"
        verbose_name_plural = "dossiers transversaux"
        constraints = [
            models.UniqueConstraint(
                fields=["departement", "libelle"],
                name="dossier_unique",
                violation_error_message="Ce dossier existe déjà dans le département.",
            )
        ]

    def __str__(self) -> str:
        return self.libelle


class DelegationQuerySet(DuDepartementQuerySet):
    chemin = "dossier__departement"

    def en_vigueur(self, jour: dt.date | None = None) -> DelegationQuerySet:
        """Begun, not ended, not withdrawn, and both persons still in post on that day (today by default)."""
        jour = jour or timezone.localdate()
        return self.filter(
            debut__lte=jour,
            fin__gte=jour,
            retiree_le=None,
            delegataire__in=Habilitation.objects.en_vigueur(jour),
            delegant__in=Habilitation.objects.en_vigueur(jour),
        )


class Delegation(models.Model):
    """« Pilote sur délégation de l'IEN-IO »: who, to whom, which dossier, from, to; two never overlap.

    It binds two habilitations: it ends with either of them.
    """

    dossier = models.ForeignKey(
        DossierTransversal, on_delete=models.PROTECT, related_name="delegations", verbose_name="dossier"
    )
    delegant = models.ForeignKey(
        Habilitation, on_delete=models.PROTECT, related_name="+", verbose_name="délégant"
    )
    delegataire = models.ForeignKey(
        Habilitation, on_delete=models.PROTECT, related_name="delegations_recues", verbose_name="délégataire"
    )
    etendue = models.TextField("ce qui est délégué", blank=True)
    debut = models.DateField("du")
    fin = models.DateField("au")
    retiree_le = models.DateField("retirée le", null=True, blank=True)
    motif = models.TextField("motif du retrait", blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = "délégation"
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gte=F("debut")),
                name="delegation_fin_apres_debut",
                violation_error_message="La délégation doit finir après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=~Q(delegant=F("delegataire")),
                name="delegation_a_un_autre",
                violation_error_message="On ne se délègue pas un dossier à soi-même.",
            ),
            models.CheckConstraint(
                condition=Q(retiree_le=None) | ~Q(motif=""),
                name="delegation_retrait_motive",
                violation_error_message="Dites pourquoi la délégation est retirée.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier} du {self.debut:%d/%m/%Y} au {self.fin:%d/%m/%Y}"


class ChampIntervention(models.Model):
    """« Définir expressément le champ d'intervention des membres de l'équipe de direction » (action 6)."""

    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="+", verbose_name="département"
    )
    membre = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="membre"
    )
    texte = models.TextField("champ d’intervention")
    debut = models.DateField("depuis le")

    objects = DuDepartementQuerySet.as_manager()

    class Meta:
        verbose_name = "champ d’intervention"
        verbose_name_plural = "champs d’intervention"
        constraints = [
            models.UniqueConstraint(
                fields=["departement", "membre", "debut"],
                name="un_champ_par_membre_et_par_jour",
                violation_error_message="Un champ d’intervention commence déjà ce jour-là.",
            )
        ]

    def __str__(self) -> str:
        return self.texte
