"""Readings of the reports: with what their pages show, the meetings they may name, what closes the action."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from evaluation.enums import EtatRapport, GenreSection
from evaluation.models import Rapport
from evaluation.models.rapport import RapportQuerySet
from evaluation.selectors.rapports_contenu import ContenuRapport, Partie
from planning.enums import EtatReunion, GenreReunion
from planning.models import Reunion
from planning.selectors.reunions import psyens_non_invites


@dataclass(frozen=True)
class Condition:
    """Something that must hold before the action of the work plan is said done."""

    texte: str
    tenue: bool


def rapports_lus() -> RapportQuerySet:
    """With their campaign and their meeting; the bytes of the documents only when they are asked for."""
    lus: RapportQuerySet = Rapport.objects.all()
    return lus.select_related(
        "campagne__departement",
        "campagne__annee",
        "reunion__action__plan",
        "reference",
        "enquete",
        "document",
        "diaporama",
        "synthese",
    ).defer("document__contenu", "diaporama__contenu", "synthese__contenu")


def bilans_a_rattacher(rapport: Rapport) -> QuerySet[Reunion]:
    """The réunions bilan of the département, the newest first."""
    bilans = Reunion.objects.filter(departement=rapport.campagne.departement_id, genre=GenreReunion.BILAN)
    return bilans.exclude(etat=EtatReunion.ANNULEE).order_by("-debut", "-pk")


def conditions_du_bilan(rapport: Rapport) -> list[Condition]:
    """« action 13 »: issued, given back in a meeting held, to which the PsyEN were invited."""
    reunion = rapport.reunion
    invites = reunion is not None and not psyens_non_invites(reunion)
    return [
        Condition("Le rapport est émis", rapport.est_emis),
        Condition("La réunion bilan est rattachée au rapport", reunion is not None),
        Condition(
            "La réunion bilan est rattachée à une action du plan",
            reunion is not None and reunion.action_id is not None,
        ),
        Condition("La réunion bilan est tenue", reunion is not None and reunion.etat == EtatReunion.TENUE),
        Condition("Tous les PsyEN y ont été invités", invites),
    ]


def manque_du_bilan(reunions: Mapping[int, Sequence[Reunion]]) -> dict[int, str]:
    """Action → what is missing, from the last réunion bilan held for it: no report issued for it."""
    tenues: Collection[int] = [reunion.pk for siennes in reunions.values() for reunion in siennes]
    emis = Rapport.objects.filter(reunion__in=tenues, etat=EtatRapport.EMIS)
    restituees = set(emis.values_list("reunion", flat=True))
    return {
        action: "aucun rapport d’évaluation émis n’est rattaché à la réunion bilan"
        for action, siennes in reunions.items()
        if not restituees & {reunion.pk for reunion in siennes}
    }


def parties_de_la_synthese(contenu: ContenuRapport) -> list[Partie]:
    """What is published: the summary, the words of the IEN-IO, whatever their order in the report."""
    parties = (contenu.partie(genre) for genre in (GenreSection.RESUME, GenreSection.SYNTHESE))
    return [partie for partie in parties if partie]
