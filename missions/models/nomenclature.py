"""What may be entrusted, and for whom: open lists kept by the académie (R22, R23)."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from missions.enums import Cadre, Famille, Lieu
from reseaux.models import Academie
from reseaux.perimetre import Perimetre


class NomenclatureQuerySet(models.QuerySet):
    def dans_perimetre(self, perimetre: Perimetre) -> NomenclatureQuerySet:
        """The nomenclature of one's académie: « définies par l'éducation nationale », read by everyone."""
        return self if perimetre.est_systeme else self.filter(academie=perimetre.academie_id)

    def en_vigueur(self, jour: dt.date | None = None) -> NomenclatureQuerySet:
        """Begun and not retired on that day (today by default)."""
        jour = jour or timezone.localdate()
        return self.filter(Q(fin=None) | Q(fin__gte=jour), debut__lte=jour)


class Nomenclature(models.Model):
    """A code, a label, dates between which it may be chosen; retired once used, never deleted."""

    academie = models.ForeignKey(
        Academie, on_delete=models.PROTECT, related_name="+", verbose_name="académie"
    )
    code = models.CharField("code", max_length=16)
    libelle = models.TextField("intitulé")
    debut = models.DateField("depuis le")
    fin = models.DateField("jusqu’au", null=True, blank=True)

    objects = NomenclatureQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.libelle


class Mission(Nomenclature):
    """A node of the tree of fiche 1. The authority under which it is exercised follows from its place."""

    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="enfants",
        verbose_name="rattachée à",
    )
    cadre = models.CharField("missions de", max_length=10, choices=Cadre)
    lieu = models.CharField("lieu", max_length=4, choices=Lieu, blank=True)
    famille = models.CharField("famille", max_length=16, choices=Famille, blank=True)
    citation = models.TextField("texte de référence", blank=True)
    rang = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "mission"
        constraints = [
            models.UniqueConstraint(
                fields=["academie", "code"],
                name="mission_code_unique",
                violation_error_message="Une mission porte déjà ce code.",
            ),
            models.CheckConstraint(
                condition=Q(fin=None) | Q(fin__gte=F("debut")),
                name="mission_fin_apres_debut",
                violation_error_message="La mission doit finir après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=~Q(cadre=Cadre.PSYEN) | ~Q(lieu=""),
                name="mission_de_psyen_situee",
                violation_error_message="Une mission de PsyEN s’exerce au CIO ou en établissement.",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="mission_sans_boucle",
                violation_error_message="Une mission n’est pas rattachée à elle-même.",
            ),
        ]

    @property
    def autorite(self) -> str:
        """« autorité hiérarchique du DCIO » or « autorité fonctionnelle du chef d'établissement »."""
        return Lieu(self.lieu).autorite if self.lieu else ""


class Public(Nomenclature):
    """« décrocheurs, jeunes adultes de 16 à 25 ans, […] EANA, adultes, jeunes sortant de prison,… »."""

    class Meta:
        verbose_name = "public"
        constraints = [
            models.UniqueConstraint(
                fields=["academie", "code"],
                name="public_code_unique",
                violation_error_message="Un public porte déjà ce code.",
            )
        ]
