"""« Réaliser au moins une action relevant du volet « Avenir » […] autour de chaque CIO » (action 12)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from missions.enums import EtatActionDeTerritoire, Volet
from missions.models import ActionDeTerritoire
from reseaux.models import CIO, AnneeScolaire, Departement
from reseaux.perimetre import Perimetre

#: Expected of each CIO, each year.
AVENIR_ATTENDUES = 1


@dataclass(frozen=True)
class JaugeAvenir:
    """A CIO and its actions of the volet Avenir this year, its antennes' included."""

    nom: str
    realisees: int
    prevues: int

    @property
    def est_atteinte(self) -> bool:
        return self.realisees >= AVENIR_ATTENDUES

    @property
    def pourcentage(self) -> int:
        return min(100, 100 * self.realisees // AVENIR_ATTENDUES)


def jauges_avenir(
    perimetre: Perimetre, annee: AnneeScolaire, departement: str = "", cio: str = ""
) -> list[JaugeAvenir]:
    """By CIO of the départements one sees, or of the one chosen; two queries."""
    cios = CIO.objects.filter(departement__in=Departement.objects.dans_perimetre(perimetre), parent=None)
    if departement:
        cios = cios.filter(departement=int(departement))
    if cio:
        cios = cios.filter(pk=int(cio))
    comptes = compter_avenir(annee)
    lignes = cios.filter(est_ouvert=True).order_by("departement__nom", "nom", "pk")
    return [
        JaugeAvenir(
            nom,
            comptes.get((pk, EtatActionDeTerritoire.REALISEE), 0),
            comptes.get((pk, EtatActionDeTerritoire.PREVUE), 0),
        )
        for pk, nom in lignes.values_list("pk", "nom")
    ]


def compter_avenir(annee: AnneeScolaire) -> dict[tuple[int, str], int]:
    """(CIO, state) → actions of the volet Avenir of that year; an antenne counts for its CIO."""
    lignes = (
        ActionDeTerritoire.objects.filter(annee=annee, volet=Volet.AVENIR)
        .order_by("cio", "etat")
        .values_list("cio", "cio__parent", "etat")
        .annotate(nombre=Count("pk"))
    )
    comptes: dict[tuple[int, str], int] = {}
    for cio, parent, etat, nombre in lignes:
        cle = (parent or cio, etat)
        comptes[cle] = comptes.get(cle, 0) + nombre
    return comptes
