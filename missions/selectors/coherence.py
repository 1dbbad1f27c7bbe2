"""What must be true of the missions and registers whatever happened: one French sentence per anomaly."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.db.models import F

from missions.models import CaseMatrice, Delegation, FicheDePoste, LettreDeMission, LigneMatrice
from socle.coherence import declencheurs_manquants, exclusions_manquantes, superposees

#: Rules that the database keeps itself (migration 0002).
DECLENCHEURS = frozenset(
    f"missions_{table}_{ordre}_{regle}"
    for table, ordres, regle in (
        ("lignematrice", ("insert", "update", "delete"), "matrice_validee"),
        ("acteurmatrice", ("insert", "update", "delete"), "matrice_validee"),
        ("casematrice", ("insert", "update", "delete"), "matrice_validee"),
        ("matrice", ("update", "delete"), "matrice_validee"),
        ("lettredemission", ("update", "delete"), "lettre_intangible"),
        ("programmeactivites", ("update", "delete"), "programme_publie"),
    )
    for ordre in ordres
)
#: On PostgreSQL exclusion constraints hold these.
DECLENCHEURS_SQLITE = frozenset(
    f"missions_{table}_{ordre}_sans_chevauchement"
    for table in ("delegation", "fichedeposte")
    for ordre in ("insert", "update")
)
EXCLUSIONS = ("missions_delegation_sans_chevauchement", "missions_fichedeposte_sans_chevauchement")


def controler() -> Iterator[str]:
    """Anomalies of the delegations, fiches de poste, matrices and letters."""
    yield from _regles_manquantes()
    yield from _delegations_superposees()
    yield from _fiches_superposees()
    yield from _matrices_melees()
    yield from _lettres_trouees()


def _regles_manquantes() -> Iterator[str]:
    if connection.vendor == "sqlite":
        yield from declencheurs_manquants(DECLENCHEURS | DECLENCHEURS_SQLITE)
        return
    yield from declencheurs_manquants(DECLENCHEURS)
    yield from exclusions_manquantes(EXCLUSIONS)


def _delegations_superposees() -> Iterator[str]:
    """A dossier is held by one person at a time."""
    valables = Delegation.objects.filter(retiree_le=None)
    for delegation in superposees(valables, "dossier").select_related("dossier"):
        yield f"La délégation n° {delegation.pk} du dossier « {delegation.dossier} » en recouvre une autre."


def _fiches_superposees() -> Iterator[str]:
    """One fiche de poste is valid on a day."""
    validees = FicheDePoste.objects.filter(validee_le__isnull=False)
    for fiche in superposees(validees, "secretaire").select_related("cio"):
        yield f"La fiche de poste n° {fiche.pk} ({fiche.cio}) en recouvre une autre de la même personne."


def _matrices_melees() -> Iterator[str]:
    """Who decides, and each part, belong to the matrix of their line."""
    lignes = LigneMatrice.objects.exclude(decide__matrice=F("matrice"))
    for ligne in lignes.order_by("pk"):
        yield f"« {ligne.activite} » : l’acteur qui décide est d’une autre matrice (n° {ligne.matrice_id})."
    cases = CaseMatrice.objects.exclude(acteur__matrice=F("ligne__matrice")).select_related("ligne")
    for case in cases.order_by("pk"):
        yield f"« {case.ligne.activite} » : une part est celle d’un acteur d’une autre matrice."


def _lettres_trouees() -> Iterator[str]:
    """Letters are never removed: the versions of a PsyEN’s year follow on from 1."""
    versions: dict[tuple[int, int], list[int]] = {}
    for psyen, annee, version in LettreDeMission.objects.order_by("psyen", "annee", "version").values_list(
        "psyen", "annee", "version"
    ):
        versions.setdefault((psyen, annee), []).append(version)
    for (psyen, _), suite in versions.items():
        if suite != list(range(1, len(suite) + 1)):
            yield f"Les versions des lettres de mission du PsyEN n° {psyen} ne se suivent pas."
