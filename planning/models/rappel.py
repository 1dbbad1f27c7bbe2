"""Reminders: what was written, to whom, for which due date and step."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from planning.enums import GenreMessage, ModeRappel
from planning.models.jalon import Jalon
from reseaux.models import Academie
from reseaux.perimetre import Perimetre
from socle.models import Courriel


class RappelQuerySet(models.QuerySet["Rappel"]):
    def dans_perimetre(self, perimetre: Perimetre) -> RappelQuerySet:
        """Those about the milestones one reads."""
        return self.filter(jalon__in=Jalon.objects.dans_perimetre(perimetre))


class Rappel(models.Model):
    """One row per (milestone, due date, recipient, step): whatever ticks twice writes once (database).

    `etape`: « J-30 », « J-7 », « J-1 », « J », « R+7 », « R+14 »… late, « escalade », « relance-3 » by hand.
    """

    jalon = models.ForeignKey(Jalon, on_delete=models.CASCADE, related_name="rappels")
    echeance = models.DateField("échéance")
    destinataire = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="destinataire"
    )
    etape = models.CharField("étape", max_length=16)
    jour = models.DateField("jour")
    courriel = models.ForeignKey(
        Courriel, on_delete=models.PROTECT, null=True, related_name="rappels", verbose_name="courriel"
    )
    #: Who sent it, for a « relance » by hand.
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="auteur"
    )

    objects = RappelQuerySet.as_manager()

    class Meta:
        verbose_name = "rappel"
        constraints = [
            models.UniqueConstraint(
                fields=["jalon", "echeance", "destinataire", "etape"],
                name="rappel_unique",
                violation_error_message="Ce rappel a déjà été écrit.",
            )
        ]
        indexes = [models.Index(fields=["destinataire", "jour"], name="rappel_par_destinataire")]

    def __str__(self) -> str:
        return f"{self.etape} – {self.echeance:%d/%m/%Y}"


class PreferenceRappelsQuerySet(models.QuerySet["PreferenceRappels"]):
    def dans_perimetre(self, perimetre: Perimetre) -> PreferenceRappelsQuerySet:
        """One's own."""
        return self.filter(utilisateur=perimetre.utilisateur_id)


class PreferenceRappels(models.Model):
    """How a person wants to be reminded; without a row, one mail per due date."""

    utilisateur = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="personne"
    )
    mode = models.CharField("rappels", max_length=16, choices=ModeRappel, default=ModeRappel.IMMEDIAT)

    objects = PreferenceRappelsQuerySet.as_manager()

    class Meta:
        verbose_name = "préférence de rappel"
        verbose_name_plural = "préférences de rappel"

    def __str__(self) -> str:
        return self.get_mode_display()


class ModeleDeMessageQuerySet(models.QuerySet["ModeleDeMessage"]):
    def dans_perimetre(self, perimetre: Perimetre) -> ModeleDeMessageQuerySet:
        """Those of one's académie."""
        if perimetre.est_systeme:
            return self
        return self.filter(academie=perimetre.academie_id)


class ModeleDeMessage(models.Model):
    """The text of a kind of reminder as an académie rewrote it; without a row, the text of the service."""

    academie = models.ForeignKey(
        Academie, on_delete=models.PROTECT, related_name="+", verbose_name="académie"
    )
    genre = models.CharField("message", max_length=16, choices=GenreMessage)
    objet = models.CharField("objet", max_length=200)
    corps = models.TextField("texte")

    objects = ModeleDeMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "modèle de message"
        verbose_name_plural = "modèles de message"
        constraints = [models.UniqueConstraint(fields=["academie", "genre"], name="un_modele_par_message")]

    def __str__(self) -> str:
        return self.get_genre_display()
