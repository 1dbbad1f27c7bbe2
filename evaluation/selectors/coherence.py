"""What must be true of the campaigns, surveys and reports whatever happened: one French sentence per
anomaly.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F

from evaluation.models import Mesure, Urne
from socle.chiffrement import Illisible, dechiffrer
from socle.coherence import declencheurs_manquants

#: Rules that the database keeps itself (migrations 0002, 0003, 0005, 0007 and 0008).
DECLENCHEURS = frozenset(
    f"evaluation_{table}_{ordre}_{regle}"
    for table, ordres, regle in (
        ("mesure", ("insert", "update", "delete"), "campagne_figee"),
        ("definitionfigee", ("insert", "update", "delete"), "campagne_figee"),
        ("campagne", ("update", "delete"), "campagne_figee"),
        ("analyse", ("update", "delete"), "analyse_intangible"),
        ("question", ("insert", "update", "delete"), "enquete_lancee"),
        ("enquete_cios", ("insert", "update", "delete"), "enquete_lancee"),
        ("enquete", ("delete",), "enquete_lancee"),
        ("enquete", ("update",), "enquete_promise"),
        ("enquete", ("update",), "enquete_sans_retour"),
        ("reponse", ("insert",), "enquete_depouillee"),
        ("reponse", ("update", "delete"), "reponse_intangible"),
        ("resultatenquete", ("update", "delete"), "resultat_intangible"),
        ("invitation", ("insert", "update"), "participation_oubliee"),
        ("rapport", ("update", "delete"), "rapport_emis"),
        ("rapport", ("update",), "enquete_du_rapport"),
        ("sectionrapport", ("insert", "update", "delete"), "rapport_emis"),
        ("livraisonexport", ("update", "delete"), "livraison_intangible"),
    )
    for ordre in ordres
)


def controler() -> Iterator[str]:
    """Anomalies of the campaigns and their figures."""
    yield from declencheurs_manquants(DECLENCHEURS)
    yield from _mesures_d_ailleurs()
    yield from _urnes_illisibles()


def _mesures_d_ailleurs() -> Iterator[str]:
    """A figure and its definition are of the département of their campaign."""
    fautives = Mesure.objects.exclude(indicateur__departement=F("campagne__departement"))
    for mesure in fautives.select_related("campagne__departement").order_by("pk"):
        yield (
            f"Le chiffre n° {mesure.pk} de la campagne « {mesure.campagne} » vient d’un indicateur "
            "d’un autre département."
        )


def _urnes_illisibles() -> Iterator[str]:
    """Told as soon as the key is lost, not on the day of the closing."""
    for urne in Urne.objects.exclude(scelle="").select_related("enquete").order_by("pk"):
        try:
            dechiffrer(urne.scelle, usage=urne.usage)
        except Illisible:
            yield (
                f"Les réponses de l’enquête « {urne.enquete} » ne s’ouvrent pas avec la clé du service : "
                "remettez l’ancienne SECRET_KEY, ou ajoutez-la à SECRET_KEY_FALLBACKS."
            )
