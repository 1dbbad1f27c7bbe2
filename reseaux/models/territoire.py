"""Académies, départements, bassins and school years: the frame of everything else."""

from __future__ import annotations

import datetime as dt
import re

from django.db import models

from reseaux.enums import EtatAnnee
from reseaux.perimetre import Perimetre


class AcademieQuerySet(models.QuerySet["Academie"]):
    def dans_perimetre(self, perimetre: Perimetre) -> AcademieQuerySet:
        """One's own académie."""
        return self if perimetre.est_systeme else self.filter(pk=perimetre.academie_id)


class Academie(models.Model):
    code = models.CharField("code", max_length=2, unique=True)
    nom = models.CharField("nom", max_length=80)

    objects = AcademieQuerySet.as_manager()

    class Meta:
        verbose_name = "académie"

    def __str__(self) -> str:
        return self.nom


class DepartementQuerySet(models.QuerySet["Departement"]):
    def dans_perimetre(self, perimetre: Perimetre) -> DepartementQuerySet:
        """One's own département; every département of the académie for the ADMIN."""
        if perimetre.est_systeme:
            return self
        if perimetre.departement_id:
            return self.filter(pk=perimetre.departement_id)
        return self.filter(academie=perimetre.academie_id)


class Departement(models.Model):
    #: Three characters (« 041 », « 02A », « 971 »), never a number: annuaire de l'éducation.
    code = models.CharField("code", max_length=3, unique=True)
    nom = models.CharField("nom", max_length=80)
    avec_article = models.CharField(
        "nom précédé de « de »", max_length=90, help_text="« du Cher », « de l’Eure-et-Loir »"
    )
    academie = models.ForeignKey(
        Academie, on_delete=models.PROTECT, related_name="departements", verbose_name="académie"
    )
    #: Rings of [longitude, latitude] for the map; empty when unknown.
    contour = models.JSONField("contour", default=list, blank=True)

    objects = DepartementQuerySet.as_manager()

    class Meta:
        verbose_name = "département"

    def __str__(self) -> str:
        return self.nom


class BassinQuerySet(models.QuerySet["Bassin"]):
    def dans_perimetre(self, perimetre: Perimetre) -> BassinQuerySet:
        """The bassins of the départements one sees."""
        return self.filter(departement__in=Departement.objects.dans_perimetre(perimetre))


class Bassin(models.Model):
    code = models.CharField("code", max_length=10, unique=True)
    nom = models.CharField("nom", max_length=80)
    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="bassins", verbose_name="département"
    )

    objects = BassinQuerySet.as_manager()

    class Meta:
        verbose_name = "bassin de formation"

    def __str__(self) -> str:
        return self.nom


class AnneeScolaireQuerySet(models.QuerySet["AnneeScolaire"]):
    def dans_perimetre(self, perimetre: Perimetre) -> AnneeScolaireQuerySet:
        """School years are the same for everyone."""
        return self

    def de_code(self, code: str) -> AnneeScolaire | None:
        """The one an address asks for; None for an unknown code, and for what is none (a NUL byte)."""
        return self.filter(code=code).first() if re.fullmatch(r"[0-9]{4}-[0-9]{4}", code) else None

    def en_cours(self) -> AnneeScolaire | None:
        return self.filter(etat=EtatAnnee.EN_COURS).first()

    def au(self, jour: dt.date) -> AnneeScolaire | None:
        """The school year that a day falls in."""
        return self.filter(debut__lte=jour, fin__gte=jour).first()


class AnneeScolaire(models.Model):
    """From 1 September to 31 August; « 2026-2027 »."""

    code = models.CharField("année scolaire", max_length=9, unique=True)
    debut = models.DateField("début")
    fin = models.DateField("fin")
    etat = models.CharField("état", max_length=12, choices=EtatAnnee, default=EtatAnnee.PREPARATION)

    objects = AnneeScolaireQuerySet.as_manager()

    class Meta:
        verbose_name = "année scolaire"
        verbose_name_plural = "années scolaires"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fin__gt=models.F("debut")),
                name="annee_fin_apres_debut",
                violation_error_message="L’année scolaire doit finir après avoir commencé.",
            ),
            models.UniqueConstraint(
                fields=["etat"],
                condition=models.Q(etat=EtatAnnee.EN_COURS),
                name="une_seule_annee_en_cours",
                violation_error_message="Une seule année scolaire peut être en cours.",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def est_modifiable(self) -> bool:
        """A closed year is history: nothing in it changes any more."""
        return self.etat != EtatAnnee.CLOSE
