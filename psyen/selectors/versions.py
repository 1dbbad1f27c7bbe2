"""The versions of a CIO: year by year what exists, what is in force, what may be opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from psyen.enums import ETATS_OUVERTS
from psyen.models import Repartition
from reseaux.enums import EtatAnnee
from reseaux.models import CIO, AnneeScolaire, Reseau
from reseaux.perimetre import Perimetre
from socle.journal import historique
from socle.models import EntreeJournal


def histoire_lisible(repartition: Repartition, perimetre: Perimetre) -> QuerySet[EntreeJournal]:
    """The acts on a répartition; those of the draft only for the CIO that wrote it."""
    actes = historique(repartition)
    return actes if perimetre.travaille_au_cio else actes.sans_actes_reserves()


@dataclass(frozen=True)
class Situation:
    """Where a CIO stands in a year that may still be written."""

    annee: AnneeScolaire
    versions: list[Repartition]
    a_des_reseaux: bool

    @property
    def ouverte(self) -> Repartition | None:
        """The one being prepared or decided."""
        return next((r for r in self.versions if r.etat in ETATS_OUVERTS), None)

    @property
    def derniere_arretee(self) -> Repartition | None:
        """The one that a modificatif would change."""
        arretees = [r for r in self.versions if r.est_arretee]
        return max(arretees, key=lambda r: (r.date_effet, r.version), default=None)

    @property
    def date_effet_minimale(self) -> dt.date:
        """First day a modificatif may take effect: not before the version it changes."""
        derniere = self.derniere_arretee
        return derniere.date_effet if derniere else self.annee.debut

    @property
    def date_effet_proposee(self) -> dt.date:
        """Tomorrow, kept within what is allowed."""
        demain = timezone.localdate() + dt.timedelta(days=1)
        return min(max(demain, self.date_effet_minimale), self.annee.fin)


def situations(cio: CIO) -> list[Situation]:
    """The years that are not closed, the latest first."""
    return situations_des_cios([cio])[cio.pk]


def situations_des_cios(cios: Sequence[CIO]) -> dict[int, list[Situation]]:
    """The same for several CIO, in as many queries."""
    annees = list(AnneeScolaire.objects.exclude(etat=EtatAnnee.CLOSE).order_by("-debut", "pk"))
    versions = list(Repartition.objects.filter(cio__in=cios, annee__in=annees).order_by("version", "pk"))
    reseaux = Reseau.objects.filter(cio__in=cios, annee__in=annees)
    avec_reseaux = set(reseaux.values_list("cio_id", "annee_id"))
    return {
        cio.pk: [
            Situation(
                annee=annee,
                versions=[r for r in versions if (r.cio_id, r.annee_id) == (cio.pk, annee.pk)],
                a_des_reseaux=(cio.pk, annee.pk) in avec_reseaux,
            )
            for annee in annees
        ]
        for cio in cios
    }
