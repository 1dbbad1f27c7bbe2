"""The actions of a plan: who answers, until when, what proves that it is done."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone

from comptes.enums import Role
from planning.enums import EtatAction, GenreCible, Lien, PublicCible, SituationAction, SourceCible
from planning.models.plan import Objectif, PlanDeTravail
from planning.models.responsable import Responsabilite, tenu_par, un_seul_responsable
from reseaux.models import CIO, Etablissement
from reseaux.perimetre import Perimetre

ETATS_FINIS = {
    EtatAction.FAITE: SituationAction.FAITE,
    EtatAction.ABANDONNEE: SituationAction.ABANDONNEE,
}


class ActionQuerySet(models.QuerySet["Action"]):
    def dans_perimetre(self, perimetre: Perimetre) -> ActionQuerySet:
        """Everyone of the département reads its plan; the Région its public actions only."""
        visibles = self.filter(**perimetre.du_departement("plan__departement"))
        return visibles.filter(publique=True) if perimetre.est(Role.CHARGE_MISSION_REGION) else visibles

    def tenues_par(self, perimetre: Perimetre) -> ActionQuerySet:
        """Those that one answers for, in person, by the role worn or by a group: « ma part »."""
        tenus = ResponsableAction.objects.filter(tenu_par(perimetre))
        return self.filter(pk__in=tenus.values("action"))

    def avec_situation(self, jour: dt.date | None = None) -> ActionQuerySet:
        """Annotates `situation` (what is shown on that day) and `bloquee` (waits for an open action)."""
        jour = jour or timezone.localdate()
        attend = Dependance.objects.filter(action=OuterRef("pk"), predecesseur__etat=EtatAction.OUVERTE)
        return self.annotate(
            situation=Case(
                *(When(etat=etat, then=Value(shown.value)) for etat, shown in ETATS_FINIS.items()),
                When(fin__lt=jour, then=Value(SituationAction.EN_RETARD.value)),
                When(debut__lte=jour, then=Value(SituationAction.EN_COURS.value)),
                default=Value(SituationAction.A_VENIR.value),
                output_field=CharField(),
            ),
            bloquee=Case(
                When(Q(etat=EtatAction.OUVERTE) & Q(Exists(attend)), then=Value(True)),
                default=Value(False),
                output_field=models.BooleanField(),
            ),
        )


class Action(models.Model):
    """One line of the plan: title, attribution and calendar exactly as written, bounds computed."""

    plan = models.ForeignKey(
        PlanDeTravail, on_delete=models.PROTECT, related_name="actions", verbose_name="plan de travail"
    )
    numero = models.PositiveSmallIntegerField("n°")
    titre = models.TextField("action")
    attribution = models.CharField("attribution", max_length=200, help_text="telle qu’elle est écrite")
    calendrier = models.CharField("calendrier", max_length=80, help_text="tel qu’il est écrit")
    debut = models.DateField("début")
    fin = models.DateField("fin")
    objectifs = models.ManyToManyField(Objectif, blank=True, related_name="actions", verbose_name="objectifs")
    #: The chargé de mission Région reads public actions.
    publique = models.BooleanField("visible du chargé de mission Région", default=False)
    cible = models.CharField("cible", max_length=16, choices=GenreCible, default=GenreCible.AUCUNE)
    cible_nombre = models.PositiveSmallIntegerField("nombre visé", default=1)
    #: Besides the evidence; fits the kind of target (service).
    source = models.CharField(
        "constaté aussi dans", max_length=20, choices=SourceCible, default=SourceCible.AUCUNE, blank=True
    )
    etat = models.CharField("état", max_length=10, choices=EtatAction, default=EtatAction.OUVERTE)
    faite_le = models.DateField("faite le", null=True, blank=True)
    motif = models.TextField("motif de l’abandon", blank=True)
    silence_jusqu_au = models.DateField("rappels suspendus jusqu’au", null=True, blank=True)
    predecesseurs = models.ManyToManyField(
        "self", through="Dependance", symmetrical=False, related_name="suivantes", blank=True
    )
    #: Moves at each write: two people on one action, the second is told.
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = "action"
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "numero"],
                name="action_numero_unique",
                violation_error_message="Une action du plan porte déjà ce numéro.",
            ),
            models.CheckConstraint(
                condition=Q(fin__gte=F("debut")),
                name="action_fin_apres_debut",
                violation_error_message="L’action doit finir après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatAction.ABANDONNEE) | ~Q(motif=""),
                name="action_abandon_motive",
                violation_error_message="Dites pourquoi l’action est abandonnée.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatAction.FAITE, faite_le__isnull=False)
                | (~Q(etat=EtatAction.FAITE) & Q(faite_le=None)),
                name="action_faite_datee",
                violation_error_message="Une action faite porte la date où elle l’a été, les autres aucune.",
            ),
            models.CheckConstraint(
                condition=Q(cible_nombre__gte=1),
                name="action_cible_d_au_moins_un",
                violation_error_message="La cible est d’au moins 1.",
            ),
        ]
        indexes = [models.Index(fields=["plan", "fin"], name="action_par_echeance")]

    def __str__(self) -> str:
        return f"{self.numero}. {self.titre}"

    @property
    def est_ouverte(self) -> bool:
        return self.etat == EtatAction.OUVERTE

    def situation_au(self, jour: dt.date) -> SituationAction:
        """The same rule as `avec_situation`, for one action in hand."""
        if self.etat in ETATS_FINIS:
            return ETATS_FINIS[EtatAction(self.etat)]
        if self.fin < jour:
            return SituationAction.EN_RETARD
        return SituationAction.EN_COURS if self.debut <= jour else SituationAction.A_VENIR


class ResponsableActionQuerySet(models.QuerySet["ResponsableAction"]):
    def dans_perimetre(self, perimetre: Perimetre) -> ResponsableActionQuerySet:
        """The owners of the actions one reads."""
        return self.filter(action__in=Action.objects.dans_perimetre(perimetre))


class ResponsableAction(Responsabilite):
    """An owner, in the order of the attribution; one of them, the garant, is accountable."""

    action = models.ForeignKey(
        Action, on_delete=models.CASCADE, related_name="responsables", verbose_name="action"
    )
    rang = models.PositiveSmallIntegerField("rang")
    lien = models.CharField("lien avec le précédent", max_length=2, choices=Lien, default=Lien.ET)
    est_garant = models.BooleanField("répond de l’action", default=False)

    objects = ResponsableActionQuerySet.as_manager()

    class Meta:
        verbose_name = "responsable"
        constraints = [
            un_seul_responsable("responsable_action_unique_en_son_genre"),
            models.UniqueConstraint(fields=["action", "rang"], name="responsable_rang_unique"),
            models.UniqueConstraint(
                fields=["action"],
                condition=Q(est_garant=True),
                name="un_garant_par_action",
                violation_error_message="Une personne, un rôle ou un groupe répond de l’action : un seul.",
            ),
        ]

    def __str__(self) -> str:
        return self.libelle_responsable


class DependanceQuerySet(models.QuerySet["Dependance"]):
    def dans_perimetre(self, perimetre: Perimetre) -> DependanceQuerySet:
        """Between actions one reads."""
        lues = Action.objects.dans_perimetre(perimetre)
        return self.filter(action__in=lues, predecesseur__in=lues)


class Dependance(models.Model):
    """`action` waits for `predecesseur`. Same plan and no cycle: the service judges."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="attend")
    predecesseur = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="permet")

    objects = DependanceQuerySet.as_manager()

    class Meta:
        verbose_name = "dépendance"
        constraints = [
            models.UniqueConstraint(
                fields=["action", "predecesseur"],
                name="dependance_unique",
                violation_error_message="Cette dépendance existe déjà.",
            ),
            models.CheckConstraint(
                condition=~Q(action=F("predecesseur")),
                name="dependance_sans_boucle",
                violation_error_message="Une action ne dépend pas d’elle-même.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecesseur_id} → {self.action_id}"


class PreuveQuerySet(models.QuerySet["Preuve"]):
    def dans_perimetre(self, perimetre: Perimetre) -> PreuveQuerySet:
        """Those of the actions one reads, save for the Région: a proof may name people."""
        if perimetre.est(Role.CHARGE_MISSION_REGION):
            return self.none()
        return self.filter(action__in=Action.objects.dans_perimetre(perimetre))


class Preuve(models.Model):
    """What shows that the target is reached, in which school, for which CIO or before which audience."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="preuves")
    texte = models.TextField("ce qui a été fait")
    lien = models.URLField("lien", max_length=500, blank=True)
    etablissement = models.ForeignKey(
        Etablissement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="établissement",
    )
    cio = models.ForeignKey(
        CIO, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="CIO"
    )
    public = models.CharField("public réuni", max_length=8, choices=PublicCible, blank=True)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="auteur"
    )
    le = models.DateField("date")

    objects = PreuveQuerySet.as_manager()

    class Meta:
        verbose_name = "preuve"
        constraints = [
            models.CheckConstraint(
                condition=~Q(texte=""),
                name="preuve_dite",
                violation_error_message="Dites en quelques mots ce qui a été fait.",
            )
        ]

    def __str__(self) -> str:
        return self.texte
