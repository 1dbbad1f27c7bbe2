"""The réseau: schools gathered for one year around a lycée tête de réseau."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comptes.enums import Role
from reseaux.models.cio import CIO
from reseaux.models.etablissement import Etablissement
from reseaux.models.territoire import AnneeScolaire
from reseaux.perimetre import Perimetre


class ReseauQuerySet(models.QuerySet["Reseau"]):
    def dans_perimetre(self, perimetre: Perimetre) -> ReseauQuerySet:
        """The réseaux of one's CIO and its antennes; of one's school; of the département; of the
        académie (ADMIN).
        """
        if perimetre.est_systeme:
            return self
        if perimetre.travaille_au_cio:
            return self.filter(Q(cio=perimetre.cio_id) | Q(cio__parent=perimetre.cio_id))
        if perimetre.est(Role.CHEF_ETABLISSEMENT):
            membres = MembreReseau.objects.filter(etablissement=perimetre.etablissement_id)
            return self.filter(pk__in=membres.values("reseau"))
        if perimetre.departement_id:
            return self.filter(cio__departement=perimetre.departement_id)
        return self.filter(cio__departement__academie=perimetre.academie_id)


class Reseau(models.Model):
    """« une logique de réseau constituée à partir d'un lycée tête de réseau » (experiment, governance)."""

    cio = models.ForeignKey(CIO, on_delete=models.PROTECT, related_name="reseaux", verbose_name="CIO")
    annee = models.ForeignKey(
        AnneeScolaire, on_delete=models.PROTECT, related_name="reseaux", verbose_name="année scolaire"
    )
    nom = models.CharField("nom", max_length=80)
    #: A lycée, member of the réseau (service); heads at most one réseau a year (database).
    tete = models.ForeignKey(
        Etablissement,
        on_delete=models.PROTECT,
        related_name="reseaux_diriges",
        verbose_name="lycée tête de réseau",
    )

    objects = ReseauQuerySet.as_manager()

    class Meta:
        verbose_name = "réseau"
        verbose_name_plural = "réseaux"
        constraints = [
            models.UniqueConstraint(
                fields=["annee", "tete"],
                name="une_tete_par_reseau_et_par_an",
                violation_error_message="Ce lycée est déjà tête d’un réseau cette année.",
            ),
            models.UniqueConstraint(
                fields=["cio", "annee", "nom"],
                name="nom_de_reseau_unique",
                violation_error_message="Un réseau de ce CIO porte déjà ce nom cette année.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom


class MembreReseauQuerySet(models.QuerySet["MembreReseau"]):
    def dans_perimetre(self, perimetre: Perimetre) -> MembreReseauQuerySet:
        """The members of the réseaux one sees."""
        return self.filter(reseau__in=Reseau.objects.dans_perimetre(perimetre))


class MembreReseau(models.Model):
    """An EPLE in a réseau; the tête is a member like the others."""

    reseau = models.ForeignKey(
        Reseau, on_delete=models.CASCADE, related_name="membres", verbose_name="réseau"
    )
    #: Repeats `reseau.annee` so that the database can refuse a school in two réseaux the same year.
    annee = models.ForeignKey(
        AnneeScolaire, on_delete=models.PROTECT, related_name="+", verbose_name="année scolaire"
    )
    etablissement = models.ForeignKey(
        Etablissement,
        on_delete=models.PROTECT,
        related_name="appartenances",
        verbose_name="établissement",
    )

    objects = MembreReseauQuerySet.as_manager()

    class Meta:
        verbose_name = "membre de réseau"
        verbose_name_plural = "membres de réseau"
        constraints = [
            models.UniqueConstraint(
                fields=["annee", "etablissement"],
                name="un_seul_reseau_par_an",
                violation_error_message="Cet établissement appartient déjà à un réseau cette année.",
            )
        ]

    def __str__(self) -> str:
        return f"établissement {self.etablissement_id} dans le réseau {self.reseau_id}"
