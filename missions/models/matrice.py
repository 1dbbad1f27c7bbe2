"""« Elaborer un Qui fait quoi ? pour définir les responsabilités de chacun » (work plan, action 3)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from comptes.enums import Role
from missions.enums import EtatMatrice, Part
from missions.models.dossier import DossierTransversal
from reseaux.models import Departement
from reseaux.perimetre import Perimetre


class MatriceQuerySet(models.QuerySet["Matrice"]):
    def dans_perimetre(self, perimetre: Perimetre) -> MatriceQuerySet:
        """Everyone of the département reads the validated one; whoever drives or validates reads the draft.
        The Région reads the validated one too: it names roles, not persons.
        """
        visibles = self.filter(departement__in=Departement.objects.dans_perimetre(perimetre))
        if perimetre.est_systeme or perimetre.lit_le_departement or perimetre.travaille_au_cio:
            return visibles
        return visibles.filter(etat=EtatMatrice.VALIDEE)


class Matrice(models.Model):
    """A version of the « Qui fait quoi ? » of a département; validated by the SG and the direction."""

    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="matrices", verbose_name="département"
    )
    version = models.PositiveSmallIntegerField("version")
    titre = models.CharField("titre", max_length=160)
    etat = models.CharField("état", max_length=8, choices=EtatMatrice, default=EtatMatrice.PROJET)
    #: « SG + Direction orientation »: both, then the matrix is validated.
    validee_sg_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    validee_sg_le = models.DateTimeField("validée par le SG le", null=True, blank=True)
    validee_direction_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    validee_direction_qualite = models.CharField(max_length=250, blank=True)
    validee_direction_le = models.DateTimeField("validée par la direction le", null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = MatriceQuerySet.as_manager()

    class Meta:
        verbose_name = "matrice « Qui fait quoi ? »"
        verbose_name_plural = "matrices « Qui fait quoi ? »"
        constraints = [
            models.UniqueConstraint(fields=["departement", "version"], name="matrice_version_unique"),
            models.UniqueConstraint(
                fields=["departement"],
                condition=Q(etat=EtatMatrice.PROJET),
                name="un_projet_de_matrice",
                violation_error_message="Un projet est déjà en préparation : reprenez-le.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatMatrice.VALIDEE)
                | Q(validee_sg_le__isnull=False, validee_direction_le__isnull=False),
                name="matrice_validee_des_deux",
                violation_error_message="Le SG et la direction valident tous les deux.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.titre}, version {self.version}"

    @property
    def est_modifiable(self) -> bool:
        """A validated matrix is history; a new version starts from it."""
        return self.etat == EtatMatrice.PROJET


class PieceDeMatriceQuerySet(models.QuerySet):
    def dans_perimetre(self, perimetre: Perimetre) -> PieceDeMatriceQuerySet:
        """Of the matrices one reads."""
        return self.filter(matrice__in=Matrice.objects.dans_perimetre(perimetre))


class ActeurMatrice(models.Model):
    """A column: an actor of the experiment, with the role that holds it when there is one."""

    matrice = models.ForeignKey(Matrice, on_delete=models.CASCADE, related_name="acteurs")
    rang = models.PositiveSmallIntegerField("rang")
    libelle = models.CharField("acteur", max_length=80)
    role = models.CharField("rôle", max_length=24, choices=Role, blank=True)

    objects = PieceDeMatriceQuerySet.as_manager()

    class Meta:
        verbose_name = "acteur"
        constraints = [
            models.UniqueConstraint(
                fields=["matrice", "libelle"],
                name="acteur_unique",
                violation_error_message="Cet acteur est déjà une colonne de la matrice.",
            )
        ]

    def __str__(self) -> str:
        return self.libelle


class LigneMatrice(models.Model):
    """An activity. Exactly one actor decides: the column is not null, and there is one (database)."""

    matrice = models.ForeignKey(Matrice, on_delete=models.CASCADE, related_name="lignes")
    rang = models.PositiveSmallIntegerField("rang")
    rubrique = models.CharField("rubrique", max_length=120, blank=True)
    activite = models.CharField("activité", max_length=250)
    recherche = models.TextField(editable=False, default="")
    decide = models.ForeignKey(
        ActeurMatrice, on_delete=models.PROTECT, related_name="+", verbose_name="décide"
    )
    #: The dossier whose delegation says who decides today in the place of the actor.
    dossier = models.ForeignKey(
        DossierTransversal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lignes",
        verbose_name="dossier transversal",
    )

    objects = PieceDeMatriceQuerySet.as_manager()

    class Meta:
        verbose_name = "activité de la matrice"
        verbose_name_plural = "activités de la matrice"
        constraints = [
            models.UniqueConstraint(
                fields=["matrice", "activite"],
                name="activite_unique",
                violation_error_message="Cette activité est déjà une ligne de la matrice.",
            )
        ]

    def __str__(self) -> str:
        return self.activite


class CaseMatriceQuerySet(models.QuerySet["CaseMatrice"]):
    def dans_perimetre(self, perimetre: Perimetre) -> CaseMatriceQuerySet:
        """Of the matrices one reads."""
        return self.filter(ligne__matrice__in=Matrice.objects.dans_perimetre(perimetre))


class CaseMatrice(models.Model):
    """What an actor does in an activity: réalise, est consulté, est informé."""

    ligne = models.ForeignKey(LigneMatrice, on_delete=models.CASCADE, related_name="cases")
    acteur = models.ForeignKey(ActeurMatrice, on_delete=models.CASCADE, related_name="+")
    part = models.CharField("part", max_length=8, choices=Part)

    objects = CaseMatriceQuerySet.as_manager()

    class Meta:
        verbose_name = "case de la matrice"
        verbose_name_plural = "cases de la matrice"
        constraints = [
            models.UniqueConstraint(fields=["ligne", "acteur"], name="une_part_par_acteur"),
        ]

    def __str__(self) -> str:
        return self.get_part_display()
