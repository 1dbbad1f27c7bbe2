"""Who comes to the schools: I1 coverage, I2 PsyEN by réseau, I8 vacancies, I10 stability."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.urls import reverse

from evaluation.enums import Niveau
from evaluation.selectors.calcul import Contexte, LignesComptees, Resultat, calcul
from evaluation.selectors.lectures import (
    ZERO,
    EcoleLue,
    RangDEcole,
    ReseauLu,
    annee_precedente,
    cios,
    couverture,
    ecoles_reparties,
    nom_du_reseau,
    presences,
    reseaux,
    versions_en_vigueur,
)
from evaluation.selectors.territoires import CENT, Chiffre, adresse_ecole, lister, par_territoire, rapport
from evaluation.selectors.vacances import JoursDEcole, jours_des_ecoles
from reseaux.perimetre import Perimetre

AUCUN_EPLE = "aucun EPLE ouvert n’est compté"


# --- I1: coverage -------------------------------------------------------------------------------------


def _ecoles_couvertes(contexte: Contexte, perimetre: Perimetre, territoire: Resultat) -> LignesComptees:
    presents = couverture(contexte)

    def dire(ecole: EcoleLue) -> Sequence[object]:
        siens = presents.get(ecole.pk, [])
        return (
            ecole.nom,
            nom_du_reseau(contexte, ecole.reseau),
            len({p.psyen for p in siens}),
            sum((p.demi_journees for p in siens), ZERO),
            "oui" if siens else "non",
        )

    return lister(
        contexte,
        perimetre,
        territoire,
        ecoles_reparties(contexte),
        colonnes=("Établissement", "Réseau", "PsyEN", "Demi-journées par semaine", "Couvert"),
        dire=dire,
        adresse=adresse_ecole,
    )


@calcul("couverture", "Part des EPLE où vient un PsyEN", lignes=_ecoles_couvertes)
def couverture_des_eple(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : EPLE où vient au moins un PsyEN, d’après la répartition arrêtée en vigueur le jour
    observé.
    Dénominateur : EPLE (établissements publics) ouverts ce jour-là.
    Exclus : les PsyEN stagiaires, qui n’assurent aucune couverture ; les établissements privés, les sections
    et les annexes ; les EPLE d’un CIO qui n’a aucune répartition en vigueur ce jour-là. Une antenne est
    comptée avec le CIO dont elle dépend.
    """
    presents = couverture(contexte)

    def chiffrer(ecoles: Sequence[EcoleLue]) -> Chiffre:
        couvertes = sum(1 for ecole in ecoles if ecole.pk in presents)
        return rapport(couvertes, len(ecoles), facteur=CENT, sinon=AUCUN_EPLE)

    return par_territoire(
        contexte, Niveau.RESEAU, ecoles_reparties(contexte), chiffrer, selon_repartition=True
    )


# --- I2: PsyEN by réseau ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReseauServi:
    lu: ReseauLu
    psyens: int
    etablissement: None = None

    @property
    def cio(self) -> int:
        return self.lu.cio

    @property
    def reseau(self) -> int:
        return self.lu.pk


def reseaux_servis(contexte: Contexte) -> list[ReseauServi]:
    """The réseaux of the CIO whose répartition is in force, and how many PsyEN go to their schools."""

    def lire() -> list[ReseauServi]:
        en_vigueur = versions_en_vigueur(contexte)
        tenant = {version.tenue_par for version in en_vigueur.values()}
        psyens: dict[int, set[int]] = {}
        for presence in presences(contexte):
            if presence.compte and presence.version in en_vigueur:
                psyens.setdefault(presence.reseau, set()).add(presence.psyen)
        return [
            ReseauServi(reseau, len(psyens.get(reseau.pk, ())))
            for reseau in reseaux(contexte).values()
            if reseau.tenu_par in tenant or reseau.pk in psyens
        ]

    return contexte.lire("reseaux_servis", lire)


def est_a_la_cible(psyens: int) -> bool:
    ecart = abs(psyens - settings.CIBLE_PSYEN_PAR_RESEAU)
    return ecart <= settings.TOLERANCE_PSYEN_PAR_RESEAU


def _reseaux_comptes(contexte: Contexte, perimetre: Perimetre, territoire: Resultat) -> LignesComptees:
    return lister(
        contexte,
        perimetre,
        territoire,
        reseaux_servis(contexte),
        colonnes=("Réseau", "CIO", "PsyEN"),
        dire=lambda rang: (rang.lu.nom, cios(contexte)[rang.cio].nom, rang.psyens),
        adresse=lambda rang: reverse("reseaux:reseau", args=[rang.reseau]),
    )


@calcul("psyen_par_reseau", "PsyEN par lycée tête de réseau", lignes=_reseaux_comptes)
def psyen_par_reseau(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : PsyEN qui interviennent dans au moins un EPLE du réseau, d’après la répartition arrêtée en
    vigueur le jour observé ; un PsyEN qui intervient dans deux réseaux est compté dans chacun.
    Dénominateur : réseaux de l’année, un par lycée tête de réseau.
    Exclus : les PsyEN stagiaires ; les réseaux d’un CIO qui n’a aucune répartition en vigueur ce jour-là. «
    Environ 2 PsyEN sont associés à chaque lycée tête de réseau. »
    """

    def chiffrer(rangs: Sequence[ReseauServi]) -> Chiffre:
        return rapport(sum(rang.psyens for rang in rangs), len(rangs), sinon="aucun réseau n’est compté")

    return par_territoire(contexte, Niveau.RESEAU, reseaux_servis(contexte), chiffrer, selon_repartition=True)


# --- I8: vacancies ------------------------------------------------------------------------------------


def _ecoles_vacantes(contexte: Contexte, perimetre: Perimetre, territoire: Resultat) -> LignesComptees:
    return lister(
        contexte,
        perimetre,
        territoire,
        [ecole for ecole in jours_des_ecoles(contexte) if ecole.vacants],
        colonnes=("Établissement", "Réseau", "Jours sans PsyEN", "Jours observés"),
        dire=lambda rang: (
            rang.ecole.nom,
            nom_du_reseau(contexte, rang.reseau),
            rang.vacants,
            rang.observes,
        ),
        adresse=adresse_ecole,
        precision="Les EPLE qui ont toujours eu un PsyEN ne sont pas listés.",
    )


SANS_JOUR = "aucun jour ouvré de l’année n’est couvert par une répartition arrêtée"


@calcul("jours_vacants", "Jours × EPLE sans PsyEN depuis la rentrée", lignes=_ecoles_vacantes)
def jours_vacants(contexte: Contexte) -> Iterable[Resultat]:
    """Somme, sur les EPLE, des jours ouvrés passés sans aucun PsyEN depuis le début de l’année scolaire
    jusqu’au jour observé, d’après les répartitions arrêtées successivement en vigueur. Un PsyEN n’est plus
    compté une fois terminé son dernier rattachement (fin de contrat, départ), même si la répartition le cite
    encore.
    Exclus : samedis, dimanches, jours fériés et vacances inscrits au calendrier de l’académie ; jours où
    l’EPLE n’est pas ouvert ; jours où son CIO n’a aucune répartition en vigueur ; PsyEN stagiaires.
    """

    def chiffrer(rangs: Sequence[JoursDEcole]) -> Chiffre:
        if not any(rang.observes for rang in rangs):
            return Chiffre(motif=SANS_JOUR)
        vacants = Decimal(sum(rang.vacants for rang in rangs))
        return Chiffre(vacants, vacants)

    return par_territoire(contexte, Niveau.ETABLISSEMENT, jours_des_ecoles(contexte), chiffrer)


@calcul("part_jours_vacants", "Part des jours × EPLE sans PsyEN", lignes=_ecoles_vacantes)
def part_jours_vacants(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : jours ouvrés × EPLE passés sans aucun PsyEN depuis le début de l’année scolaire.
    Dénominateur : jours ouvrés × EPLE observés, de la rentrée au jour observé.
    Exclus : les mêmes jours et les mêmes personnes que pour le nombre de jours × EPLE sans PsyEN.
    """

    def chiffrer(rangs: Sequence[JoursDEcole]) -> Chiffre:
        vacants, observes = sum(r.vacants for r in rangs), sum(r.observes for r in rangs)
        return rapport(vacants, observes, facteur=CENT, sinon=SANS_JOUR)

    return par_territoire(contexte, Niveau.ETABLISSEMENT, jours_des_ecoles(contexte), chiffrer)


# --- I10: stability -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EcoleSuivie(RangDEcole):
    """A school covered last year, and whether one of its PsyEN still comes."""

    avant: int
    restent: int


def ecoles_suivies(contexte: Contexte) -> list[EcoleSuivie]:
    """Of the year before and of the day observed."""

    def lire() -> list[EcoleSuivie]:
        precedente = annee_precedente(contexte)
        avant = couverture(precedente) if precedente else {}
        maintenant = couverture(contexte)
        suivies = []
        for ecole in ecoles_reparties(contexte):
            anciens = {p.psyen for p in avant.get(ecole.pk, [])}
            if anciens:
                presents = {p.psyen for p in maintenant.get(ecole.pk, [])}
                suivies.append(EcoleSuivie(ecole, len(anciens), len(anciens & presents)))
        return suivies

    return contexte.lire("ecoles_suivies", lire)


def _ecoles_stables(contexte: Contexte, perimetre: Perimetre, territoire: Resultat) -> LignesComptees:
    return lister(
        contexte,
        perimetre,
        territoire,
        ecoles_suivies(contexte),
        colonnes=("Établissement", "Réseau", "PsyEN de l’an dernier", "Toujours là"),
        dire=lambda rang: (
            rang.ecole.nom,
            nom_du_reseau(contexte, rang.reseau),
            rang.avant,
            rang.restent,
        ),
        adresse=adresse_ecole,
    )


@calcul("stabilite", "Part des EPLE qui gardent un PsyEN d’une année à l’autre", lignes=_ecoles_stables)
def stabilite(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : EPLE où vient encore, le jour observé, au moins un des PsyEN qui y venaient à la fin de
    l’année scolaire précédente.
    Dénominateur : EPLE ouverts où venait au moins un PsyEN à la fin de l’année scolaire précédente.
    Exclus : les PsyEN stagiaires ; les EPLE d’un CIO qui n’a aucune répartition en vigueur le jour observé.
    Sans répartition arrêtée l’année précédente, le chiffre n’est pas calculable.
    """

    def chiffrer(rangs: Sequence[EcoleSuivie]) -> Chiffre:
        gardent = sum(1 for rang in rangs if rang.restent)
        sinon = "aucun PsyEN n’y venait à la fin de l’année scolaire précédente"
        return rapport(gardent, len(rangs), facteur=CENT, sinon=sinon)

    return par_territoire(contexte, Niveau.RESEAU, ecoles_suivies(contexte), chiffrer, selon_repartition=True)
