"""What may be shown of a survey so that no group of 1 to 4 persons is read, nor worked out.

Whoever reads every figure published, and knows these very rules, is left with two explanations at least for
the size of each small group. Nothing here knows the database: numbers in, what may be shown out.

1. Territory. The CIO are first gathered, by the number of persons invited, into groups of `seuil` at least
   (`regrouper`): a public rule, that says nothing of the answers. A group with too few answers is hidden, and
   others with it until what the total gives back of them tells nothing (`groupes_montrables`).
2. A scale. Answers are counted in broad bands, gathered until none holds 1 to 4 persons; the mean is given
   when it does not tell by itself how many are at an end of the bands (`tranches_montrables`).
3. Means by CIO. Given for a question only if, crossed with the bands of the département, they fix the number
   of no band of no CIO between 1 and 4 (`moyennes_sures`).
4. Choices. Small numbers are added up until their sum explains itself in several ways (`choix_montrables`);
   of multiple choices each is shown if neither those who ticked it nor the others are fewer than `seuil`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.enums import ECHELLE, TRANCHES

BAS, HAUT = ECHELLE[0], ECHELLE[-1]
#: From the finest to the coarsest (a single band is no distribution), each with the margin of its mean, in
#: thresholds: bands gathered say that one of them was small, which leaves fewer explanations to the mean.
DECOUPAGES = (
    (1, TRANCHES),
    (2, (TRANCHES[0], (TRANCHES[1][0], HAUT))),
    (2, ((BAS, TRANCHES[1][1]), TRANCHES[2])),
    (3, ((BAS, HAUT),)),
)


def est_petit(nombre: int, seuil: int) -> bool:
    """1 to 4: zero tells of nobody."""
    return 0 < nombre < seuil


# --- Territory ----------------------------------------------------------------------------------------


def regrouper(invites: Sequence[int], seuil: int) -> list[list[int]]:
    """Places of the CIO, gathered so that each group invites `seuil` persons at least; CIO without anybody
    are left out. One group left is no detail: the caller shows the whole only.
    """
    presents = [rang for rang, nombre in enumerate(invites) if nombre]
    petits = [rang for rang in presents if invites[rang] < seuil]
    grands = [rang for rang in presents if invites[rang] >= seuil]
    if petits and sum(invites[rang] for rang in petits) < seuil and grands:
        voisin = min(grands, key=lambda rang: (invites[rang], rang))
        grands.remove(voisin)
        petits.append(voisin)
    groupes = [[rang] for rang in grands] + ([sorted(petits)] if petits else [])
    return sorted(groupes)


def groupes_montrables(invites: Sequence[int], reponses: Sequence[int], seuil: int) -> list[int]:
    """Places of the groups that may be shown beside the whole."""
    caches = {rang for rang, nombre in enumerate(reponses) if nombre < seuil}
    depart = min(caches, default=0) + 1
    # The next one, whatever its size: choosing the smallest would tell something of it.
    for rang in (*range(depart, len(reponses)), *range(depart - 1)):
        if not caches or _reste_muet(invites, reponses, caches, seuil):
            break
        caches.add(rang)
    return [rang for rang in range(len(reponses)) if rang not in caches]


def _reste_muet(invites: Sequence[int], reponses: Sequence[int], caches: set[int], seuil: int) -> bool:
    """Whether the sum of the hidden groups, which the total gives back, leaves the size of each open."""
    total = sum(reponses[rang] for rang in caches)
    if total == 0:
        return True
    if total < seuil:
        return False
    petits = [rang for rang in caches if reponses[rang] < seuil]
    # Alone, a small group is known not to be empty: nothing else would have been hidden with it.
    minimum = dict.fromkeys(caches, seuil) | {rang: int(len(petits) == 1) for rang in petits}
    maximum = {rang: invites[rang] for rang in caches} | {
        rang: min(seuil - 1, invites[rang]) for rang in petits
    }
    for rang in petits:
        autres = caches - {rang}
        bas = max(minimum[rang], total - sum(maximum[autre] for autre in autres))
        haut = min(maximum[rang], total - sum(minimum[autre] for autre in autres))
        if haut <= bas:
            return False
    return True


# --- Scales -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tranche:
    """How many answers stand between two marks of the scale."""

    bas: int
    haut: int
    effectif: int


@dataclass(frozen=True)
class EchelleMontrable:
    """`tranches` is empty when only the whole may be told; without `avec_moyenne`, the mean is not told."""

    tranches: tuple[Tranche, ...]
    avec_moyenne: bool


def tranches_montrables(valeurs: Sequence[int], seuil: int) -> EchelleMontrable:
    """The finest bands that hold no small number and whose mean tells nothing more."""
    somme = sum(valeurs)
    for marge, decoupage in DECOUPAGES:
        tranches = tuple(
            Tranche(bas, haut, sum(bas <= valeur <= haut for valeur in valeurs)) for bas, haut in decoupage
        )
        if any(est_petit(tranche.effectif, seuil) for tranche in tranches):
            continue
        if _moyenne_muette(tranches, somme, marge * seuil):
            return EchelleMontrable(tranches if len(tranches) > 1 else (), avec_moyenne=True)
    return EchelleMontrable((), avec_moyenne=False)


def _moyenne_muette(tranches: Sequence[Tranche], somme: int, marge: int) -> bool:
    """At `marge` points at least from what the bands allow, below and above: as many persons may be there."""
    plancher = sum(tranche.bas * tranche.effectif for tranche in tranches)
    plafond = sum(tranche.haut * tranche.effectif for tranche in tranches)
    return somme - plancher >= marge and plafond - somme >= marge


def moyennes_sures(groupes: Sequence[tuple[int, int]], tranches: Sequence[Tranche], seuil: int) -> bool:
    """Whether the means of the groups (answers, sum) may be given beside the bands of the whole.

    The groups cover all the answers. For each, every way of sharing its answers between the bands that its
    own sum, and what the other groups may hold, allow is counted: each number must be left open, or not
    small.
    """
    if any(somme < seuil or HAUT * n - somme < seuil for n, somme in groupes):
        return False
    if not tranches:
        return True
    # A third band, empty, when there are two: two numbers then describe a way of sharing.
    bandes = (*tranches, Tranche(BAS, BAS, 0))[:3]
    largeur = sum(n for n, _ in groupes) + 1
    partages = [_partages(n, somme, bandes) for n, somme in groupes]
    cible = bandes[0].effectif * largeur + bandes[1].effectif
    for rang, (n, _) in enumerate(groupes):
        autres = 1
        for autre, possibles in enumerate(partages):
            if autre != rang:
                autres = _ajouter(autres, possibles, largeur)
        restes = [
            (a, b)
            for a, b in partages[rang]
            if (place := cible - a * largeur - b) >= 0 and autres >> place & 1
        ]
        if _un_petit_est_fixe(restes, n, seuil):
            return False
    return True


def _partages(n: int, somme: int, bandes: Sequence[Tranche]) -> list[tuple[int, int]]:
    """How many of `n` answers may be in the first two bands (the others in the third) for this sum."""
    premiere, deuxieme, troisieme = bandes
    possibles = []
    for a in range(min(n, premiere.effectif) + 1):
        for b in range(min(n - a, deuxieme.effectif) + 1):
            c = n - a - b
            bas = a * premiere.bas + b * deuxieme.bas + c * troisieme.bas
            haut = a * premiere.haut + b * deuxieme.haut + c * troisieme.haut
            if c <= troisieme.effectif and bas <= somme <= haut:
                possibles.append((a, b))
    return possibles


def _ajouter(atteints: int, possibles: Sequence[tuple[int, int]], largeur: int) -> int:
    """Sets of pairs held as the bits of one integer: adding a pair is a shift."""
    suivants = 0
    for a, b in possibles:
        suivants |= atteints << (a * largeur + b)
    return suivants


def _un_petit_est_fixe(restes: Sequence[tuple[int, int]], n: int, seuil: int) -> bool:
    """A number of persons in a band, or out of it, that is known and small."""
    for nombres in ({a for a, _ in restes}, {b for _, b in restes}, {n - a - b for a, b in restes}):
        fixe = next(iter(nombres))
        if len(nombres) == 1 and (est_petit(fixe, seuil) or est_petit(n - fixe, seuil)):
            return True
    return False


# --- Choices ------------------------------------------------------------------------------------------


def choix_montrables(effectifs: Sequence[int], seuil: int) -> list[list[int]] | None:
    """Places of the choices, those that are told together in one group; None when nothing may be told."""
    petits = [rang for rang, nombre in enumerate(effectifs) if est_petit(nombre, seuil)]
    if not petits:
        return [[rang] for rang in range(len(effectifs))]
    depart = petits[0] + 1
    tour = (*range(depart, len(effectifs)), *range(depart - 1))
    suivants = iter([rang for rang in tour if effectifs[rang] >= seuil])
    ensemble = list(petits)
    while not _somme_muette(effectifs, petits, ensemble, seuil):
        suivant = next(suivants, None)
        if suivant is None:
            return None
        ensemble.append(suivant)
    seuls = [[rang] for rang in range(len(effectifs)) if rang not in ensemble]
    # Everybody in one group is no detail: told, it would differ from a detail refused.
    return [*seuls, sorted(ensemble)] if any(effectifs[rang] for [rang] in seuls) else None


def _somme_muette(
    effectifs: Sequence[int], petits: Sequence[int], ensemble: Sequence[int], seuil: int
) -> bool:
    """Whether the sum leaves two values at least to each small number."""
    somme, n, k = sum(effectifs[rang] for rang in ensemble), len(petits), len(ensemble) - len(petits)
    marge = somme - n - k * seuil
    return somme >= seuil and marge >= 1 and (k > 0 or somme < n * (seuil - 1))


def coche_montrable(coches: int, n: int, seuil: int) -> bool:
    """Of multiple choices, each a « yes or no » to all: neither those who ticked, nor the others, are fewer
    than the threshold. Everybody or nobody would tell the answer of each, and is masked alike.
    """
    return seuil <= coches <= n - seuil
