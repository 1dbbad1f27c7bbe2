"""What is shown of the counts outside the CIO: a number from 1 to 4 is never read, nor worked out.

A column is one unit (interviews, sessions, trainings) at one kind of place, added up along several axes: by
month, by CIO, by school, by mission… Every axis adds up to the same total and shares nothing else with the
others, except that the schools of a CIO add up to that CIO. Whoever reads all the axes, and knows these very
rules, is left with at least two possible values for each masked number:

1. a number from 1 to 4 is masked (« moins de 5 »); zero tells of nobody and is shown;
2. alone, it would be given back by the total: the next number of 5 or more is masked too (« masqué »),
   whatever its value: choosing the smallest would say something of it;
3. when that leaves one explanation (1 and 5 of 6, 1 and 1 of 2), the whole column is masked, its total too:
   masking one more number would tell that the first ones were not enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from missions.enums import SEUIL_DE_MASQUAGE

MOINS = f"moins de {SEUIL_DE_MASQUAGE}"
MASQUE = "masqué"
C = TypeVar("C", str, int)
#: A number as shown.
type_montre = int | str


def est_petit(nombre: int) -> bool:
    return 0 < nombre < SEUIL_DE_MASQUAGE


def masquer_suite(valeurs: Sequence[int], imposees: frozenset[int] = frozenset()) -> list[type_montre] | None:
    """The numbers of a column whose total is known; None when nothing but masking all of it protects them.

    `imposees`: places of larger numbers to be masked in any case.
    """
    petites = [rang for rang, valeur in enumerate(valeurs) if est_petit(valeur)]
    masquees = set(imposees)
    if not petites and not masquees:
        return list(valeurs)
    if len(petites) + len(masquees) == 1:
        masquees |= _suivante(valeurs, [*petites, *masquees][0])
    if not _est_indecis(valeurs, petites, masquees):
        return None
    return [
        MOINS if rang in petites else MASQUE if rang in masquees else valeur
        for rang, valeur in enumerate(valeurs)
    ]


def masquer_colonne(
    axes: Mapping[str, Sequence[int]],
    ecoles: Mapping[int, Sequence[int]] | None = None,
    axe_des_cio: str = "",
) -> tuple[type_montre, dict[str, list[type_montre]], dict[int, list[type_montre]]]:
    """(total, axis → numbers, place of the CIO in its axis → numbers of its schools), as shown.

    `ecoles` gives, for a CIO by its place on the axis `axe_des_cio`, the numbers of its schools.
    """
    ecoles = ecoles or {}
    total = sum(next(iter(axes.values()), ()))
    par_ecole = {rang: masquer_suite(valeurs) for rang, valeurs in ecoles.items()}
    imposees = frozenset(
        rang
        for rang, montrees in par_ecole.items()
        if montrees is None and not est_petit(axes[axe_des_cio][rang])
    )
    montres = {
        axe: masquer_suite(valeurs, imposees if axe == axe_des_cio else frozenset())
        for axe, valeurs in axes.items()
    }
    if est_petit(total) or any(montree is None for montree in montres.values()):
        tout = MOINS if est_petit(total) else MASQUE
        return tout, _tout_masquer(axes), _tout_masquer(ecoles)
    connus = {axe: montree for axe, montree in montres.items() if montree is not None}
    return (
        total,
        connus,
        {
            rang: list(montrees)
            if montrees and isinstance(connus[axe_des_cio][rang], int)
            else _rideau(valeurs)
            for (rang, montrees), valeurs in zip(par_ecole.items(), ecoles.values(), strict=True)
        },
    )


def _est_indecis(valeurs: Sequence[int], petites: Sequence[int], masquees: set[int]) -> bool:
    """Whether the total leaves at least two values to each number masked: n small ones, from 1 to 4, and k
    others, of 5 or more.
    """
    n, k = len(petites), len(masquees)
    somme = sum(valeurs[rang] for rang in (*petites, *masquees))
    marge = somme - n - k * SEUIL_DE_MASQUAGE
    if n + k < 2 or marge < 1:
        return False
    return k > 0 or somme < n * (SEUIL_DE_MASQUAGE - 1)


def _suivante(valeurs: Sequence[int], seule: int) -> set[int]:
    """The first number of 5 or more after the one masked, from the top again once at the bottom; or none."""
    tour = (*range(seule + 1, len(valeurs)), *range(seule))
    return set([rang for rang in tour if valeurs[rang] >= SEUIL_DE_MASQUAGE][:1])


def _rideau(valeurs: Sequence[int]) -> list[type_montre]:
    return [MASQUE] * len(valeurs)


def _tout_masquer(suites: Mapping[C, Sequence[int]]) -> dict[C, list[type_montre]]:
    return {cle: _rideau(valeurs) for cle, valeurs in suites.items()}
