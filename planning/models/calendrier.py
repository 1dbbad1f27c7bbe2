"""Days that are not worked, periods of the orientation year, and the calendar of each school."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from planning.enums import GenrePeriodeNonOuvree, GenrePeriodeOrientation, Niveau, Rythme
from reseaux.models import Academie, AnneeScolaire, Departement, Etablissement
from reseaux.perimetre import Perimetre


class PeriodeNonOuvreeQuerySet(models.QuerySet["PeriodeNonOuvree"]):
    def dans_perimetre(self, perimetre: Perimetre) -> PeriodeNonOuvreeQuerySet:
        """Those of one's académie."""
        return self if perimetre.est_systeme else self.filter(academie=perimetre.academie_id)


class PeriodeNonOuvree(models.Model):
    """Public or school holidays of an académie, both days included. No reminder leaves then."""

    academie = models.ForeignKey(
        Academie, on_delete=models.PROTECT, related_name="+", verbose_name="académie"
    )
    genre = models.CharField("nature", max_length=10, choices=GenrePeriodeNonOuvree)
    nom = models.CharField("nom", max_length=120)
    debut = models.DateField("du")
    fin = models.DateField("au")

    objects = PeriodeNonOuvreeQuerySet.as_manager()

    class Meta:
        verbose_name = "période non ouvrée"
        verbose_name_plural = "périodes non ouvrées"
        constraints = [
            models.UniqueConstraint(
                fields=["academie", "nom", "debut"],
                name="periode_non_ouvree_unique",
                violation_error_message="Cette période est déjà au calendrier.",
            ),
            models.CheckConstraint(
                condition=Q(fin__gte=F("debut")),
                name="periode_non_ouvree_fin_apres_debut",
                violation_error_message="La période doit finir après avoir commencé.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom


class PeriodeOrientationQuerySet(models.QuerySet["PeriodeOrientation"]):
    def dans_perimetre(self, perimetre: Perimetre) -> PeriodeOrientationQuerySet:
        """Public within the départements one sees."""
        return self.filter(departement__in=Departement.objects.dans_perimetre(perimetre))


class PeriodeOrientation(models.Model):
    """A moment of the orientation year (« en fonction du calendrier de l'orientation », objective 10)."""

    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="+", verbose_name="département"
    )
    annee = models.ForeignKey(
        AnneeScolaire, on_delete=models.PROTECT, related_name="+", verbose_name="année scolaire"
    )
    genre = models.CharField("nature", max_length=20, choices=GenrePeriodeOrientation)
    titre = models.CharField("intitulé", max_length=160)
    niveau = models.CharField("niveau", max_length=4, choices=Niveau, blank=True)
    #: Only for the schools of that rhythm; empty for all.
    rythme = models.CharField("établissements par", max_length=10, choices=Rythme, blank=True)
    debut = models.DateField("du")
    fin = models.DateField("au")

    objects = PeriodeOrientationQuerySet.as_manager()

    class Meta:
        verbose_name = "période d’orientation"
        verbose_name_plural = "périodes d’orientation"
        constraints = [
            models.UniqueConstraint(
                fields=["departement", "annee", "titre"],
                name="periode_orientation_unique",
                violation_error_message="Cette période est déjà au calendrier de l’année.",
            ),
            models.CheckConstraint(
                condition=Q(fin__gte=F("debut")),
                name="periode_orientation_fin_apres_debut",
                violation_error_message="La période doit finir après avoir commencé.",
            ),
        ]

    def __str__(self) -> str:
        return self.titre


class ChoixRythmeQuerySet(models.QuerySet["ChoixRythme"]):
    def dans_perimetre(self, perimetre: Perimetre) -> ChoixRythmeQuerySet:
        """Those of the schools one sees."""
        return self.filter(etablissement__in=Etablissement.objects.dans_perimetre(perimetre))


class ChoixRythme(models.Model):
    """Terms or semesters, school by school; without a row, terms."""

    etablissement = models.ForeignKey(
        Etablissement, on_delete=models.PROTECT, related_name="+", verbose_name="établissement"
    )
    annee = models.ForeignKey(
        AnneeScolaire, on_delete=models.PROTECT, related_name="+", verbose_name="année scolaire"
    )
    rythme = models.CharField("rythme", max_length=10, choices=Rythme)

    objects = ChoixRythmeQuerySet.as_manager()

    class Meta:
        verbose_name = "rythme de l’année"
        verbose_name_plural = "rythmes de l’année"
        constraints = [
            models.UniqueConstraint(fields=["etablissement", "annee"], name="un_rythme_par_etablissement")
        ]

    def __str__(self) -> str:
        return self.get_rythme_display()
