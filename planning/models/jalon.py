"""The milestones of an action, and what people say of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from comptes.enums import Role
from planning.enums import EtatJalon
from planning.models.action import Action
from planning.models.responsable import Responsabilite, tenu_par
from reseaux.models import CIO
from reseaux.perimetre import Perimetre


class JalonQuerySet(models.QuerySet["Jalon"]):
    def dans_perimetre(self, perimetre: Perimetre) -> JalonQuerySet:
        """Those of the actions one reads; the Région reads none: they name people."""
        if perimetre.est(Role.CHARGE_MISSION_REGION):
            return self.none()
        return self.filter(action__in=Action.objects.dans_perimetre(perimetre))

    def tenus_par(self, perimetre: Perimetre) -> JalonQuerySet:
        """Those that one answers for; without an owner of their own, those of one's actions. A milestone of
        a CIO is not the business of the DCIO of another.
        """
        sans_responsable = Q(utilisateur=None, groupe=None, role="")
        tenus = self.filter(
            tenu_par(perimetre) | (sans_responsable & Q(action__in=Action.objects.tenues_par(perimetre)))
        )
        if perimetre.travaille_au_cio:
            tenus = tenus.filter(Q(cio=None) | Q(cio=perimetre.cio_id) | Q(cio__parent=perimetre.cio_id))
        return tenus

    def a_faire(self) -> JalonQuerySet:
        """Open, under an open action of an open plan."""
        return self.filter(etat=EtatJalon.A_FAIRE, action__etat="ouverte", action__plan__etat="ouvert")


class Jalon(Responsabilite):
    """Something due on a day. The `est_final` one stands for the end of the action itself.

    Without an owner of its own, the owners of the action answer; with a CIO and a role, whoever holds that
    role in that CIO.
    """

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="jalons", verbose_name="action")
    intitule = models.CharField("jalon", max_length=250)
    echeance = models.DateField("échéance")
    #: The day on which that due date was set: no reminder is owed for before.
    echeance_fixee_le = models.DateField("échéance fixée le")
    cio = models.ForeignKey(
        CIO, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="CIO"
    )
    est_final = models.BooleanField("fin de l’action", default=False, editable=False)
    etat = models.CharField("état", max_length=10, choices=EtatJalon, default=EtatJalon.A_FAIRE)
    fait_le = models.DateField("fait le", null=True, blank=True)

    objects = JalonQuerySet.as_manager()

    class Meta:
        verbose_name = "jalon"
        verbose_name_plural = "jalons"
        constraints = [
            models.UniqueConstraint(
                fields=["action"], condition=Q(est_final=True), name="un_jalon_final_par_action"
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatJalon.FAIT, fait_le__isnull=False)
                | (~Q(etat=EtatJalon.FAIT) & Q(fait_le=None)),
                name="jalon_fait_date",
                violation_error_message="Un jalon fait porte la date où il l’a été, les autres aucune.",
            ),
            # A person, a role, a group, or none of the three: then the action's owners.
            models.CheckConstraint(
                condition=(Q(utilisateur=None) & Q(groupe=None))
                | (Q(utilisateur=None) & Q(role=""))
                | (Q(groupe=None) & Q(role="")),
                name="jalon_un_responsable_au_plus",
                violation_error_message="Un responsable est une personne, un rôle ou un groupe : "
                "choisissez-en un seul.",
            ),
        ]
        indexes = [models.Index(fields=["etat", "echeance"], name="jalon_par_echeance")]

    def __str__(self) -> str:
        return self.intitule

    @property
    def a_un_responsable(self) -> bool:
        return any(self.cle_responsable)


class CommentaireQuerySet(models.QuerySet["Commentaire"]):
    def dans_perimetre(self, perimetre: Perimetre) -> CommentaireQuerySet:
        """Those of the actions one reads, save for the Région."""
        if perimetre.est(Role.CHARGE_MISSION_REGION):
            return self.none()
        return self.filter(action__in=Action.objects.dans_perimetre(perimetre))


class Commentaire(models.Model):
    """A word on an action, or on one of its milestones; never changed, so that the thread stays true."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="commentaires")
    jalon = models.ForeignKey(
        Jalon, on_delete=models.CASCADE, null=True, blank=True, related_name="commentaires"
    )
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="auteur"
    )
    qualite = models.CharField("en qualité de", max_length=200, blank=True)
    texte = models.TextField("commentaire")
    le = models.DateTimeField("date", auto_now_add=True)

    objects = CommentaireQuerySet.as_manager()

    class Meta:
        verbose_name = "commentaire"
        constraints = [
            models.CheckConstraint(
                condition=~Q(texte=""),
                name="commentaire_du_plan_non_vide",
                violation_error_message="Le commentaire est vide.",
            )
        ]

    def __str__(self) -> str:
        return self.texte
