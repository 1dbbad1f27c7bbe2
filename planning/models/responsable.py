"""Who answers for something: a person, whoever holds a role, or a group."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from comptes.enums import Role
from reseaux.models import Groupe, MembreGroupe
from reseaux.perimetre import Perimetre


class Responsabilite(models.Model):
    """Exactly one of the three; a role or a group is resolved each day into those who hold it."""

    utilisateur = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="personne",
    )
    role = models.CharField("rôle", max_length=24, choices=Role, blank=True)
    groupe = models.ForeignKey(
        Groupe, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="groupe"
    )

    class Meta:
        abstract = True

    @property
    def libelle_responsable(self) -> str:
        """« IEN-IO », « Équipe de direction orientation », « Claire MARTIN »."""
        if self.role:
            return self.get_role_display()
        return str(self.utilisateur or self.groupe)

    @property
    def cle_responsable(self) -> tuple[Any, Any, str]:
        """What the selectors resolve: (person, group, role)."""
        return (self.utilisateur_id, self.groupe_id, self.role)


def un_seul_responsable(nom: str) -> models.CheckConstraint:
    """A person, a role or a group: one of the three."""
    personne, groupe, role = ~Q(utilisateur=None), ~Q(groupe=None), ~Q(role="")
    return models.CheckConstraint(
        condition=(personne & ~groupe & ~role) | (~personne & groupe & ~role) | (~personne & ~groupe & role),
        name=nom,
        violation_error_message="Un responsable est une personne, un rôle ou un groupe : "
        "choisissez-en un seul.",
    )


def tenu_par(perimetre: Perimetre) -> Q:
    """Rows whose owner is the person of that perimeter, the role worn, or a group of theirs on that day.

    Rows of another département are the business of `dans_perimetre`.
    """
    membre = MembreGroupe.objects.en_vigueur().filter(
        Q(utilisateur=perimetre.utilisateur_id, utilisateur__isnull=False)
        | Q(role=perimetre.role, role__gt=""),
        **perimetre.du_departement("groupe__departement"),
    )
    return (
        Q(utilisateur=perimetre.utilisateur_id, utilisateur__isnull=False)
        | Q(role=perimetre.role, role__gt="")
        | Q(groupe__in=membre.values("groupe"))
    )
