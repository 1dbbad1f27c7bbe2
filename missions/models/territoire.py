"""What the CIO opens to its territory: actions, externalised answers, Biblio-Lab, partners, conventions."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from missions.enums import EtatActionDeTerritoire, EtatBiblioLab, GenrePartenaire, Theme, Volet
from missions.models.nomenclature import Public
from reseaux.models import CIO, AnneeScolaire, Departement, Etablissement
from reseaux.perimetre import Perimetre


class DuCioQuerySet(models.QuerySet):
    """Public within the département: territorial information names no member of the staff."""

    chemin = "cio__departement"

    def dans_perimetre(self, perimetre: Perimetre) -> DuCioQuerySet:
        """Of the départements one sees, the Région included."""
        return self.filter(**{f"{self.chemin}__in": Departement.objects.dans_perimetre(perimetre)})


class DepartementalQuerySet(DuCioQuerySet):
    chemin = "departement"


class Partenaire(models.Model):
    """« une stratégie partenariale »: who works with the CIO; a professional contact at most."""

    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="+", verbose_name="département"
    )
    nom = models.CharField("nom", max_length=160)
    genre = models.CharField("nature", max_length=16, choices=GenrePartenaire)
    site = models.URLField("site", max_length=300, blank=True)
    courriel = models.EmailField("courriel du service", blank=True)

    objects = DepartementalQuerySet.as_manager()

    class Meta:
        verbose_name = "partenaire"
        constraints = [
            models.UniqueConstraint(
                fields=["departement", "nom"],
                name="partenaire_unique",
                violation_error_message="Ce partenaire est déjà connu dans le département.",
            )
        ]

    def __str__(self) -> str:
        return self.nom


class ActionExternalisable(models.Model):
    """« Recenser les actions éducatives externalisables en CIO » (work plan, action 4; R of objective 12)."""

    cio = models.ForeignKey(CIO, on_delete=models.PROTECT, related_name="+", verbose_name="CIO")
    theme = models.CharField("thème", max_length=24, choices=Theme)
    titre = models.CharField("action", max_length=200)
    description = models.TextField("description", blank=True)
    publics = models.ManyToManyField(Public, blank=True, related_name="+", verbose_name="publics")
    partenaires = models.ManyToManyField(Partenaire, blank=True, related_name="+", verbose_name="partenaires")
    retiree_le = models.DateField("retirée le", null=True, blank=True)

    objects = DuCioQuerySet.as_manager()

    class Meta:
        verbose_name = "action externalisable"
        verbose_name_plural = "actions externalisables"
        constraints = [
            models.UniqueConstraint(
                fields=["cio", "titre"],
                name="action_externalisable_unique",
                violation_error_message="Cette action est déjà au catalogue du CIO.",
            )
        ]

    def __str__(self) -> str:
        return self.titre


class ActionDeTerritoire(models.Model):
    """« action relevant du volet « Avenir » d'un territoire apprenant constitué autour de chaque CIO »."""

    cio = models.ForeignKey(CIO, on_delete=models.PROTECT, related_name="+", verbose_name="CIO")
    annee = models.ForeignKey(
        AnneeScolaire, on_delete=models.PROTECT, related_name="+", verbose_name="année scolaire"
    )
    volet = models.CharField("volet", max_length=8, choices=Volet)
    titre = models.CharField("action", max_length=200)
    description = models.TextField("description", blank=True)
    jour = models.DateField("date")
    lieu = models.CharField("lieu", max_length=200, blank=True)
    publics = models.ManyToManyField(Public, blank=True, related_name="+", verbose_name="publics")
    partenaires = models.ManyToManyField(Partenaire, blank=True, related_name="+", verbose_name="partenaires")
    etat = models.CharField(
        "état", max_length=10, choices=EtatActionDeTerritoire, default=EtatActionDeTerritoire.PREVUE
    )
    #: How many people came, in all.
    participants = models.PositiveIntegerField("nombre de participants", null=True, blank=True)

    objects = DuCioQuerySet.as_manager()

    class Meta:
        verbose_name = "action de territoire"
        verbose_name_plural = "actions de territoire"
        constraints = [
            models.UniqueConstraint(
                fields=["cio", "titre", "jour"],
                name="action_de_territoire_unique",
                violation_error_message="Cette action est déjà inscrite ce jour-là.",
            )
        ]

    def __str__(self) -> str:
        return self.titre


class BiblioLab(models.Model):
    """« l'évolution du CDI en Biblio-Lab de l'orientation » (work plan, action 11)."""

    etablissement = models.ForeignKey(
        Etablissement, on_delete=models.PROTECT, related_name="+", verbose_name="établissement"
    )
    annee = models.ForeignKey(
        AnneeScolaire, on_delete=models.PROTECT, related_name="+", verbose_name="année scolaire"
    )
    etat = models.CharField("état", max_length=12, choices=EtatBiblioLab, default=EtatBiblioLab.PROJET)
    description = models.TextField("description", blank=True)
    depuis = models.DateField("depuis le", null=True, blank=True)

    class QuerySet(DuCioQuerySet):
        chemin = "etablissement__departement"

    objects = QuerySet.as_manager()

    class Meta:
        verbose_name = "biblio-lab"
        verbose_name_plural = "biblio-lab"
        constraints = [
            models.UniqueConstraint(
                fields=["etablissement", "annee"],
                name="un_biblio_lab_par_ecole_et_an",
                violation_error_message="Le Biblio-Lab de cet établissement est déjà suivi cette année.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatBiblioLab.EXPERIMENTE) | Q(depuis__isnull=False),
                name="biblio_lab_experimente_date",
                violation_error_message="Dites depuis quand le Biblio-Lab est expérimenté.",
            ),
        ]

    def __str__(self) -> str:
        return f"Biblio-Lab de {self.etablissement}"


class ConventionQuerySet(DepartementalQuerySet):
    def en_vigueur(self, jour: dt.date | None = None) -> ConventionQuerySet:
        """Begun and not ended on that day (today by default)."""
        jour = jour or timezone.localdate()
        return self.filter(debut__lte=jour, fin__gte=jour)


class Convention(models.Model):
    """« une convention entre l'autorité académique et la région » (SPRO) and others: parties, dates, file."""

    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="+", verbose_name="département"
    )
    objet = models.CharField("objet", max_length=200)
    reference = models.CharField("référence", max_length=80, blank=True)
    partenaires = models.ManyToManyField(Partenaire, related_name="conventions", verbose_name="parties")
    debut = models.DateField("du")
    fin = models.DateField("au")
    #: The IEN-IO is told that many days before the end.
    preavis = models.PositiveSmallIntegerField("rappel avant l’échéance (jours)", default=90)

    objects = ConventionQuerySet.as_manager()

    class Meta:
        verbose_name = "convention"
        constraints = [
            models.UniqueConstraint(
                fields=["departement", "objet", "debut"],
                name="convention_unique",
                violation_error_message="Cette convention est déjà enregistrée.",
            ),
            models.CheckConstraint(
                condition=Q(fin__gte=F("debut")),
                name="convention_fin_apres_debut",
                violation_error_message="La convention doit finir après avoir commencé.",
            ),
        ]

    def __str__(self) -> str:
        return self.objet
