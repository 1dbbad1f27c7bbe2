"""The habilitation: a person, a role, a territory, dates. One is worn at a time."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from comptes.enums import Role
from reseaux.enums import TypeTerritoire
from reseaux.models.cio import CIO
from reseaux.models.etablissement import Etablissement
from reseaux.models.territoire import Academie, Departement
from reseaux.perimetre import Perimetre

#: The kind of territory that each role is limited to (conception §2).
TERRITOIRE_DU_ROLE = {
    Role.ADMIN: TypeTerritoire.ACADEMIE,
    Role.DASEN: TypeTerritoire.DEPARTEMENT,
    Role.SG: TypeTerritoire.DEPARTEMENT,
    Role.IEN_IO: TypeTerritoire.DEPARTEMENT,
    Role.ADJOINT_IEN_IO: TypeTerritoire.DEPARTEMENT,
    Role.CHARGE_MISSION_REGION: TypeTerritoire.DEPARTEMENT,
    Role.PSYEN: TypeTerritoire.DEPARTEMENT,
    Role.DCIO: TypeTerritoire.CIO,
    Role.SECRETAIRE_CIO: TypeTerritoire.CIO,
    Role.CHEF_ETABLISSEMENT: TypeTerritoire.ETABLISSEMENT,
}


def _territoire_seul(type_territoire: str) -> Q:
    """Exactly this territory is set, and only for the roles that take it."""
    roles = [role for role, type_ in TERRITOIRE_DU_ROLE.items() if type_ == type_territoire]
    condition = Q(role__in=roles)
    for type_ in TypeTerritoire.values:
        condition &= Q(**{f"{type_}__isnull": type_ != type_territoire})
    return condition


class HabilitationQuerySet(models.QuerySet["Habilitation"]):
    def en_vigueur(self, jour: dt.date | None = None) -> HabilitationQuerySet:
        """Started, not ended, not revoked on that day (today by default)."""
        jour = jour or timezone.localdate()
        return self.filter(
            Q(date_fin__isnull=True) | Q(date_fin__gte=jour), date_debut__lte=jour, revoquee_le__isnull=True
        )

    def pour_perimetre(self) -> HabilitationQuerySet:
        """With every territory joined, so that `Perimetre.de` asks the database nothing more."""
        # Not the outlines of the map: ten kilobytes of JSON to parse at each request.
        return self.select_related(
            "utilisateur", "academie", "departement", "cio__departement", "etablissement__departement"
        ).defer("departement__contour", "cio__departement__contour", "etablissement__departement__contour")

    def dans_perimetre(self, perimetre: Perimetre) -> HabilitationQuerySet:
        """The ADMIN manages the habilitations of his académie; others read their own."""
        if perimetre.est_systeme:
            return self
        if not perimetre.est(Role.ADMIN):
            return self.filter(utilisateur=perimetre.utilisateur_id)
        return self.filter(
            Q(academie=perimetre.academie_id)
            | Q(departement__academie=perimetre.academie_id)
            | Q(cio__departement__academie=perimetre.academie_id)
            | Q(etablissement__departement__academie=perimetre.academie_id)
        )


class Habilitation(models.Model):
    utilisateur = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="habilitations",
        verbose_name="personne",
    )
    role = models.CharField("rôle", max_length=24, choices=Role)
    academie = models.ForeignKey(
        Academie,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="habilitations",
        verbose_name="académie",
    )
    departement = models.ForeignKey(
        Departement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="habilitations",
        verbose_name="département",
    )
    cio = models.ForeignKey(
        CIO, on_delete=models.PROTECT, null=True, blank=True, related_name="habilitations", verbose_name="CIO"
    )
    etablissement = models.ForeignKey(
        Etablissement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="habilitations",
        verbose_name="établissement",
    )
    date_debut = models.DateField("du")
    date_fin = models.DateField("au", null=True, blank=True)
    revoquee_le = models.DateTimeField("révoquée le", null=True, blank=True, editable=False)

    objects = HabilitationQuerySet.as_manager()

    class Meta:
        verbose_name = "habilitation"
        constraints = [
            models.CheckConstraint(
                condition=_territoire_seul(TypeTerritoire.ACADEMIE)
                | _territoire_seul(TypeTerritoire.DEPARTEMENT)
                | _territoire_seul(TypeTerritoire.CIO)
                | _territoire_seul(TypeTerritoire.ETABLISSEMENT),
                name="habilitation_un_territoire_selon_le_role",
                violation_error_message="Le territoire ne correspond pas au rôle : académie pour "
                "l’administration, CIO pour le DCIO et le secrétariat, "
                "établissement pour le chef d’établissement, "
                "département pour les autres.",
            ),
            models.CheckConstraint(
                condition=Q(date_fin__isnull=True) | Q(date_fin__gte=models.F("date_debut")),
                name="habilitation_fin_apres_debut",
                violation_error_message="L’habilitation doit finir après avoir commencé.",
            ),
        ]
        indexes = [models.Index(fields=["utilisateur", "date_debut"], name="habilitation_par_personne")]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.territoire}"

    @property
    def territoire(self) -> Academie | Departement | CIO | Etablissement:
        """The one territory that the constraint guarantees."""
        territoire = self.academie or self.departement or self.cio or self.etablissement
        assert territoire is not None  # noqa: S101 - guaranteed by the constraint above
        return territoire
