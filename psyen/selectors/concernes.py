"""Whom a version concerns, and what it gives each of them: nobody reads another's half-days."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from psyen.enums import Modalite
from psyen.models import Affectation, Repartition
from psyen.selectors.differences import differences
from psyen.selectors.grille import Grille
from reseaux.models import MembreReseau


@dataclass(frozen=True)
class Presence:
    """Half-days in a place, or of a person."""

    libelle: str
    demi_journees: Decimal
    a_distance: bool = False


@dataclass(frozen=True)
class Concernes:
    """PsyEN → his whole week from then on; school → who comes. Empty for those who are no longer in it."""

    semaines: dict[int, list[Presence]]
    presences: dict[int, list[Presence]]


def concernes(grille: Grille, avant: Grille | None) -> Concernes:
    """Everyone named by a first version; by a modificatif, those whose half-days or modalité differ."""
    if avant is None:
        psyens = [ligne.psyen_pk for ligne in grille.lignes]
        ecoles = [pk for pk in grille.ecoles if grille.total_ecole(pk)]
    else:
        ecarts = differences(avant, grille)
        psyens = list(dict.fromkeys(ecart.psyen_pk for ecart in ecarts))
        ecoles = list(dict.fromkeys(ecart.ecole.pk for ecart in ecarts if ecart.ecole))
    return Concernes(
        semaines={pk: _semaine(grille, pk) for pk in psyens},
        presences={pk: _presences(grille, pk) for pk in ecoles},
    )


def est_concerne(repartition: Repartition, etablissement_pk: int) -> bool:
    """A school comments on a proposal that gives it half-days, takes some away, or leaves it with none
    though it is in a réseau of the CIO.
    """
    return etablissement_pk in etablissements_concernes(repartition)


def etablissements_concernes(repartition: Repartition) -> set[int]:
    """Every school for which `est_concerne` holds; two queries."""
    versions = [pk for pk in (repartition.pk, repartition.derivee_de_id) if pk]
    affectes = Affectation.objects.filter(service__repartition__in=versions)
    membres = MembreReseau.objects.filter(reseau__cio=repartition.cio_id, annee=repartition.annee_id)
    return set(affectes.values_list("etablissement_id", flat=True)) | set(
        membres.values_list("etablissement_id", flat=True)
    )


def _semaine(grille: Grille, psyen_pk: int) -> list[Presence]:
    ligne = next((ligne for ligne in grille.lignes if ligne.psyen_pk == psyen_pk), None)
    if ligne is None:
        return []
    cio = [Presence(str(grille.repartition.cio), ligne.cio)] if ligne.cio else []
    return cio + [
        Presence(str(grille.ecoles[pk]), c.demi_journees, c.modalite == Modalite.DISTANCIEL)
        for pk, c in ligne.cellules.items()
    ]


def _presences(grille: Grille, ecole_pk: int) -> list[Presence]:
    return [
        Presence(ligne.nom_complet, c.demi_journees, c.modalite == Modalite.DISTANCIEL)
        for ligne in grille.lignes
        if (c := ligne.cellules.get(ecole_pk))
    ]
