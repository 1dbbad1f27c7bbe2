"""The QVT survey: what is asked, of whom it was asked, and, apart, what was answered.

Anonymous by structure. On one side `Invitation` and `Jeton`: who was invited, whose link was used. On the
other `Reponse`: a value, a question, an identifier drawn at random; no person, no CIO, no link, no time, no
order, and nothing that tells which answers come from the same sheet. Between the two, while the survey is
open, `Urne`: all the sheets sealed together in one row, rewritten in another order at each deposit
(`services.enquete_urne`).
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import models
from django.db.models import Q

from comptes.enums import Role
from evaluation.enums import (
    PERSONNES_AU_MOINS,
    RAPPELS_AU_PLUS,
    TEXTE_AU_PLUS,
    Dimension,
    EtatEnquete,
    GenreQuestion,
)
from psyen.models import PsyEN
from reseaux.models import CIO, Departement
from reseaux.perimetre import Perimetre

PREPARENT = (Role.IEN_IO, Role.ADJOINT_IEN_IO)
#: « Result shown to PsyEN at the same time as to direction »; never raw, never by person.
LISENT = (*PREPARENT, Role.SG, Role.DASEN, Role.DCIO, Role.PSYEN, Role.ADMIN)
PREPARATION = (EtatEnquete.BROUILLON, EtatEnquete.PROGRAMMEE)


class EnqueteQuerySet(models.QuerySet["Enquete"]):
    def dans_perimetre(self, perimetre: Perimetre) -> EnqueteQuerySet:
        """Those of one's département (ADMIN: of the académie); what is in preparation is read by those who
        prepare it; the secrétaire de CIO, the chef d'établissement and the Région read none.
        """
        if perimetre.est_systeme:
            return self
        if not perimetre.est(*LISENT):
            return self.none()
        lues = self.filter(**perimetre.du_departement("departement"))
        return lues if perimetre.est(*PREPARENT) else lues.exclude(etat__in=PREPARATION)


class Enquete(models.Model):
    """A survey of the PsyEN of a département, or of some of its CIO. Once open, what was promised to those
    who answer (population, results by CIO or not, threshold, questions) never changes (database).
    """

    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="enquetes", verbose_name="département"
    )
    titre = models.CharField("titre", max_length=150)
    introduction = models.TextField("introduction", blank=True)
    #: Empty: all the CIO of the département.
    cios = models.ManyToManyField(CIO, blank=True, related_name="+", verbose_name="CIO interrogés")
    par_cio = models.BooleanField("moyennes par CIO", default=True)
    #: Persons below whom nothing is shown; frozen at the opening.
    seuil = models.PositiveSmallIntegerField("seuil", default=PERSONNES_AU_MOINS)
    date_ouverture = models.DateField("ouverture")
    date_fermeture = models.DateField("dernier jour")
    etat = models.CharField("état", max_length=12, choices=EtatEnquete, default=EtatEnquete.BROUILLON)
    rappels_envoyes = models.PositiveSmallIntegerField("rappels envoyés", default=0)
    close_le = models.DateField("close le", null=True, blank=True)
    #: One more at each change of the preparation: of two colleagues, the second is told.
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = EnqueteQuerySet.as_manager()

    class Meta:
        verbose_name = "enquête"
        constraints = [
            models.CheckConstraint(
                condition=Q(date_fermeture__gte=models.F("date_ouverture")),
                name="enquete_dates",
                violation_error_message="L’enquête doit finir après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(seuil__gte=PERSONNES_AU_MOINS),
                name="enquete_seuil",
                violation_error_message=f"Le seuil n’est jamais inférieur à {PERSONNES_AU_MOINS} personnes.",
            ),
            models.CheckConstraint(
                condition=Q(rappels_envoyes__lte=RAPPELS_AU_PLUS),
                name="enquete_rappels",
                violation_error_message=f"Une enquête envoie {RAPPELS_AU_PLUS} rappels au plus.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatEnquete.CLOSE, close_le__isnull=False)
                | (~Q(etat=EtatEnquete.CLOSE) & Q(close_le=None)),
                name="enquete_close_datee",
                violation_error_message="Une enquête close porte sa date.",
            ),
        ]

    def __str__(self) -> str:
        return self.titre

    @property
    def est_brouillon(self) -> bool:
        return self.etat == EtatEnquete.BROUILLON

    @property
    def est_close(self) -> bool:
        return self.etat == EtatEnquete.CLOSE

    def recoit(self, jour: dt.date) -> bool:
        """Open, and its last day not gone by: the night's task may be late."""
        return self.etat == EtatEnquete.OUVERTE and jour <= self.date_fermeture


class QuestionQuerySet(models.QuerySet["Question"]):
    def dans_perimetre(self, perimetre: Perimetre) -> QuestionQuerySet:
        return self.filter(enquete__in=Enquete.objects.dans_perimetre(perimetre))

    def dans_l_ordre(self) -> QuestionQuerySet:
        return self.order_by("rang", "pk")


class Question(models.Model):
    """A question. A closed one (scale, single choice) wants an answer from whoever sends the sheet: the
    number of answers is the same for all, and nobody is told apart by a silence.
    """

    enquete = models.ForeignKey(
        Enquete, on_delete=models.CASCADE, related_name="questions", verbose_name="enquête"
    )
    rang = models.PositiveSmallIntegerField("rang")
    genre = models.CharField("genre", max_length=16, choices=GenreQuestion)
    libelle = models.CharField("question", max_length=250)
    precision = models.CharField("précision", max_length=250, blank=True)
    dimension = models.CharField("dimension", max_length=16, choices=Dimension, blank=True)
    #: Of a choice: what is offered, in order.
    choix = models.JSONField("réponses proposées", default=list, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = "question"
        constraints = [
            models.CheckConstraint(
                condition=Q(genre=GenreQuestion.ECHELLE) | Q(dimension=""),
                name="question_dimension",
                violation_error_message="Seule une échelle mesure une dimension.",
            ),
            models.UniqueConstraint(
                fields=["enquete", "dimension"],
                name="question_dimension_unique",
                condition=~Q(dimension=""),
                violation_error_message="Une autre question de l’enquête mesure déjà cette dimension.",
            ),
        ]

    def __str__(self) -> str:
        return self.libelle


class ReserveQuerySet(models.QuerySet):
    """Read by no one: the service alone reads it, to do what it is for."""

    def dans_perimetre(self, perimetre: Perimetre) -> ReserveQuerySet:
        return self.all() if perimetre.est_systeme else self.none()


class Invitation(models.Model):
    """Who was invited, from which CIO. `lien_utilise` is written with the sheet, so that a link serves once;
    `a_repondu` in batches, later: it alone is counted. Both are forgotten (None) when the survey closes.
    """

    enquete = models.ForeignKey(
        Enquete, on_delete=models.PROTECT, related_name="invitations", verbose_name="enquête"
    )
    psyen = models.ForeignKey(PsyEN, on_delete=models.PROTECT, related_name="+", verbose_name="PsyEN")
    #: That of the attachment at the opening; an antenne counts with the CIO it depends on.
    cio = models.ForeignKey(CIO, on_delete=models.PROTECT, related_name="+", verbose_name="CIO")
    lien_utilise = models.BooleanField("lien utilisé", null=True, default=False)
    a_repondu = models.BooleanField("a répondu", null=True, default=False)

    objects = ReserveQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        constraints = [
            models.UniqueConstraint(
                fields=["enquete", "psyen"],
                name="invitation_unique",
                violation_error_message="Cette personne est déjà invitée.",
            )
        ]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"


class Jeton(models.Model):
    """The fingerprint of a secret link; the link itself is kept nowhere. Each mail carries its own."""

    invitation = models.ForeignKey(
        Invitation, on_delete=models.PROTECT, related_name="jetons", verbose_name="invitation"
    )
    empreinte = models.CharField(max_length=64, unique=True, editable=False)

    objects = ReserveQuerySet.as_manager()

    class Meta:
        verbose_name = "jeton d’enquête"
        verbose_name_plural = "jetons d’enquête"

    def __str__(self) -> str:
        return f"Jeton {self.pk}"


class Urne(models.Model):
    """The sheets of an open survey, all in one sealed row: no sheet has a row, a date or a place of its
    own.
    """

    enquete = models.OneToOneField(
        Enquete, on_delete=models.PROTECT, primary_key=True, related_name="urne", verbose_name="enquête"
    )
    scelle = models.TextField("bulletins scellés", blank=True)

    objects = ReserveQuerySet.as_manager()

    class Meta:
        verbose_name = "urne"

    def __str__(self) -> str:
        return f"Urne {self.pk}"

    @property
    def usage(self) -> str:
        """Of its key (`socle.chiffrement`): the urn of another survey does not open in its place."""
        return f"evaluation.urne:{self.enquete_id}"


class Reponse(models.Model):
    """One answer to one question, written at the closing with all the others, in an order drawn at random.
    Nothing else is known of it; two answers of the same person are two rows that nothing ties.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="+", verbose_name="question"
    )
    #: Of a scale: 0 to 10; of a choice: the place of what was chosen.
    valeur = models.PositiveSmallIntegerField("valeur", null=True, blank=True)
    texte = models.TextField("texte", blank=True, max_length=TEXTE_AU_PLUS)

    objects = ReserveQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse"
        constraints = [
            models.CheckConstraint(
                condition=(Q(valeur__isnull=False) & Q(texte="")) | (Q(valeur=None) & ~Q(texte="")),
                name="reponse_valeur_ou_texte",
                violation_error_message="Une réponse est une valeur ou un texte.",
            )
        ]

    def __str__(self) -> str:
        return "Réponse"


class ResultatEnqueteQuerySet(models.QuerySet["ResultatEnquete"]):
    def dans_perimetre(self, perimetre: Perimetre) -> ResultatEnqueteQuerySet:
        return self.filter(enquete__in=Enquete.objects.dans_perimetre(perimetre))


class ResultatEnquete(models.Model):
    """What is published of a survey: computed once, at the closing, never again (database)."""

    enquete = models.OneToOneField(
        Enquete, on_delete=models.PROTECT, primary_key=True, related_name="resultat", verbose_name="enquête"
    )
    invites = models.PositiveIntegerField("personnes invitées")
    #: None below the threshold.
    reponses = models.PositiveIntegerField("réponses", null=True)
    #: As `selectors.enquete_publication` writes it.
    contenu = models.JSONField("résultats", default=dict)

    objects = ResultatEnqueteQuerySet.as_manager()

    class Meta:
        verbose_name = "résultat d’enquête"
        verbose_name_plural = "résultats d’enquête"

    def __str__(self) -> str:
        return f"Résultats – {self.enquete}"
