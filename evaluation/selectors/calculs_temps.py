"""The week of the PsyEN: I5 shares of time, I6 at a distance, I7 modulation, I9 schools and kilometres.

Figures about persons: the same persons for all of them (`lectures.semaines`), never fewer than five.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from evaluation.enums import Niveau
from evaluation.selectors.calcul import Contexte, LignesComptees, Resultat, calcul
from evaluation.selectors.lectures import (
    ZERO,
    PresenceLue,
    SemaineLue,
    cios,
    ecoles,
    presences_du_service,
    semaines,
)
from evaluation.selectors.territoires import CENT, Chiffre, lister, par_cio, par_territoire, rapport
from reseaux.perimetre import Perimetre
from reseaux.selectors.geographie import Position, distance_km

AUCUN_PSYEN = "aucun PsyEN n’est compté"


@dataclass(frozen=True, slots=True)
class Tournee:
    """The week of a PsyEN on the road."""

    semaine: SemaineLue
    eple: int
    a_distance: Decimal
    #: None when the place of the CIO or of one of the schools is not known.
    km: Decimal | None
    reseau: None = None
    etablissement: None = None

    @property
    def cio(self) -> int:
        return self.semaine.cio


def tournees(contexte: Contexte) -> list[Tournee]:
    """One by PsyEN and répartition."""

    def lire() -> list[Tournee]:
        siennes = presences_du_service(contexte)
        positions = {ecole.pk: ecole.position for ecole in ecoles(contexte)}
        return [
            Tournee(
                semaine,
                len(presences := siennes.get(semaine.service, [])),
                sum((p.demi_journees for p in presences if p.a_distance), ZERO),
                _kilometres(presences, cios(contexte)[semaine.tenue_par].position, positions),
            )
            for semaine in semaines(contexte)
        ]

    return contexte.lire("tournees", lire)


def _kilometres(
    presences: Iterable[PresenceLue], cio: Position | None, positions: Mapping[int, Position | None]
) -> Decimal | None:
    """A week: CIO → school and back, once a day, as the crow flies."""
    total = ZERO
    for presence in presences:
        if presence.a_distance:
            continue
        ecole = positions.get(presence.etablissement)
        if cio is None or ecole is None:
            return None
        aller = Decimal(str(distance_km(cio, ecole)))
        total += 2 * aller * trajets(presence.demi_journees)
    return total


def trajets(demi_journees: Decimal) -> Decimal:
    """Round trips a week: two half-days in the same school are one day, so one trip; a half of a half-day is
    one half-day every other week, so the mean of two weeks.
    """
    entieres = int(demi_journees)
    if entieres == demi_journees:
        return Decimal(math.ceil(entieres / 2))
    return Decimal(math.ceil(entieres / 2) + math.ceil((entieres + 1) / 2)) / 2


def _personnes(rangs: Sequence[Tournee]) -> int:
    return len({rang.semaine.psyen for rang in rangs})


def _moyenne(contexte: Contexte, valeur: Callable[[Tournee], Decimal | int]) -> list[Resultat]:
    """By PsyEN, in the département and in each CIO."""

    def chiffrer(rangs: Sequence[Tournee]) -> Chiffre:
        personnes = _personnes(rangs)
        somme = sum((valeur(rang) for rang in rangs), ZERO)
        return rapport(somme, personnes, sinon=AUCUN_PSYEN, personnes=personnes)

    return par_territoire(contexte, Niveau.CIO, tournees(contexte), chiffrer, selon_repartition=True)


def _part(
    contexte: Contexte,
    partie: Callable[[Tournee], Decimal],
    tout: Callable[[Tournee], Decimal],
    sinon: str,
) -> list[Resultat]:
    """Of the half-days, in the département and in each CIO."""

    def chiffrer(rangs: Sequence[Tournee]) -> Chiffre:
        return rapport(
            sum((partie(rang) for rang in rangs), ZERO),
            sum((tout(rang) for rang in rangs), ZERO),
            facteur=CENT,
            sinon=sinon if rangs else AUCUN_PSYEN,
            personnes=_personnes(rangs),
        )

    return par_territoire(contexte, Niveau.CIO, tournees(contexte), chiffrer, selon_repartition=True)


# --- The rows: persons at the CIO, CIO above ----------------------------------------------------------

COLONNES = (
    "PsyEN",
    "Demi-journées de service",
    "Au CIO",
    "En EPLE",
    "Dont à distance",
    "EPLE",
    "Kilomètres par semaine",
)


def lignes_de(code: str) -> Callable[[Contexte, Perimetre, Resultat], LignesComptees]:
    """Of the figure of that code. The half-days of each PsyEN for the CIO he works at; above, the figure of
    each CIO: « above, aggregates » (red lines).
    """

    def lignes(contexte: Contexte, perimetre: Perimetre, territoire: Resultat) -> LignesComptees:
        if perimetre.travaille_au_cio or perimetre.est_systeme:
            return lister(
                contexte,
                perimetre,
                territoire,
                tournees(contexte),
                colonnes=COLONNES,
                dire=_dire,
                adresse=lambda rang: reverse("psyen:repartition", args=[rang.semaine.version]),
                precision="Les stagiaires ne sont pas comptés.",
            )
        return par_cio(contexte, perimetre, territoire, code)

    return lignes


def _dire(rang: Tournee) -> Sequence[object]:
    semaine = rang.semaine
    return (
        semaine.nom,
        semaine.capacite,
        semaine.au_cio,
        semaine.en_eple,
        rang.a_distance,
        rang.eple,
        "inconnus" if rang.km is None else round(rang.km),
    )


# --- I5, I6, I7 ---------------------------------------------------------------------------------------

SANS_SERVICE = "aucune demi-journée de service"


@calcul("part_cio", "Part du temps de service passée au CIO", lignes=lignes_de("part_cio"))
def part_au_cio(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : demi-journées par semaine passées au CIO, d’après la répartition arrêtée en vigueur le
    jour observé.
    Dénominateur : demi-journées de service (dix pour un temps plein, selon la quotité et les décharges).
    Exclus : les PsyEN stagiaires. Chiffre sur des personnes : il n’est pas publié au-dessous de cinq.
    """
    return _part(contexte, lambda r: r.semaine.au_cio, lambda r: r.semaine.capacite, SANS_SERVICE)


@calcul("part_reseau", "Part du temps de service passée dans les EPLE", lignes=lignes_de("part_reseau"))
def part_en_reseau(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : demi-journées par semaine passées dans les EPLE des réseaux, à distance comprises, d’après
    la répartition arrêtée en vigueur le jour observé.
    Dénominateur : demi-journées de service (dix pour un temps plein, selon la quotité et les décharges).
    Exclus : les PsyEN stagiaires. Chiffre sur des personnes : il n’est pas publié au-dessous de cinq.
    """
    return _part(contexte, lambda r: r.semaine.en_eple, lambda r: r.semaine.capacite, SANS_SERVICE)


@calcul(
    "part_transversale",
    "Part du temps de service ni au CIO ni en EPLE",
    lignes=lignes_de("part_transversale"),
)
def part_transversale(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : demi-journées de service que la répartition arrêtée en vigueur le jour observé ne place ni
    au CIO ni dans un EPLE : missions transversales, ou temps qui reste à répartir. L’application ne distingue
    pas les deux.
    Dénominateur : demi-journées de service (dix pour un temps plein, selon la quotité et les décharges).
    Exclus : les PsyEN stagiaires. Chiffre sur des personnes : il n’est pas publié au-dessous de cinq.
    """

    def reste(rang: Tournee) -> Decimal:
        return rang.semaine.capacite - rang.semaine.au_cio - rang.semaine.en_eple

    return _part(contexte, reste, lambda r: r.semaine.capacite, SANS_SERVICE)


@calcul(
    "part_distanciel", "Part des demi-journées en EPLE tenues à distance", lignes=lignes_de("part_distanciel")
)
def part_distanciel(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : demi-journées par semaine tenues à distance auprès des EPLE, d’après la répartition
    arrêtée en vigueur le jour observé.
    Dénominateur : demi-journées par semaine auprès des EPLE, présentiel et distanciel.
    Exclus : les PsyEN stagiaires. La répartition donne une modalité par EPLE pour une semaine type : les
    variations d’une période à l’autre se lisent en comparant deux campagnes. Chiffre sur des personnes : il
    n’est pas publié au-dessous de cinq.
    """
    sinon = "aucune demi-journée n’est donnée aux EPLE"
    return _part(contexte, lambda r: r.a_distance, lambda r: r.semaine.en_eple, sinon)


@calcul("modulation", "Présence pendant les semaines de pointe, rapportée à la moyenne de l’année")
def modulation(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : demi-journées en EPLE pendant les semaines de pointe du calendrier de l’orientation.
    Dénominateur : demi-journées en EPLE d’une semaine moyenne de l’année.
    Non calculable : la répartition arrêtée donne une semaine type, la même toute l’année ; aucune présence
    n’est enregistrée semaine par semaine (pas de pointage). L’indicateur est gardé pour mémoire.
    """
    motif = "la répartition donne une semaine type, aucune présence n’est enregistrée par période de l’année"
    return par_territoire(contexte, Niveau.DEPARTEMENT, list[Tournee](), lambda _: Chiffre(motif=motif))


# --- I9 -----------------------------------------------------------------------------------------------


@calcul("eple_par_psyen", "Nombre moyen d’EPLE par PsyEN", lignes=lignes_de("eple_par_psyen"))
def eple_par_psyen(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : EPLE d’exercice, comptés pour chaque PsyEN, d’après la répartition arrêtée en vigueur le
    jour observé ; un EPLE où viennent deux PsyEN compte deux fois.
    Dénominateur : PsyEN qui figurent dans la répartition, même sans EPLE.
    Exclus : les PsyEN stagiaires. Chiffre sur des personnes : il n’est pas publié au-dessous de cinq.
    """
    return _moyenne(contexte, lambda rang: rang.eple)


@calcul("km_par_semaine", "Kilomètres par semaine et par PsyEN", lignes=lignes_de("km_par_semaine"))
def km_par_semaine(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : kilomètres d’une semaine type entre le CIO (ou l’antenne) et les EPLE d’exercice, d’après
    la répartition arrêtée en vigueur le jour observé. Un aller-retour par jour : deux demi-journées dans le
    même EPLE valent une journée, donc un aller-retour ; une demi-journée une semaine sur deux en vaut la
    moitié d’un. La distance est à vol d’oiseau : la route est plus longue. Les demi-journées à distance ne
    comptent aucun trajet.
    Dénominateur : PsyEN qui figurent dans la répartition, même sans EPLE.
    Exclus : les PsyEN stagiaires. Le chiffre n’est pas calculable quand les coordonnées du CIO ou d’un EPLE
    manquent. Chiffre sur des personnes : il n’est pas publié au-dessous de cinq.
    """

    def chiffrer(rangs: Sequence[Tournee]) -> Chiffre:
        personnes = _personnes(rangs)
        if any(rang.km is None for rang in rangs):
            motif = "les coordonnées du CIO ou d’un EPLE d’exercice manquent"
            return Chiffre(motif=motif, personnes=personnes)
        somme = sum((rang.km or ZERO for rang in rangs), ZERO)
        return rapport(somme, personnes, sinon=AUCUN_PSYEN, personnes=personnes)

    return par_territoire(contexte, Niveau.CIO, tournees(contexte), chiffrer, selon_repartition=True)
