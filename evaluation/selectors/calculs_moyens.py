"""Hours for the pupils, and how evenly they are shared: I3 (plain, weighted), I4 (P90/P10, Gini)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.formats import localize

from evaluation.enums import Niveau
from evaluation.selectors.calcul import Contexte, LignesComptees, Resultat, calcul
from evaluation.selectors.lectures import (
    ZERO,
    RangDEcole,
    couverture,
    ecoles_reparties,
    nom_du_reseau,
)
from evaluation.selectors.statistiques import centile, gini
from evaluation.selectors.territoires import CENT, Chiffre, adresse_ecole, lister, par_territoire, rapport
from psyen.enums import HEURES_PAR_DEMI_JOURNEE
from reseaux.perimetre import Perimetre

#: Below, a spread between schools means nothing.
ECOLES_AU_MOINS = 5
SANS_EFFECTIF = "aucun effectif d’élèves n’est connu"
TROP_PEU_D_ECOLES = f"moins de {ECOLES_AU_MOINS} EPLE dont l’effectif est connu"
COLONNES = (
    "Établissement",
    "Réseau",
    "Élèves",
    "Effectif de",
    "Heures par semaine",
    "Heures pour 100 élèves",
)


@dataclass(frozen=True, slots=True)
class EcoleDotee(RangDEcole):
    """A school whose pupils are known, and the hours that its PsyEN give it each week."""

    heures: Decimal

    @property
    def ponderes(self) -> Decimal:
        """Its pupils, each weighing one and what the traits of the school add."""
        return self.ecole.eleves * (1 + sum((poids(trait) for trait in self.ecole.traits), ZERO))

    @property
    def pour_cent(self) -> Decimal:
        return self.heures * 100 / self.ecole.eleves


def poids(trait: str) -> Decimal:
    """What one more pupil of such a school weighs besides one (settings)."""
    return Decimal(str(settings.POIDS_ELEVES[trait]))


def ecoles_dotees(contexte: Contexte) -> list[EcoleDotee]:
    def lire() -> list[EcoleDotee]:
        presents = couverture(contexte)
        return [
            EcoleDotee(ecole, HEURES_PAR_DEMI_JOURNEE * _demi_journees(presents.get(ecole.pk, ())))
            for ecole in ecoles_reparties(contexte)
            if ecole.eleves
        ]

    return contexte.lire("ecoles_dotees", lire)


def _demi_journees(presences: Iterable) -> Decimal:
    return sum((presence.demi_journees for presence in presences), ZERO)


def _ecoles_comptees(contexte: Contexte, perimetre: Perimetre, territoire: Resultat) -> LignesComptees:
    def dire(rang: EcoleDotee) -> Sequence[object]:
        effectif = rang.ecole.effectif
        return (
            rang.ecole.nom,
            nom_du_reseau(contexte, rang.reseau),
            rang.ecole.eleves,
            effectif.annee if effectif else "",
            rang.heures,
            round(rang.pour_cent, 2),
        )

    return lister(
        contexte,
        perimetre,
        territoire,
        ecoles_dotees(contexte),
        colonnes=COLONNES,
        dire=dire,
        adresse=adresse_ecole,
        precision="Les EPLE dont l’effectif est inconnu ou nul ne sont pas comptés.",
    )


def _ecoles_ponderees(contexte: Contexte, perimetre: Perimetre, territoire: Resultat) -> LignesComptees:
    return lister(
        contexte,
        perimetre,
        territoire,
        ecoles_dotees(contexte),
        colonnes=("Établissement", "Élèves", "Compte", "Élèves pondérés", "Heures par semaine"),
        dire=lambda rang: (
            rang.ecole.nom,
            rang.ecole.eleves,
            ", ".join(rang.ecole.traits) or "sans pondération",
            round(rang.ponderes),
            rang.heures,
        ),
        adresse=adresse_ecole,
        precision="Les EPLE dont l’effectif est inconnu ou nul ne sont pas comptés.",
    )


def _dire_les_poids() -> str:
    poids_dits = ", ".join(f"{trait} {localize(poids(trait))}" for trait in settings.POIDS_ELEVES)
    return f"Poids ajoutés à 1, par élève : {poids_dits}."


@calcul("heures_eleves", "Heures de PsyEN par semaine pour 100 élèves", lignes=_ecoles_comptees)
def heures_pour_cent_eleves(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : heures par semaine des PsyEN dans les EPLE, d’après la répartition arrêtée en vigueur le
    jour observé (une demi-journée vaut 2 h 42, soit 27 h pour dix).
    Dénominateur : élèves de ces EPLE, en centaines : effectif de l’année ou, à défaut, le dernier connu.
    Exclus : les PsyEN stagiaires ; le temps passé au CIO ; les EPLE dont l’effectif est inconnu ou nul ; les
    EPLE d’un CIO qui n’a aucune répartition en vigueur. Un EPLE où personne ne vient est compté pour 0 heure.
    """

    def chiffrer(rangs: Sequence[EcoleDotee]) -> Chiffre:
        heures, eleves = sum((r.heures for r in rangs), ZERO), sum(r.ecole.eleves for r in rangs)
        return rapport(heures, eleves, facteur=CENT, sinon=SANS_EFFECTIF)

    return par_territoire(
        contexte, Niveau.ETABLISSEMENT, ecoles_dotees(contexte), chiffrer, selon_repartition=True
    )


@calcul(
    "heures_eleves_ponderes",
    "Heures de PsyEN par semaine pour 100 élèves pondérés",
    lignes=_ecoles_ponderees,
    reglages=_dire_les_poids,
)
def heures_pour_cent_eleves_ponderes(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : heures par semaine des PsyEN dans les EPLE, comme pour les heures pour 100 élèves.
    Dénominateur : élèves pondérés, en centaines. Chaque élève compte pour 1, plus un poids pour chaque trait
    de son établissement : éducation prioritaire (REP ou REP+), présence d’une ULIS, présence d’une SEGPA.
    L’application sait quels établissements ont une ULIS ou une SEGPA, non combien d’élèves y sont : le poids
    porte donc sur tous les élèves de l’établissement.
    Exclus : comme pour les heures pour 100 élèves.
    """

    def chiffrer(rangs: Sequence[EcoleDotee]) -> Chiffre:
        heures, eleves = sum((r.heures for r in rangs), ZERO), sum((r.ponderes for r in rangs), ZERO)
        return rapport(heures, eleves, facteur=CENT, sinon=SANS_EFFECTIF)

    return par_territoire(
        contexte, Niveau.ETABLISSEMENT, ecoles_dotees(contexte), chiffrer, selon_repartition=True
    )


@calcul("ecart_heures", "Écart P90/P10 des heures pour 100 élèves entre EPLE", lignes=_ecoles_comptees)
def ecart_p90_p10(contexte: Contexte) -> Iterable[Resultat]:
    """Numérateur : neuvième décile, parmi les EPLE, des heures pour 100 élèves : neuf EPLE sur dix ont moins.
    Dénominateur : premier décile : un EPLE sur dix a moins. Entre deux EPLE, le décile est placé en
    proportion.
    Exclus : comme pour les heures pour 100 élèves. Chaque EPLE compte pour un, quelle que soit sa taille. Il
    faut au moins cinq EPLE ; le rapport n’est pas calculable quand le premier décile est nul.
    """

    def chiffrer(rangs: Sequence[EcoleDotee]) -> Chiffre:
        if len(rangs) < ECOLES_AU_MOINS:
            return Chiffre(motif=TROP_PEU_D_ECOLES)
        valeurs = [rang.pour_cent for rang in rangs]
        bas, haut = centile(valeurs, Decimal("0.1")), centile(valeurs, Decimal("0.9"))
        return rapport(haut, bas, sinon="le premier décile est nul, des EPLE n’ont aucun PsyEN")

    return par_territoire(contexte, Niveau.CIO, ecoles_dotees(contexte), chiffrer, selon_repartition=True)


@calcul("gini_heures", "Indice de Gini des heures pour 100 élèves entre EPLE", lignes=_ecoles_comptees)
def gini_des_heures(contexte: Contexte) -> Iterable[Resultat]:
    """Indice de Gini, parmi les EPLE, des heures pour 100 élèves : 0 quand tous ont autant, proche de 1 quand
    un seul a tout.
    Exclus : comme pour les heures pour 100 élèves. Chaque EPLE compte pour un, quelle que soit sa taille. Il
    faut au moins cinq EPLE, et que l’un d’eux ait un PsyEN.
    """

    def chiffrer(rangs: Sequence[EcoleDotee]) -> Chiffre:
        if len(rangs) < ECOLES_AU_MOINS:
            return Chiffre(motif=TROP_PEU_D_ECOLES)
        indice = gini([rang.pour_cent for rang in rangs])
        return Chiffre(motif="aucun EPLE n’a de PsyEN") if indice is None else Chiffre(indice)

    return par_territoire(contexte, Niveau.CIO, ecoles_dotees(contexte), chiffrer, selon_repartition=True)
