"""Models about the data of persons themselves: who opened what, who was erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models

if TYPE_CHECKING:
    from socle.models import Perimetre


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def dans_perimetre(self, perimetre: Perimetre) -> Self:
        """Told to the person concerned alone, by « Mes données »."""
        return self.all() if perimetre.est_systeme else self.none()


class Consultation(models.Model):
    """Someone opened a page about someone else, that day: once a day, a reader, a quality and a page.

    Append-only; the triggers let a line be erased after six months only (CNIL: logs are kept six months to a
    year). `habilitation_id` is a plain number: its table stands above `socle`.
    """

    jour = models.DateField("jour")
    sujet_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    sujet_id = models.BigIntegerField("personne concernée")
    page = models.CharField("page", max_length=60)
    lecteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="lecteur"
    )
    habilitation_id = models.BigIntegerField("habilitation")
    qualite = models.TextField("en qualité de")

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = "consultation"
        verbose_name_plural = "consultations"
        constraints = [
            models.UniqueConstraint(
                fields=["sujet_type", "sujet_id", "jour", "lecteur", "habilitation_id", "page"],
                name="consultation_une_par_jour",
                violation_error_message="Cette consultation est déjà notée.",
            )
        ]
        indexes = [models.Index(fields=["lecteur", "jour"], name="consultation_du_lecteur")]

    def __str__(self) -> str:
        return f"{self.page}, le {self.jour:%d/%m/%Y}"


class EffacementQuerySet(models.QuerySet["Effacement"]):
    def dans_perimetre(self, perimetre: Perimetre) -> Self:
        """Read by the commands of the operator."""
        return self.all() if perimetre.est_systeme else self.none()


class Effacement(models.Model):
    """An object of a person whose data were erased: a number, no name. Append-only.

    The journal lets the words of a line about one of these objects be blanked, and nothing else (trigger).
    """

    le = models.DateTimeField("effacé le", auto_now_add=True)
    objet_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    objet_id = models.BigIntegerField("identifiant de l’objet")
    motif = models.CharField("motif", max_length=200)

    objects = EffacementQuerySet.as_manager()

    class Meta:
        verbose_name = "effacement"
        verbose_name_plural = "effacements"
        constraints = [
            models.UniqueConstraint(
                fields=["objet_type", "objet_id"],
                name="effacement_une_fois",
                violation_error_message="Cet objet est déjà effacé.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.objet_type} n° {self.objet_id}"
