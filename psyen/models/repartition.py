"""The répartition: the complete picture of one CIO for one year from an effective date."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from comptes.enums import Role
from psyen.enums import DEMI_JOURNEES_PERMISES, ETATS_OUVERTS, EtatRepartition, Modalite
from psyen.models.psyen import PsyEN
from reseaux.models import CIO, AnneeScolaire, Etablissement, Habilitation, Reseau
from reseaux.perimetre import Perimetre


class RepartitionQuerySet(models.QuerySet["Repartition"]):
    def dans_perimetre(self, perimetre: Perimetre) -> RepartitionQuerySet:
        """DCIO and secrétaire: every state of their CIO and its antennes. DASEN, SG, IEN-IO, adjoint:
        what has been proposed to the département (a draft is the DCIO's own work). ADMIN: what is
        arrêté. Others read their own lines only, through `Affectation` and `Service`.
        """
        if perimetre.est_systeme:
            return self
        if perimetre.travaille_au_cio:
            return self.filter(Q(cio=perimetre.cio_id) | Q(cio__parent=perimetre.cio_id))
        if perimetre.lit_le_departement:
            return self.filter(cio__departement=perimetre.departement_id).exclude(
                etat=EtatRepartition.BROUILLON
            )
        if perimetre.est(Role.ADMIN):
            return self.filter(cio__departement__academie=perimetre.academie_id, etat=EtatRepartition.ARRETEE)
        return self.none()

    def arretees_au(self, jour: dt.date) -> RepartitionQuerySet:
        """Arrêtées and effective by that day, the one in force first for each CIO."""
        return self.filter(
            etat=EtatRepartition.ARRETEE, date_effet__lte=jour, annee__debut__lte=jour, annee__fin__gte=jour
        ).order_by("cio", "-date_effet", "-version")

    def en_vigueur(self, cio: CIO | int, jour: dt.date) -> Repartition | None:
        """The state in force on a day = the last arrêtée version effective by then."""
        return self.arretees_au(jour).filter(cio=cio).first()

    def pks_en_vigueur(self, jour: dt.date) -> models.QuerySet:
        """Subquery of the versions in force on that day, one per CIO."""
        derniere = (
            Repartition.objects.arretees_au(jour)
            .filter(cio=models.OuterRef("cio"))
            .order_by("-date_effet", "-version")
            .values("pk")[:1]
        )
        return self.filter(pk=models.Subquery(derniere)).values("pk")


class Repartition(models.Model):
    """Arrêtée = immutable (database triggers); a change is a new version derived by copy."""

    cio = models.ForeignKey(CIO, on_delete=models.PROTECT, related_name="repartitions", verbose_name="CIO")
    annee = models.ForeignKey(
        AnneeScolaire, on_delete=models.PROTECT, related_name="repartitions", verbose_name="année scolaire"
    )
    version = models.PositiveSmallIntegerField("version", default=1)
    date_effet = models.DateField("date d’effet")
    etat = models.CharField("état", max_length=10, choices=EtatRepartition, default=EtatRepartition.BROUILLON)
    derivee_de = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="derivees",
        verbose_name="version modifiée",
    )
    #: Grows at each save of the draft: the second of two concurrent editors is told, nothing is lost.
    revision = models.PositiveIntegerField("révision", default=1, editable=False)
    message = models.TextField("message au DASEN", blank=True)
    proposee_le = models.DateTimeField("proposée le", null=True, blank=True)
    proposee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="proposée par",
    )
    proposee_en_qualite = models.ForeignKey(
        Habilitation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="proposée en qualité de",
    )
    decidee_le = models.DateTimeField("décidée le", null=True, blank=True)
    decidee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="décidée par",
    )
    decidee_en_qualite = models.ForeignKey(
        Habilitation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="décidée en qualité de",
    )
    motif_renvoi = models.TextField("motif du renvoi", blank=True)
    modifiee_le = models.DateTimeField("modifiée le", auto_now=True)

    objects = RepartitionQuerySet.as_manager()

    class Meta:
        verbose_name = "répartition"
        constraints = [
            models.UniqueConstraint(
                fields=["cio", "annee", "version"],
                name="version_unique_par_cio_et_annee",
                violation_error_message="Cette version existe déjà pour ce CIO et cette année.",
            ),
            models.UniqueConstraint(
                fields=["cio", "annee"],
                condition=Q(etat__in=ETATS_OUVERTS),
                name="une_seule_repartition_en_preparation",
                violation_error_message="Une répartition de ce CIO est déjà en préparation pour cette année.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=EtatRepartition.values),
                name="repartition_etat_connu",
                violation_error_message="Cet état n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatRepartition.BROUILLON)
                | Q(proposee_le__isnull=False, proposee_par__isnull=False),
                name="repartition_proposee_par_quelqu_un",
                violation_error_message="Une proposition porte sa date et son auteur.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=[EtatRepartition.BROUILLON, EtatRepartition.PROPOSEE])
                | Q(decidee_le__isnull=False, decidee_par__isnull=False),
                name="repartition_decidee_par_quelqu_un",
                violation_error_message="Une décision porte sa date et son auteur.",
            ),
            models.CheckConstraint(
                condition=Q(decidee_par__isnull=True) | ~Q(decidee_par=F("proposee_par")),
                name="repartition_pas_decidee_par_le_proposant",
                violation_error_message="Une proposition n’est pas décidée par la personne qui l’a faite.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatRepartition.RENVOYEE) | ~Q(motif_renvoi=""),
                name="repartition_renvoyee_avec_motif",
                violation_error_message="Un renvoi indique son motif.",
            ),
        ]
        indexes = [models.Index(fields=["etat", "date_effet"], name="repartition_etat_effet")]

    def __str__(self) -> str:
        return f"Répartition {self.annee} – {self.cio}, version {self.version}"

    @property
    def est_arretee(self) -> bool:
        return self.etat == EtatRepartition.ARRETEE

    @property
    def est_modifiable(self) -> bool:
        """Only a draft is written; a returned one is first taken up again."""
        return self.etat == EtatRepartition.BROUILLON

    @property
    def est_modificative(self) -> bool:
        return self.derivee_de_id is not None


class ServiceQuerySet(models.QuerySet["Service"]):
    def dans_perimetre(self, perimetre: Perimetre) -> ServiceQuerySet:
        """One's own service once arrêté (PsyEN); otherwise those of the répartitions one reads."""
        if perimetre.est(Role.PSYEN):
            return self.filter(
                psyen__utilisateur=perimetre.utilisateur_id, repartition__etat=EtatRepartition.ARRETEE
            )
        return self.filter(repartition__in=Repartition.objects.dans_perimetre(perimetre))


class Service(models.Model):
    """The week of one PsyEN, in half-days: at the CIO and in EPLE, never above his capacity.

    `demi_journees_eple` is the sum of the affectations, kept by database triggers: no code writes it,
    and whoever inserts an affectation, by whatever door, meets the CHECK (reliability, §0.1).
    """

    repartition = models.ForeignKey(
        Repartition, on_delete=models.CASCADE, related_name="services", verbose_name="répartition"
    )
    psyen = models.ForeignKey(PsyEN, on_delete=models.PROTECT, related_name="services", verbose_name="PsyEN")
    quotite = models.DecimalField("quotité (%)", max_digits=5, decimal_places=2, default=100)
    capacite = models.DecimalField("capacité (demi-journées)", max_digits=4, decimal_places=2, default=10)
    demi_journees_cio = models.DecimalField("demi-journées au CIO", max_digits=4, decimal_places=1, default=0)
    demi_journees_eple = models.DecimalField(
        "demi-journées en EPLE", max_digits=4, decimal_places=1, default=0, editable=False
    )
    #: The réseau to which the PsyEN is associated (« environ 2 PsyEN par lycée tête de réseau »).
    reseau = models.ForeignKey(
        Reseau,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="services",
        verbose_name="réseau principal",
    )
    #: Copied from the PsyEN's statut when the service is written: history does not change with him.
    compte_dans_couverture = models.BooleanField("compte dans la couverture", default=True, editable=False)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = "service"
        constraints = [
            models.UniqueConstraint(
                fields=["repartition", "psyen"],
                name="un_service_par_psyen",
                violation_error_message="Ce PsyEN figure déjà dans la répartition.",
            ),
            models.CheckConstraint(
                condition=Q(capacite__gte=F("demi_journees_cio") + F("demi_journees_eple")),
                name="service_total_dans_la_capacite",
                violation_error_message="Le total des demi-journées dépasse la capacité du PsyEN.",
            ),
            models.CheckConstraint(
                condition=Q(demi_journees_cio__gte=0, demi_journees_eple__gte=0),
                name="service_demi_journees_positives",
                violation_error_message="Un nombre de demi-journées ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                condition=Q(demi_journees_cio__in=[Decimal(0), *DEMI_JOURNEES_PERMISES]),
                name="service_cio_par_demi",
                violation_error_message="Les demi-journées au CIO se comptent par pas de 0,5, de 0 à 10.",
            ),
            models.CheckConstraint(
                condition=Q(quotite__gt=0, quotite__lte=100),
                name="service_quotite_valide",
                violation_error_message="La quotité est comprise entre 1 et 100 %.",
            ),
            models.CheckConstraint(
                condition=Q(capacite__gte=0) & Q(quotite__gte=F("capacite") * 10),
                name="service_capacite_selon_quotite",
                violation_error_message="La capacité ne peut pas dépasser 10 demi-journées × la quotité.",
            ),
        ]

    def __str__(self) -> str:
        return f"service du PsyEN {self.psyen_id} dans la répartition {self.repartition_id}"

    @property
    def total(self) -> Decimal:
        """Half-days given out, CIO and EPLE together."""
        return self.demi_journees_cio + self.demi_journees_eple

    @property
    def reste(self) -> Decimal:
        """Half-days not given out yet."""
        return self.capacite - self.total


class AffectationQuerySet(models.QuerySet["Affectation"]):
    def dans_perimetre(self, perimetre: Perimetre) -> AffectationQuerySet:
        """The lines of one's school, once proposed (chef d'établissement); one's own, once arrêtées
        (PsyEN); otherwise those of the répartitions one reads.
        """
        if perimetre.est(Role.CHEF_ETABLISSEMENT):
            return self.filter(
                etablissement=perimetre.etablissement_id,
                service__repartition__etat__in=[EtatRepartition.PROPOSEE, EtatRepartition.ARRETEE],
            )
        return self.filter(service__in=Service.objects.dans_perimetre(perimetre))

    def en_vigueur(self, jour: dt.date) -> AffectationQuerySet:
        """The lines of the versions in force on that day."""
        return self.filter(service__repartition__in=Repartition.objects.pks_en_vigueur(jour))


class Affectation(models.Model):
    """An EPLE d'exercice of a PsyEN: « arrêtés par l'Inspecteur d'académie sur proposition du DCIO »."""

    service = models.ForeignKey(
        Service, on_delete=models.CASCADE, related_name="affectations", verbose_name="service"
    )
    etablissement = models.ForeignKey(
        Etablissement, on_delete=models.PROTECT, related_name="affectations", verbose_name="établissement"
    )
    #: The réseau of the school that year, copied: the perimeter of history stays readable.
    reseau = models.ForeignKey(
        Reseau, on_delete=models.PROTECT, related_name="affectations", verbose_name="réseau"
    )
    demi_journees = models.DecimalField("demi-journées", max_digits=3, decimal_places=1)
    modalite = models.CharField("modalité", max_length=10, choices=Modalite, default=Modalite.PRESENTIEL)

    objects = AffectationQuerySet.as_manager()

    class Meta:
        verbose_name = "affectation"
        constraints = [
            models.UniqueConstraint(
                fields=["service", "etablissement"],
                name="un_etablissement_par_psyen",
                violation_error_message="Cet établissement figure déjà dans le service du PsyEN.",
            ),
            models.CheckConstraint(
                condition=Q(demi_journees__in=DEMI_JOURNEES_PERMISES),
                name="affectation_par_demi",
                violation_error_message="Les demi-journées se comptent par pas de 0,5, de 0,5 à 10.",
            ),
            models.CheckConstraint(
                condition=Q(modalite__in=Modalite.values),
                name="affectation_modalite_connue",
                violation_error_message="Cette modalité n’existe pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.demi_journees} demi-journées à l’établissement {self.etablissement_id}"
