"""The group: people who answer together for an action (équipe de direction, groupe de travail)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from comptes.enums import Role
from reseaux.enums import GenreGroupe
from reseaux.models.territoire import Departement
from reseaux.perimetre import Perimetre


class GroupeQuerySet(models.QuerySet["Groupe"]):
    def dans_perimetre(self, perimetre: Perimetre) -> GroupeQuerySet:
        """The groups of the départements one sees; the Région reads nothing of the staff."""
        if perimetre.est(Role.CHARGE_MISSION_REGION):
            return self.none()
        return self.filter(departement__in=Departement.objects.dans_perimetre(perimetre))


class Groupe(models.Model):
    """« équipe de direction (orientation) », « GT départemental » (experiment, governance and evaluation)."""

    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="groupes", verbose_name="département"
    )
    nom = models.CharField("nom", max_length=120)
    genre = models.CharField("nature", max_length=20, choices=GenreGroupe)

    objects = GroupeQuerySet.as_manager()

    class Meta:
        verbose_name = "groupe"
        constraints = [
            models.UniqueConstraint(
                fields=["departement", "nom"],
                name="groupe_nom_unique",
                violation_error_message="Un groupe de ce département porte déjà ce nom.",
            ),
            models.UniqueConstraint(
                fields=["departement"],
                condition=Q(genre=GenreGroupe.EQUIPE_DIRECTION),
                name="une_equipe_de_direction",
                violation_error_message="Ce département a déjà une équipe de direction.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom


class MembreGroupeQuerySet(models.QuerySet["MembreGroupe"]):
    def dans_perimetre(self, perimetre: Perimetre) -> MembreGroupeQuerySet:
        """The members of the groups one sees."""
        return self.filter(groupe__in=Groupe.objects.dans_perimetre(perimetre))

    def en_vigueur(self, jour: dt.date | None = None) -> MembreGroupeQuerySet:
        """Joined, not yet left, on that day (today by default)."""
        jour = jour or timezone.localdate()
        return self.filter(Q(date_fin=None) | Q(date_fin__gte=jour), date_debut__lte=jour)


class MembreGroupe(models.Model):
    """A person between two dates, or whoever holds a role in the département that day."""

    groupe = models.ForeignKey(
        Groupe, on_delete=models.CASCADE, related_name="membres", verbose_name="groupe"
    )
    utilisateur = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="personne",
    )
    role = models.CharField("rôle", max_length=24, choices=Role, blank=True)
    date_debut = models.DateField("du")
    date_fin = models.DateField("au", null=True, blank=True)

    objects = MembreGroupeQuerySet.as_manager()

    class Meta:
        verbose_name = "membre d’un groupe"
        verbose_name_plural = "membres d’un groupe"
        constraints = [
            models.CheckConstraint(
                condition=Q(utilisateur=None) ^ Q(role=""),
                name="membre_personne_ou_role",
                violation_error_message="Un membre est une personne ou un rôle : choisissez l’un des deux.",
            ),
            models.CheckConstraint(
                condition=Q(date_fin=None) | Q(date_fin__gte=models.F("date_debut")),
                name="membre_fin_apres_debut",
                violation_error_message="La participation au groupe doit finir après avoir commencé.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.utilisateur) if self.utilisateur else self.get_role_display()
