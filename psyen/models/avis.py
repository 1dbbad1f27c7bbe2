"""What is said on a proposal before the decision."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from comptes.enums import Role
from psyen.enums import SensAvis
from psyen.models.repartition import Repartition
from reseaux.models import Etablissement, Habilitation
from reseaux.perimetre import Perimetre


class AvisRepartitionQuerySet(models.QuerySet["AvisRepartition"]):
    def dans_perimetre(self, perimetre: Perimetre) -> AvisRepartitionQuerySet:
        """The opinions on the répartitions one reads."""
        return self.filter(repartition__in=Repartition.objects.dans_perimetre(perimetre))


class AvisRepartition(models.Model):
    """The opinion of the IEN-IO (or adjoint) on a proposal; the last one given counts."""

    repartition = models.ForeignKey(
        Repartition, on_delete=models.CASCADE, related_name="avis", verbose_name="répartition"
    )
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="auteur"
    )
    en_qualite = models.ForeignKey(
        Habilitation, on_delete=models.PROTECT, related_name="+", verbose_name="en qualité de"
    )
    sens = models.CharField("avis", max_length=12, choices=SensAvis)
    texte = models.TextField("observations", blank=True)
    donne_le = models.DateTimeField("donné le", auto_now_add=True)

    objects = AvisRepartitionQuerySet.as_manager()

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"

    def __str__(self) -> str:
        return f"avis {self.get_sens_display()} sur la répartition {self.repartition_id}"


class CommentaireEtablissementQuerySet(models.QuerySet["CommentaireEtablissement"]):
    def dans_perimetre(self, perimetre: Perimetre) -> CommentaireEtablissementQuerySet:
        """Those of one's school (chef d'établissement); otherwise of the répartitions one reads."""
        if perimetre.est(Role.CHEF_ETABLISSEMENT):
            return self.filter(etablissement=perimetre.etablissement_id)
        return self.filter(repartition__in=Repartition.objects.dans_perimetre(perimetre))


class CommentaireEtablissement(models.Model):
    """A chef d'établissement on the lines of his own school in a proposal."""

    repartition = models.ForeignKey(
        Repartition, on_delete=models.CASCADE, related_name="commentaires", verbose_name="répartition"
    )
    etablissement = models.ForeignKey(
        Etablissement, on_delete=models.PROTECT, related_name="commentaires", verbose_name="établissement"
    )
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="auteur"
    )
    texte = models.TextField("commentaire")
    donne_le = models.DateTimeField("donné le", auto_now_add=True)

    objects = CommentaireEtablissementQuerySet.as_manager()

    class Meta:
        verbose_name = "commentaire d’établissement"
        verbose_name_plural = "commentaires d’établissement"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(texte=""),
                name="commentaire_non_vide",
                violation_error_message="Le commentaire est vide.",
            )
        ]

    def __str__(self) -> str:
        return f"commentaire de l’établissement {self.etablissement_id}"
