"""Schools of the second degree, their sections and annexes, and their pupils per year."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comptes.enums import Role
from reseaux.enums import CATEGORIES_LYCEE, Categorie, EducationPrioritaire, EtatEtablissement, Secteur
from reseaux.models.cio import CIO
from reseaux.models.territoire import AnneeScolaire, Bassin, Departement
from reseaux.perimetre import Perimetre
from reseaux.validators import valider_uai
from socle.texte import normaliser_recherche


class EtablissementQuerySet(models.QuerySet["Etablissement"]):
    def dans_perimetre(self, perimetre: Perimetre) -> EtablissementQuerySet:
        """Open data: everyone reads the schools of the département (of the académie for the ADMIN);
        a chef d'établissement reads his own.
        """
        if perimetre.est_systeme:
            return self
        if perimetre.est(Role.CHEF_ETABLISSEMENT):
            return self.filter(pk=perimetre.etablissement_id)
        if perimetre.departement_id:
            return self.filter(departement=perimetre.departement_id)
        return self.filter(departement__academie=perimetre.academie_id)

    def eple(self) -> EtablissementQuerySet:
        """Public establishments in their own right: no private school, no section, no annexe."""
        return self.filter(est_eple=True)

    def ouverts(self) -> EtablissementQuerySet:
        return self.exclude(etat=EtatEtablissement.FERME)

    def lycees(self) -> EtablissementQuerySet:
        return self.filter(categorie__in=CATEGORIES_LYCEE)


class Etablissement(models.Model):
    uai = models.CharField("code UAI", max_length=8, unique=True, validators=[valider_uai])
    nom = models.CharField("nom", max_length=160)
    nature = models.CharField("nature (code de l’annuaire)", max_length=3)
    categorie = models.CharField("catégorie", max_length=20, choices=Categorie)
    secteur = models.CharField("secteur", max_length=6, choices=Secteur)
    #: Public and not a section: only these are EPLE d'exercice and members of a réseau.
    est_eple = models.BooleanField("EPLE", editable=False, default=False)
    mere = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="annexes",
        verbose_name="établissement mère",
    )
    adresse = models.CharField("adresse", max_length=200, blank=True)
    code_postal = models.CharField("code postal", max_length=5, blank=True)
    commune = models.CharField("commune", max_length=80)
    code_commune = models.CharField("code commune", max_length=5, blank=True)
    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="etablissements", verbose_name="département"
    )
    bassin = models.ForeignKey(
        Bassin,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="etablissements",
        verbose_name="bassin",
    )
    #: Sectorisation, decided locally: the annuaire knows nothing of it.
    cio = models.ForeignKey(
        CIO,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="etablissements",
        verbose_name="CIO de secteur",
    )
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    courriel = models.EmailField("courriel", blank=True)
    site = models.CharField("site internet", max_length=200, blank=True)
    # Three states, as in the annuaire: yes, no, not stated.
    internat = models.BooleanField("internat", null=True, blank=True)
    ulis = models.BooleanField("ULIS", null=True, blank=True)
    segpa = models.BooleanField("SEGPA", null=True, blank=True)
    education_prioritaire = models.CharField(
        "éducation prioritaire", max_length=4, choices=EducationPrioritaire, blank=True, default=""
    )
    etat = models.CharField("état", max_length=8, choices=EtatEtablissement, default=EtatEtablissement.OUVERT)
    date_ouverture = models.DateField("date d’ouverture", null=True, blank=True)
    date_fermeture = models.DateField("date de fermeture", null=True, blank=True)
    recherche = models.CharField(editable=False, max_length=400, default="")

    objects = EtablissementQuerySet.as_manager()

    class Meta:
        verbose_name = "établissement"
        indexes = [
            # With the département, the perimeter is read in the index: a page deep in the list is not a sort.
            models.Index(fields=["nom", "id", "departement"], name="etablissement_par_nom"),
            models.Index(fields=["departement", "nom", "id"], name="etablissement_par_dept"),
            models.Index(fields=["commune", "id"], name="etablissement_par_commune"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(mere=models.F("id")),
                name="etablissement_pas_sa_propre_mere",
                violation_error_message="Un établissement ne peut pas être sa propre annexe.",
            ),
            models.CheckConstraint(
                condition=Q(est_eple=False)
                | (Q(secteur=Secteur.PUBLIC) & Q(mere__isnull=True) & ~Q(categorie=Categorie.SECTION)),
                name="eple_public_et_autonome",
                violation_error_message="Un EPLE est public et n’est ni une section ni une annexe.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatEtablissement.FERME) | Q(date_fermeture__isnull=False),
                name="etablissement_ferme_date",
                violation_error_message="Un établissement fermé porte sa date de fermeture.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nom} ({self.commune})"

    def save(self, *args, **kwargs) -> None:
        self.calculer_derives()
        super().save(*args, **kwargs)

    def calculer_derives(self) -> None:
        """Set the columns that follow from the others; bulk writers call it on each row."""
        self.est_eple = (
            self.secteur == Secteur.PUBLIC and self.mere_id is None and self.categorie != Categorie.SECTION
        )
        self.recherche = normaliser_recherche(self.nom, self.commune, self.uai)

    @property
    def est_lycee(self) -> bool:
        return self.categorie in CATEGORIES_LYCEE

    @property
    def est_ouvert(self) -> bool:
        return self.etat != EtatEtablissement.FERME


class EffectifQuerySet(models.QuerySet["Effectif"]):
    def dans_perimetre(self, perimetre: Perimetre) -> EffectifQuerySet:
        """The pupils of the schools one sees."""
        return self.filter(etablissement__in=Etablissement.objects.dans_perimetre(perimetre))


class Effectif(models.Model):
    """Number of pupils of a school at one rentrée: a total, never a pupil."""

    etablissement = models.ForeignKey(
        Etablissement, on_delete=models.CASCADE, related_name="effectifs", verbose_name="établissement"
    )
    annee = models.ForeignKey(
        AnneeScolaire, on_delete=models.PROTECT, related_name="effectifs", verbose_name="année scolaire"
    )
    nombre = models.PositiveIntegerField("nombre d’élèves")

    objects = EffectifQuerySet.as_manager()

    class Meta:
        verbose_name = "effectif"
        constraints = [
            models.UniqueConstraint(
                fields=["etablissement", "annee"],
                name="un_effectif_par_an",
                violation_error_message="L’effectif de cet établissement est déjà saisi pour cette année.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.etablissement_id} {self.annee_id} : {self.nombre} élèves"
