"""The CIO: centre d'information et d'orientation, its antennes and points d'accueil."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comptes.enums import Role
from reseaux.models.territoire import Departement
from reseaux.perimetre import Perimetre
from reseaux.validators import valider_uai
from socle.texte import normaliser_recherche


class CIOQuerySet(models.QuerySet["CIO"]):
    def dans_perimetre(self, perimetre: Perimetre) -> CIOQuerySet:
        """Own CIO and its antennes (DCIO, secrétaire); the CIO one works with (chef d'établissement);
        every CIO of the département or, for the ADMIN, of the académie.
        """
        if perimetre.est_systeme:
            return self
        if perimetre.travaille_au_cio:
            return self.filter(Q(pk=perimetre.cio_id) | Q(parent=perimetre.cio_id))
        if perimetre.est(Role.CHEF_ETABLISSEMENT):
            # A subquery, not a join: the school may be in one réseau a year.
            return self.filter(
                Q(pk__in=self.model.objects.filter(etablissements=perimetre.etablissement_id).values("pk"))
                | Q(
                    pk__in=self.model.objects.filter(
                        reseaux__membres__etablissement=perimetre.etablissement_id
                    ).values("pk")
                )
            )
        if perimetre.departement_id:
            return self.filter(departement=perimetre.departement_id)
        return self.filter(departement__academie=perimetre.academie_id)


class CIO(models.Model):
    #: None for a point d'accueil that has no code of its own; an antenne may have kept its own.
    uai = models.CharField(
        "code UAI", max_length=8, unique=True, null=True, blank=True, validators=[valider_uai]
    )
    nom = models.CharField("nom", max_length=120)
    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="cios", verbose_name="département"
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="antennes",
        verbose_name="CIO de rattachement de l’antenne",
    )
    adresse = models.CharField("adresse", max_length=200, blank=True)
    code_postal = models.CharField("code postal", max_length=5, blank=True)
    commune = models.CharField("commune", max_length=80)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    courriel = models.EmailField("courriel", blank=True)
    horaires = models.CharField("horaires d’ouverture", max_length=200, blank=True)
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    est_ouvert = models.BooleanField("ouvert", default=True)
    recherche = models.CharField(editable=False, max_length=300, default="")

    objects = CIOQuerySet.as_manager()

    class Meta:
        verbose_name = "CIO"
        verbose_name_plural = "CIO"
        constraints = [
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")),
                name="cio_pas_sa_propre_antenne",
                violation_error_message="Un CIO ne peut pas être sa propre antenne.",
            ),
            models.UniqueConstraint(
                fields=["departement", "nom"],
                name="cio_nom_unique",
                violation_error_message="Un CIO de ce département porte déjà ce nom.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    def save(self, *args, **kwargs) -> None:
        self.calculer_derives()
        super().save(*args, **kwargs)

    def calculer_derives(self) -> None:
        """Set the columns that follow from the others; bulk writers call it on each row."""
        self.recherche = normaliser_recherche(self.nom, self.commune, self.uai or "")
