"""The report of the réunion bilan, what it is made of, and the exports that leave on their own."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from comptes.enums import Role
from evaluation.enums import EtatRapport, FormatExport, GenreSection, Niveau, RythmeExport
from evaluation.models.campagne import Campagne
from evaluation.models.enquete import Enquete
from planning.models import Reunion
from reseaux.models import Habilitation
from reseaux.perimetre import Perimetre
from socle.models import Fichier

#: Whoever composes a report; the others read it once issued.
REDACTEURS = (Role.IEN_IO, Role.ADJOINT_IEN_IO, Role.SG)
#: « PsyEN and chefs d'établissement » read the synthesis once the IEN-IO has published it; the secrétaire de
#: CIO, who reads no result of a survey, as they do.
LECTEURS_DE_LA_SYNTHESE = (Role.PSYEN, Role.CHEF_ETABLISSEMENT, Role.SECRETAIRE_CIO)


class RapportQuerySet(models.QuerySet["Rapport"]):
    def dans_perimetre(self, perimetre: Perimetre) -> RapportQuerySet:
        """Those of one's own département, of the académie for the ADMIN: drafts for whoever composes,
        issued ones, whole, for the direction and the DCIO; published ones for those who read the synthesis;
        the Région none.
        """
        lus = self.filter(**perimetre.du_departement("campagne__departement"))
        if perimetre.est_systeme or perimetre.est(*REDACTEURS):
            return lus
        if perimetre.est(*LECTEURS_DE_LA_SYNTHESE):
            return lus.filter(publie_le__isnull=False)
        if perimetre.est(Role.CHARGE_MISSION_REGION):
            return self.none()
        return lus.filter(etat=EtatRapport.EMIS)


class Rapport(models.Model):
    """« Procéder à l'évaluation de l'expérimentation et restituer les résultats » (action 13): what is said
    of a campaign, version after version. Issued, its text and its documents never change (database).
    """

    campagne = models.ForeignKey(
        Campagne, on_delete=models.PROTECT, related_name="rapports", verbose_name="campagne"
    )
    version = models.PositiveSmallIntegerField("version")
    titre = models.CharField("titre", max_length=200)
    etat = models.CharField("état", max_length=10, choices=EtatRapport, default=EtatRapport.BROUILLON)
    #: The réunion bilan where it is given back; may be known after the report is issued.
    reunion = models.ForeignKey(
        Reunion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rapports",
        verbose_name="réunion bilan",
    )
    emis_le = models.DateField("émis le", null=True, blank=True)
    emis_par = models.CharField("émis par", max_length=250, blank=True)
    #: The report, its slides for the meeting, the synthesis that may be published.
    document = models.ForeignKey(
        Fichier, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="rapport"
    )
    diaporama = models.ForeignKey(
        Fichier, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="diaporama"
    )
    synthese = models.ForeignKey(
        Fichier, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="synthèse"
    )
    #: What the figures are compared with, the survey and the last analysis that were read: the page of an
    #: issued report says for ever what its documents say.
    reference = models.ForeignKey(
        Campagne, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="campagne de référence"
    )
    enquete = models.ForeignKey(
        Enquete, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="enquête"
    )
    derniere_analyse = models.PositiveBigIntegerField(default=0, editable=False)
    #: The synthesis is open to the PsyEN and the chefs d'établissement since then.
    publie_le = models.DateTimeField("synthèse publiée le", null=True, blank=True)
    publie_par = models.CharField("synthèse publiée par", max_length=250, blank=True)
    #: Moves at each write: two people on one report, the second is told.
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = RapportQuerySet.as_manager()

    class Meta:
        verbose_name = "rapport d’évaluation"
        verbose_name_plural = "rapports d’évaluation"
        constraints = [
            models.UniqueConstraint(
                fields=["campagne", "version"],
                name="rapport_version_unique",
                violation_error_message="Une autre version vient d’être préparée : actualisez la page.",
            ),
            models.UniqueConstraint(
                fields=["campagne"],
                condition=Q(etat=EtatRapport.BROUILLON),
                name="rapport_un_brouillon",
                violation_error_message="Un rapport de cette campagne est déjà en cours d’écriture.",
            ),
            models.UniqueConstraint(
                fields=["campagne"],
                condition=Q(publie_le__isnull=False),
                name="rapport_une_synthese_publiee",
                violation_error_message="La synthèse d’une autre version est publiée : retirez-la d’abord.",
            ),
            models.CheckConstraint(
                condition=Q(
                    etat=EtatRapport.BROUILLON, emis_le=None, document=None, diaporama=None, synthese=None
                )
                | Q(
                    etat=EtatRapport.EMIS,
                    emis_le__isnull=False,
                    document__isnull=False,
                    diaporama__isnull=False,
                    synthese__isnull=False,
                ),
                name="rapport_emis_avec_ses_documents",
                violation_error_message="Un rapport émis porte sa date et ses documents.",
            ),
            models.CheckConstraint(
                condition=Q(publie_le=None) | Q(etat=EtatRapport.EMIS),
                name="rapport_publie_une_fois_emis",
                violation_error_message="Seule la synthèse d’un rapport émis se publie.",
            ),
        ]

    def __str__(self) -> str:
        return self.titre

    @property
    def est_emis(self) -> bool:
        return self.etat == EtatRapport.EMIS


class SectionRapportQuerySet(models.QuerySet["SectionRapport"]):
    def dans_perimetre(self, perimetre: Perimetre) -> SectionRapportQuerySet:
        """Those of the reports one reads."""
        return self.filter(rapport__in=Rapport.objects.dans_perimetre(perimetre))


class SectionRapport(models.Model):
    """A part of a report: kept or not, at its place, with what the direction says of it."""

    rapport = models.ForeignKey(Rapport, on_delete=models.CASCADE, related_name="sections")
    #: The kind, or « objectif- » and the print of the objective: the same in every version.
    cle = models.CharField("section", max_length=24)
    genre = models.CharField("nature", max_length=10, choices=GenreSection)
    titre = models.TextField("titre")
    rang = models.PositiveSmallIntegerField("ordre")
    retenue = models.BooleanField("dans le rapport", default=True)
    commentaire = models.TextField("commentaire", blank=True)

    objects = SectionRapportQuerySet.as_manager()

    class Meta:
        verbose_name = "section du rapport"
        verbose_name_plural = "sections du rapport"
        constraints = [
            models.UniqueConstraint(
                fields=["rapport", "cle"],
                name="section_rapport_unique",
                violation_error_message="Cette section est déjà dans le rapport.",
            )
        ]

    def __str__(self) -> str:
        return self.titre

    @property
    def est_resume(self) -> bool:
        return self.genre == GenreSection.RESUME


class ExportProgrammeQuerySet(models.QuerySet["ExportProgramme"]):
    def dans_perimetre(self, perimetre: Perimetre) -> ExportProgrammeQuerySet:
        """One's own, under the habilitation that asked for them."""
        return self.filter(proprietaire=perimetre.utilisateur_id, habilitation=perimetre.habilitation_id)


class ExportProgramme(models.Model):
    """An export made by itself each month or quarter, told by a mail that holds a link, never the file."""

    proprietaire = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="destinataire"
    )
    habilitation = models.ForeignKey(
        Habilitation, on_delete=models.PROTECT, related_name="+", verbose_name="habilitation"
    )
    #: All the campaigns of the perimeter without one.
    campagne = models.ForeignKey(
        Campagne,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="campagne",
    )
    #: Values of `Niveau`.
    niveaux = models.JSONField("niveaux", default=list)
    format = models.CharField("format", max_length=4, choices=FormatExport)
    rythme = models.CharField("rythme", max_length=12, choices=RythmeExport)
    premier_le = models.DateField("premier envoi le")
    cree_le = models.DateTimeField("programmé le", auto_now_add=True)
    arrete_le = models.DateField("arrêté le", null=True, blank=True)
    motif_arret = models.CharField("pourquoi il s’est arrêté", max_length=200, blank=True)

    objects = ExportProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = "export programmé"
        verbose_name_plural = "exports programmés"
        constraints = [
            models.CheckConstraint(
                condition=Q(arrete_le=None, motif_arret="")
                | (Q(arrete_le__isnull=False) & ~Q(motif_arret="")),
                name="export_arrete_motive",
                violation_error_message="Dites pourquoi l’export est arrêté.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_rythme_display()}, {self.campagne or 'toutes les campagnes'}"

    @property
    def niveaux_dits(self) -> str:
        """« Département, CIO »."""
        return ", ".join(str(Niveau(niveau).label) for niveau in self.niveaux)

    def periode(self, jour: dt.date) -> str:
        """« 2026-11 » or « 2026-T4 »: the key of what is made once."""
        if self.rythme == RythmeExport.MENSUEL:
            return f"{jour:%Y-%m}"
        return f"{jour.year}-T{(jour.month + 2) // 3}"


class LivraisonExportQuerySet(models.QuerySet["LivraisonExport"]):
    def dans_perimetre(self, perimetre: Perimetre) -> LivraisonExportQuerySet:
        """Of one's own scheduled exports."""
        return self.filter(programme__in=ExportProgramme.objects.dans_perimetre(perimetre))


class LivraisonExport(models.Model):
    """What was made for one period: once, whatever the tick."""

    programme = models.ForeignKey(ExportProgramme, on_delete=models.PROTECT, related_name="livraisons")
    periode = models.CharField("période", max_length=8)
    fichier = models.ForeignKey(Fichier, on_delete=models.PROTECT, related_name="+", verbose_name="fichier")
    faite_le = models.DateTimeField("faite le", auto_now_add=True)

    objects = LivraisonExportQuerySet.as_manager()

    class Meta:
        verbose_name = "livraison d’export"
        verbose_name_plural = "livraisons d’export"
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "periode"],
                name="livraison_une_par_periode",
                violation_error_message="L’export de cette période est déjà fait.",
            )
        ]

    def __str__(self) -> str:
        return self.periode
