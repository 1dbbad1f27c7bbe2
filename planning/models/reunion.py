"""Meetings: who called them, what is on the agenda, who came, what was decided."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format

from comptes.enums import Role
from planning.enums import EtatReunion, GenreReunion, ReponseInvitation, StatutPoint
from planning.models.action import Action
from psyen.models import PsyEN
from reseaux.models import CIO, Departement
from reseaux.perimetre import Perimetre


class ReunionQuerySet(models.QuerySet["Reunion"]):
    def dans_perimetre(self, perimetre: Perimetre) -> ReunionQuerySet:
        """The direction of the département reads all of its meetings, a CIO those of the CIO; otherwise,
        those that one called or is invited to. The ADMIN reads none: what is said there is not his business.
        """
        if perimetre.est_systeme:
            return self
        if perimetre.lit_le_departement:
            return self.filter(departement=perimetre.departement_id)
        participations = Participant.objects.filter(utilisateur=perimetre.utilisateur_id)
        siennes = Q(initiateur=perimetre.utilisateur_id) | Q(pk__in=participations.values("reunion"))
        if perimetre.travaille_au_cio:
            siennes |= Q(cio=perimetre.cio_id) | Q(cio__parent=perimetre.cio_id)
        return self.filter(siennes, departement=perimetre.departement_id)


class Reunion(models.Model):
    """« réunis par l'équipe de direction pour organiser le service, […] mettre en œuvre une concertation sur
    projet (à l'initiative de l'équipe de direction ou des PsyEn eux-mêmes) » (experiment, governance).
    """

    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="reunions", verbose_name="département"
    )
    cio = models.ForeignKey(
        CIO, on_delete=models.PROTECT, null=True, blank=True, related_name="reunions", verbose_name="CIO"
    )
    action = models.ForeignKey(
        Action,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reunions",
        verbose_name="action du plan",
    )
    genre = models.CharField("nature", max_length=16, choices=GenreReunion)
    titre = models.CharField("objet", max_length=200)
    presentation = models.TextField("présentation", blank=True)
    debut = models.DateTimeField("début", null=True, blank=True)
    fin = models.DateTimeField("fin", null=True, blank=True)
    lieu = models.CharField("lieu ou lien de visioconférence", max_length=300, blank=True)
    initiateur = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="à l’initiative de",
    )
    #: The hat worn when it was opened: direction or PsyEN (R13).
    initiateur_qualite = models.CharField("en qualité de", max_length=200, blank=True)
    initiateur_role = models.CharField("rôle de l’initiateur", max_length=24, choices=Role, blank=True)
    #: Who of the direction gave it its date: the organiser of the invitations.
    convoquee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="convoquée par",
    )
    convoquee_en_qualite = models.CharField("convoquée en qualité de", max_length=200, blank=True)
    etat = models.CharField("état", max_length=10, choices=EtatReunion, default=EtatReunion.DEMANDEE)
    motif = models.TextField("motif de l’annulation", blank=True)
    #: « arrête l'ordre du jour des temps de concertation »: from then on no point is proposed any more.
    ordre_arrete_le = models.DateTimeField("ordre du jour arrêté le", null=True, blank=True)
    compte_rendu = models.TextField("compte rendu", blank=True)
    compte_rendu_diffuse_le = models.DateTimeField("compte rendu diffusé le", null=True, blank=True)
    # iCalendar: the same meeting for every mail reader; each mailing is newer than the one before.
    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    #: What an invitation says last changed then: those invited before are written to again.
    changee_le = models.DateTimeField(null=True, blank=True, editable=False)
    #: Moves when the minutes are written: two people on one text, the second is told.
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = ReunionQuerySet.as_manager()

    class Meta:
        verbose_name = "réunion"
        constraints = [
            models.CheckConstraint(
                condition=Q(debut=None, fin=None) | Q(fin__gt=F("debut")),
                name="reunion_fin_apres_debut",
                violation_error_message="La réunion doit finir après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=(EtatReunion.DEMANDEE, EtatReunion.ANNULEE)) | Q(debut__isnull=False),
                name="reunion_convoquee_datee",
                violation_error_message="Une réunion convoquée a une date.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatReunion.ANNULEE) | ~Q(motif=""),
                name="reunion_annulation_motivee",
                violation_error_message="Dites pourquoi la réunion est annulée.",
            ),
        ]
        indexes = [models.Index(fields=["departement", "-debut"], name="reunion_par_date")]

    def __str__(self) -> str:
        return self.titre

    @property
    def quand(self) -> str:
        """« jeudi 3 décembre 2026, de 14 h à 16 h 30 », as read in Paris; empty without a date."""
        if self.debut is None or self.fin is None:
            return ""
        debut, fin = timezone.localtime(self.debut), timezone.localtime(self.fin)
        jour = "1er" if debut.day == 1 else str(debut.day)
        date = f"{date_format(debut, 'l')} {jour} {date_format(debut, 'F Y')}"
        return f"{date}, de {_heure(debut)} à {_heure(fin)}"

    @property
    def a_commence(self) -> bool:
        return self.debut is not None and self.debut <= timezone.now()

    @property
    def est_ecartee(self) -> bool:
        """A request that never got a date."""
        return self.etat == EtatReunion.ANNULEE and self.debut is None

    @property
    def etat_dit(self) -> str:
        """What became of it, in a word."""
        return "Écartée" if self.est_ecartee else self.get_etat_display()


def _heure(instant: dt.datetime) -> str:
    """« 14 h », « 9 h 05 », on one line."""
    minutes = f"\N{NO-BREAK SPACE}{instant:%M}" if instant.minute else ""
    return f"{instant.hour}\N{NO-BREAK SPACE}h{minutes}"


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def dans_perimetre(self, perimetre: Perimetre) -> ParticipantQuerySet:
        """Those of the meetings one reads."""
        return self.filter(reunion__in=Reunion.objects.dans_perimetre(perimetre))


class Participant(models.Model):
    """Someone invited: an account, a PsyEN of the file, or a name and an address."""

    reunion = models.ForeignKey(Reunion, on_delete=models.CASCADE, related_name="participants")
    utilisateur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    psyen = models.ForeignKey(
        PsyEN, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="PsyEN"
    )
    nom = models.CharField("nom", max_length=160)
    qualite = models.CharField("qualité", max_length=200, blank=True)
    courriel = models.EmailField("courriel")
    invite_le = models.DateTimeField("invité le", null=True, blank=True)
    reponse = models.CharField("réponse", max_length=4, choices=ReponseInvitation, blank=True)
    present = models.BooleanField("présent", null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = "participant"
        constraints = [
            models.UniqueConstraint(
                fields=["reunion", "courriel"],
                name="participant_unique",
                violation_error_message="Cette personne est déjà invitée.",
            )
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def a_prevenir(self) -> bool:
        """Never written to, or not since what the invitation says has changed."""
        changee_le = self.reunion.changee_le
        return self.invite_le is None or (changee_le is not None and self.invite_le < changee_le)


class PointOrdreDuJourQuerySet(models.QuerySet["PointOrdreDuJour"]):
    def dans_perimetre(self, perimetre: Perimetre) -> PointOrdreDuJourQuerySet:
        """Those of the meetings one reads."""
        return self.filter(reunion__in=Reunion.objects.dans_perimetre(perimetre))


class PointOrdreDuJour(models.Model):
    """A point of the agenda: proposed by anyone concerned, kept or set aside by the direction (R14)."""

    reunion = models.ForeignKey(Reunion, on_delete=models.CASCADE, related_name="points")
    rang = models.PositiveSmallIntegerField("rang")
    titre = models.CharField("point", max_length=200)
    texte = models.TextField("précisions", blank=True)
    propose_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    propose_en_qualite = models.CharField("en qualité de", max_length=200, blank=True)
    statut = models.CharField("statut", max_length=8, choices=StatutPoint, default=StatutPoint.PROPOSE)

    objects = PointOrdreDuJourQuerySet.as_manager()

    class Meta:
        verbose_name = "point de l’ordre du jour"
        verbose_name_plural = "points de l’ordre du jour"

    def __str__(self) -> str:
        return self.titre


class DecisionQuerySet(models.QuerySet["Decision"]):
    def dans_perimetre(self, perimetre: Perimetre) -> DecisionQuerySet:
        """Those of the meetings one reads."""
        return self.filter(reunion__in=Reunion.objects.dans_perimetre(perimetre))


class Decision(models.Model):
    """What the meeting decided; it becomes an action of the plan in one gesture."""

    reunion = models.ForeignKey(Reunion, on_delete=models.CASCADE, related_name="decisions")
    rang = models.PositiveSmallIntegerField("rang")
    texte = models.TextField("décision")
    action = models.ForeignKey(
        Action,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name="devenue l’action",
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "décision"
        constraints = [
            models.CheckConstraint(
                condition=~Q(texte=""),
                name="decision_ecrite",
                violation_error_message="Écrivez la décision.",
            )
        ]

    def __str__(self) -> str:
        return self.texte
