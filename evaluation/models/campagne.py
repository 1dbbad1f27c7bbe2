"""Campaigns: the figures of one date, their definitions once frozen, and what people say of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from comptes.enums import Role
from evaluation.enums import PERSONNES_AU_MOINS, EtatCampagne, Niveau, Sens, SourceIndicateur, Unite
from evaluation.models.critere import Indicateur
from planning.models import Jalon
from reseaux.models import CIO, AnneeScolaire, Departement, Etablissement, Reseau
from reseaux.perimetre import Perimetre

#: Read what is published only (`Rapport`).
SANS_LES_CHIFFRES = (Role.PSYEN, Role.CHEF_ETABLISSEMENT, Role.CHARGE_MISSION_REGION)


class CampagneQuerySet(models.QuerySet["Campagne"]):
    def dans_perimetre(self, perimetre: Perimetre) -> CampagneQuerySet:
        """Those of one's own département, or of the académie (ADMIN); whoever reads only what is published
        (PsyEN, chef d'établissement, Région) reads none.
        """
        if perimetre.est(*SANS_LES_CHIFFRES):
            return self.none()
        return self.filter(**perimetre.du_departement("departement"))

    def comparables(self, perimetre: Perimetre) -> CampagneQuerySet:
        """Frozen campaigns of the académie: « l'expérimentation relative à l'organisation des CIO dans les
        départements du Cher, de l'Eure-et-Loir et du Loir-et-Cher » (evaluation, 2) is read side by side, in
        figures of whole départements only.
        """
        if perimetre.est_systeme:
            return self.filter(etat=EtatCampagne.FIGEE)
        if perimetre.est(*SANS_LES_CHIFFRES):
            return self.none()
        return self.filter(departement__academie=perimetre.academie_id, etat=EtatCampagne.FIGEE)


class Campagne(models.Model):
    """T0, T1…: everything measured as it stood on one day. Frozen, nothing of it ever changes (database)."""

    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="campagnes", verbose_name="département"
    )
    annee = models.ForeignKey(
        AnneeScolaire, on_delete=models.PROTECT, related_name="+", verbose_name="année scolaire"
    )
    code = models.CharField("code", max_length=8)
    libelle = models.CharField("campagne", max_length=120)
    #: The state in force on that day is what is measured.
    date_observation = models.DateField("date d’observation")
    #: Until when what is entered by hand is expected.
    echeance = models.DateField("saisies attendues jusqu’au", null=True, blank=True)
    etat = models.CharField("état", max_length=8, choices=EtatCampagne, default=EtatCampagne.OUVERTE)
    calculee_le = models.DateTimeField("calculée le", null=True, blank=True)
    figee_le = models.DateField("figée le", null=True, blank=True)
    figee_par = models.CharField("figée par", max_length=250, blank=True)
    #: SHA-256 of the table of its figures (« une ligne par mesure »), as exported in CSV.
    empreinte = models.CharField("empreinte SHA-256", max_length=64, blank=True, editable=False)

    objects = CampagneQuerySet.as_manager()

    class Meta:
        verbose_name = "campagne"
        constraints = [
            models.UniqueConstraint(
                fields=["departement", "code"],
                name="campagne_code_unique",
                violation_error_message="Une campagne de ce département porte déjà ce code.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatCampagne.OUVERTE, figee_le=None, empreinte="")
                | (Q(etat=EtatCampagne.FIGEE, figee_le__isnull=False) & ~Q(empreinte="")),
                name="campagne_figee_datee",
                violation_error_message="Une campagne figée porte sa date et son empreinte.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.libelle}"

    @property
    def est_ouverte(self) -> bool:
        return self.etat == EtatCampagne.OUVERTE

    @property
    def est_en_cours_d_annee(self) -> bool:
        """Its school year was not over on the day of its figures: those that add up month after month are
        still partial.
        """
        calculee = timezone.localdate(self.calculee_le) if self.calculee_le else timezone.localdate()
        return calculee <= self.annee.fin

    @property
    def etat_lu(self) -> str:
        """Moves as soon as someone sets the campaign otherwise."""
        regles = (self.code, self.libelle, self.annee_id, self.date_observation, self.echeance)
        return "|".join(map(str, regles))


class MesureQuerySet(models.QuerySet["Mesure"]):
    def dans_perimetre(self, perimetre: Perimetre) -> MesureQuerySet:
        """The figures of the campaigns one reads; whoever works in a CIO, those of the whole département and
        of his own CIO: never those of another, but in an issued report (`permissions.peut_lire_rapports`).
        """
        lues = self.filter(campagne__in=Campagne.objects.dans_perimetre(perimetre))
        if not perimetre.travaille_au_cio:
            return lues
        return lues.filter(
            Q(niveau=Niveau.DEPARTEMENT) | Q(cio=perimetre.cio_id) | Q(cio__parent=perimetre.cio_id)
        )


class Mesure(models.Model):
    """One figure: a campaign, an indicator, a territory; or why it cannot be given."""

    campagne = models.ForeignKey(
        Campagne, on_delete=models.PROTECT, related_name="mesures", verbose_name="campagne"
    )
    indicateur = models.ForeignKey(
        Indicateur, on_delete=models.PROTECT, related_name="mesures", verbose_name="indicateur"
    )
    niveau = models.CharField("niveau", max_length=14, choices=Niveau)
    cio = models.ForeignKey(
        CIO, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="CIO"
    )
    #: A réseau may be drawn again after it was measured: its key stays here, without holding it back.
    reseau = models.ForeignKey(
        Reseau,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="réseau",
    )
    etablissement = models.ForeignKey(
        Etablissement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="établissement",
    )
    #: Its name as it was: a réseau renamed later changes nothing here.
    territoire = models.CharField("territoire", max_length=250)
    #: What the tables of figures call it: « 041 », « CIO de Blois », « CIO de Blois / Réseau… », a UAI.
    cle_territoire = models.CharField("clé du territoire", max_length=250)
    valeur = models.DecimalField("valeur", max_digits=14, decimal_places=4, null=True, blank=True)
    numerateur = models.DecimalField("numérateur", max_digits=14, decimal_places=4, null=True, blank=True)
    denominateur = models.DecimalField("dénominateur", max_digits=14, decimal_places=4, null=True, blank=True)
    #: How many persons a figure about persons covers; nothing when it is about places or acts.
    personnes = models.PositiveIntegerField("personnes", null=True, blank=True)
    #: « non calculable : … », never 0 nor an error.
    motif = models.CharField("pourquoi il n’y a pas de valeur", max_length=300, blank=True)
    source = models.CharField("source", max_length=8, choices=SourceIndicateur)
    #: Of an imported figure: the document it comes from, and its own date.
    origine = models.CharField("origine", max_length=250, blank=True)
    relevee_le = models.DateField("relevée le")
    saisie_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="saisie par",
    )
    qualite = models.CharField("en qualité de", max_length=200, blank=True)

    objects = MesureQuerySet.as_manager()

    class Meta:
        verbose_name = "mesure"
        constraints = [
            models.UniqueConstraint(
                "campagne",
                "indicateur",
                "niveau",
                Coalesce("cio", 0),
                Coalesce("reseau", 0),
                Coalesce("etablissement", 0),
                name="mesure_unique",
                violation_error_message="Ce territoire a déjà une valeur pour cet indicateur.",
            ),
            models.CheckConstraint(
                condition=Q(niveau=Niveau.DEPARTEMENT, cio=None, reseau=None, etablissement=None)
                | Q(niveau=Niveau.CIO, cio__isnull=False, reseau=None, etablissement=None)
                | Q(niveau=Niveau.RESEAU, cio__isnull=False, reseau__isnull=False, etablissement=None)
                | Q(niveau=Niveau.ETABLISSEMENT, reseau=None, etablissement__isnull=False),
                name="mesure_territoire_selon_le_niveau",
                violation_error_message="Le territoire ne correspond pas au niveau.",
            ),
            models.CheckConstraint(
                condition=Q(personnes=None)
                | Q(personnes=0)
                | Q(personnes__gte=PERSONNES_AU_MOINS)
                | Q(valeur=None),
                name="mesure_de_cinq_personnes_au_moins",
                violation_error_message="Un chiffre sur des personnes porte sur au moins cinq d’entre elles.",
            ),
            models.CheckConstraint(
                condition=(Q(valeur=None) & ~Q(motif="")) | Q(valeur__isnull=False, motif=""),
                name="mesure_valeur_ou_motif",
                violation_error_message="Une mesure a une valeur, ou dit pourquoi elle n’en a pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicateur_id}, {self.territoire}"


class SaisieDemandeeQuerySet(models.QuerySet["SaisieDemandee"]):
    def dans_perimetre(self, perimetre: Perimetre) -> SaisieDemandeeQuerySet:
        """Those of the campaigns one reads; whoever works in a CIO, those of his own CIO and of no CIO."""
        lues = self.filter(campagne__in=Campagne.objects.dans_perimetre(perimetre))
        if not perimetre.travaille_au_cio:
            return lues
        return lues.filter(Q(cio=None) | Q(cio=perimetre.cio_id) | Q(cio__parent=perimetre.cio_id))


class SaisieDemandee(models.Model):
    """A missing figure that was asked for, and the milestone whose reminders ask for it."""

    campagne = models.ForeignKey(Campagne, on_delete=models.PROTECT, related_name="saisies_demandees")
    indicateur = models.ForeignKey(Indicateur, on_delete=models.CASCADE, related_name="+")
    cio = models.ForeignKey(CIO, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    jalon = models.ForeignKey(Jalon, on_delete=models.CASCADE, related_name="+")

    objects = SaisieDemandeeQuerySet.as_manager()

    class Meta:
        verbose_name = "saisie demandée"
        verbose_name_plural = "saisies demandées"
        constraints = [
            models.UniqueConstraint(
                "jalon",
                "indicateur",
                Coalesce("cio", 0),
                name="saisie_demandee_une_fois_par_jalon",
                violation_error_message="Ce chiffre est déjà demandé par ce jalon.",
            )
        ]

    def __str__(self) -> str:
        return f"indicateur {self.indicateur_id}, campagne {self.campagne_id}"


class DefinitionFigeeQuerySet(models.QuerySet["DefinitionFigee"]):
    def dans_perimetre(self, perimetre: Perimetre) -> DefinitionFigeeQuerySet:
        """Those of the campaigns one reads."""
        return self.filter(campagne__in=Campagne.objects.dans_perimetre(perimetre))


class DefinitionFigee(models.Model):
    """An indicator as it was defined the day its campaign was frozen."""

    campagne = models.ForeignKey(Campagne, on_delete=models.PROTECT, related_name="definitions")
    indicateur = models.ForeignKey(Indicateur, on_delete=models.PROTECT, related_name="definitions_figees")
    code = models.CharField("code", max_length=8)
    libelle = models.CharField("indicateur", max_length=250)
    numerateur = models.CharField("numérateur", max_length=300)
    denominateur = models.CharField("dénominateur", max_length=300, blank=True)
    unite = models.CharField("unité", max_length=12, choices=Unite)
    sens = models.CharField("sens", max_length=8, choices=Sens)
    niveau = models.CharField("niveau le plus fin", max_length=14, choices=Niveau)
    periode = models.CharField("période observée", max_length=160, blank=True)
    source = models.CharField("source", max_length=8, choices=SourceIndicateur)
    #: What the registered function promised, in its own words; empty when entered or imported.
    methode = models.TextField("méthode de calcul", blank=True)
    cible = models.DecimalField("cible", max_digits=12, decimal_places=2, null=True, blank=True)
    responsable = models.CharField("responsable", max_length=200, blank=True)
    mise_en_garde = models.TextField("mise en garde", blank=True)
    critere = models.CharField("critère", max_length=250, blank=True)
    objectif = models.TextField("objectif", blank=True)
    rang = models.PositiveSmallIntegerField("rang", default=0)

    objects = DefinitionFigeeQuerySet.as_manager()

    class Meta:
        verbose_name = "définition figée"
        verbose_name_plural = "définitions figées"
        constraints = [
            models.UniqueConstraint(fields=["campagne", "indicateur"], name="une_definition_par_campagne")
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.libelle}"


class AnalyseQuerySet(models.QuerySet["Analyse"]):
    def dans_perimetre(self, perimetre: Perimetre) -> AnalyseQuerySet:
        """What is said of the campaigns one reads; whoever works in a CIO reads what is said for the whole
        département and for his own CIO; a DCIO, that of the others in an issued report.
        """
        lues = self.filter(campagne__in=Campagne.objects.dans_perimetre(perimetre))
        if not perimetre.travaille_au_cio:
            return lues
        return lues.filter(Q(cio=None) | Q(cio=perimetre.cio_id) | Q(cio__parent=perimetre.cio_id))


class Analyse(models.Model):
    """« et en analysent les résultats » (fiche 1, DCIO): what a DCIO says of a figure for his CIO; without a
    CIO, the synthesis of the IEN-IO; without an indicator, on the whole. Never changed: a version follows.
    """

    campagne = models.ForeignKey(
        Campagne, on_delete=models.PROTECT, related_name="analyses", verbose_name="campagne"
    )
    indicateur = models.ForeignKey(
        Indicateur,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="indicateur",
    )
    cio = models.ForeignKey(
        CIO, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="CIO"
    )
    version = models.PositiveSmallIntegerField("version")
    texte = models.TextField("analyse")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="auteur"
    )
    qualite = models.CharField("en qualité de", max_length=200, blank=True)
    le = models.DateTimeField("date", auto_now_add=True)

    objects = AnalyseQuerySet.as_manager()

    class Meta:
        verbose_name = "analyse"
        constraints = [
            models.UniqueConstraint(
                "campagne",
                Coalesce("indicateur", 0),
                Coalesce("cio", 0),
                "version",
                name="analyse_version_unique",
                violation_error_message="Une autre version vient d’être enregistrée : actualisez la page.",
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1),
                name="analyse_version_positive",
                violation_error_message="Les versions se comptent à partir de 1.",
            ),
        ]

    def __str__(self) -> str:
        return f"analyse, version {self.version}"
