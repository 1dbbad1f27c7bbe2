"""What must be true of the campaigns whatever happened: one French sentence per anomaly."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F

from evaluation.models import Mesure
from socle.coherence import declencheurs_manquants

#: Rules that the database keeps itself (migrations 0002 and 0003).
DECLENCHEURS = frozenset(
    f"evaluation_{table}_{ordre}_{regle}"
    for table, ordres, regle in (
        ("mesure", ("insert", "update", "delete"), "campagne_figee"),
        ("definitionfigee", ("insert", "update", "delete"), "campagne_figee"),
        ("campagne", ("update", "delete"), "campagne_figee"),
        ("analyse", ("update", "delete"), "analyse_intangible"),
    )
    for ordre in ordres
)


def controler() -> Iterator[str]:
    """Anomalies of the campaigns and their figures."""
    yield from declencheurs_manquants(DECLENCHEURS)
    yield from _mesures_d_ailleurs()


def _mesures_d_ailleurs() -> Iterator[str]:
    """A figure and its definition are of the département of their campaign."""
    fautives = Mesure.objects.exclude(indicateur__departement=F("campagne__departement"))
    for mesure in fautives.select_related("campagne__departement").order_by("pk"):
        yield (
            f"Le chiffre n° {mesure.pk} de la campagne « {mesure.campagne} » vient d’un indicateur "
            "d’un autre département."
        )
