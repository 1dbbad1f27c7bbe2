"""Drawing of a map in pixels: shapes, marks that do not cover each other, labels that do not either.

Pure geometry, deterministic: the same schools always give the same picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from reseaux.selectors.geographie import Point

#: As many colours as classes `carte-c1`… in perimetre.css; a shape and a colour together tell a réseau.
NOMBRE_DE_COULEURS = 8
FORMES = ("cercle", "carre", "triangle", "losange", "croix", "etoile", "triangle_inverse", "hexagone")
JEU = 2.0
TOURS = 40
#: Average width of a character, as a share of the font size (Marianne, measured on the names of schools).
LARGEUR_CARACTERE, LARGEUR_CARACTERE_GRAS = 0.55, 0.6


def nombre(valeur: float) -> str:
    """A coordinate as SVG reads it: a point, one decimal, never the French comma."""
    return f"{valeur:.1f}".removesuffix(".0")


def trace(points: Sequence[Point], *, ferme: bool = True) -> str:
    """The `d` attribute of a path through these points."""
    if not points:
        return ""
    return "M" + "L".join(f"{nombre(x)} {nombre(y)}" for x, y in points) + ("Z" if ferme else "")


def couleur(rang: int) -> int:
    """From 1 to 8, for the CSS class of the n-th réseau."""
    return rang % NOMBRE_DE_COULEURS + 1


def forme(rang: int, rayon: float) -> str:
    """Path of the n-th réseau's shape, centred on 0,0. After eight, shapes shift: 64 distinct pairs."""
    return _trace_de_forme(FORMES[(rang + rang // len(FORMES)) % len(FORMES)], rayon)


def _trace_de_forme(nom: str, r: float) -> str:
    if nom == "cercle":
        n, d = nombre(r), nombre(2 * r)
        return f"M-{n} 0a{n} {n} 0 1 0 {d} 0a{n} {n} 0 1 0 -{d} 0Z"
    if nom == "croix":
        a, b = r * 1.05, r * 0.4
        quart = [(-b, -a), (b, -a), (b, -b), (a, -b), (a, b), (b, b)]
        return trace([*quart, *((-x, -y) for x, y in quart)])
    if nom == "etoile":
        return trace([_polaire(r * (1.25 if i % 2 == 0 else 0.55), i * 36 - 90) for i in range(10)])
    cotes, depart, taille = {
        "carre": (4, 45, 1.25),
        "triangle": (3, -90, 1.3),
        "losange": (4, 0, 1.25),
        "triangle_inverse": (3, 90, 1.3),
        "hexagone": (6, 0, 1.1),
    }[nom]
    return trace([_polaire(r * taille, depart + i * 360 / cotes) for i in range(cotes)])


def _polaire(rayon: float, degres: float) -> Point:
    return rayon * math.cos(math.radians(degres)), rayon * math.sin(math.radians(degres))


def enveloppe(points: Sequence[Point]) -> list[Point]:
    """Convex hull (monotone chain)."""
    tries = sorted(set(points))
    if len(tries) <= 2:
        return tries
    return _demi_enveloppe(tries) + _demi_enveloppe(tries[::-1])


def _demi_enveloppe(points: Sequence[Point]) -> list[Point]:
    chaine: list[Point] = []
    for p in points:
        while len(chaine) >= 2 and _produit(chaine[-2], chaine[-1], p) <= 0:
            chaine.pop()
        chaine.append(p)
    return chaine[:-1]


def _produit(o: Point, a: Point, b: Point) -> float:
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def ecarter(points: Sequence[Point], rayons: Sequence[float]) -> list[Point]:
    """The same marks pushed apart until no two overlap (schools of one town, at the scale of a CIO)."""
    places = list(points)
    for _ in range(TOURS):
        paires = [
            (i, j)
            for i, j in combinations(range(len(places)), 2)
            if math.dist(places[i], places[j]) < rayons[i] + rayons[j] + JEU
        ]
        if not paires:
            break
        for i, j in paires:
            _repousser(places, i, j, rayons[i] + rayons[j] + JEU)
    return places


def _repousser(places: list[Point], i: int, j: int, voulu: float) -> None:
    """Moves two marks away from each other, half the way each."""
    (xi, yi), (xj, yj) = places[i], places[j]
    ecart = math.dist(places[i], places[j])
    if ecart >= voulu:
        return
    # Two schools at the same address part in a direction of their own.
    ux, uy = ((xj - xi) / ecart, (yj - yi) / ecart) if ecart > 0.01 else _polaire(1, 137.5 * j)
    pas = (voulu - ecart) / 2 + 0.01
    places[i] = (xi - ux * pas, yi - uy * pas)
    places[j] = (xj + ux * pas, yj + uy * pas)


@dataclass(frozen=True, slots=True)
class Boite:
    """A rectangle of the picture that something occupies."""

    gauche: float
    haut: float
    droite: float
    bas: float

    @classmethod
    def autour(cls, point: Point, rayon: float) -> Boite:
        return cls(point[0] - rayon, point[1] - rayon, point[0] + rayon, point[1] + rayon)

    def recouvre(self, autre: Boite) -> bool:
        return (
            self.gauche < autre.droite
            and autre.gauche < self.droite
            and self.haut < autre.bas
            and autre.haut < self.bas
        )

    def contient(self, autre: Boite) -> bool:
        return (
            self.gauche <= autre.gauche
            and self.droite >= autre.droite
            and self.haut <= autre.haut
            and self.bas >= autre.bas
        )


@dataclass(frozen=True, slots=True)
class Etiquette:
    """A label beside its mark; `ancre` is SVG's text-anchor; None as `boite` when it found no room."""

    texte: str
    point: Point
    rayon: float
    taille: float
    #: Shown even if it must cover something: a tête, a CIO.
    est_due: bool = False
    boite: Boite | None = None
    ancre: str = "start"

    @property
    def x(self) -> str:
        assert self.boite is not None  # noqa: S101 - only placed labels are drawn
        milieu = (self.boite.gauche + self.boite.droite) / 2
        return nombre({"start": self.boite.gauche, "middle": milieu, "end": self.boite.droite}[self.ancre])

    @property
    def y(self) -> str:
        assert self.boite is not None  # noqa: S101 - only placed labels are drawn
        return nombre(self.boite.bas - self.taille * 0.25)

    def essais(self) -> list[Etiquette]:
        """The same label around its mark: sides, then corners; a due label also a little farther."""
        ecarts = (3, 14, 26, 40) if self.est_due else (3,)
        return [essai for ecart in ecarts for essai in self._autour(self.rayon + ecart)]

    def _autour(self, r: float) -> list[Etiquette]:
        (x, y), h = self.point, self.taille
        large = len(self.texte) * h * (LARGEUR_CARACTERE_GRAS if self.est_due else LARGEUR_CARACTERE)
        coins = [
            ("start", x + r, y - h / 2),
            ("end", x - r - large, y - h / 2),
            ("middle", x - large / 2, y + r),
            ("middle", x - large / 2, y - r - h),
            ("start", x + r * 0.7, y + r * 0.4),
            ("end", x - r * 0.7 - large, y + r * 0.4),
            ("start", x + r * 0.7, y - r * 0.4 - h),
            ("end", x - r * 0.7 - large, y - r * 0.4 - h),
        ]
        return [replace(self, ancre=a, boite=Boite(g, t, g + large, t + h)) for a, g, t in coins]


def placer_etiquettes(
    etiquettes: Sequence[Etiquette], *, cadre: Boite, obstacles: Sequence[Boite]
) -> list[Etiquette]:
    """Greedy, in the order given: the first free place, or none (the table under the map says it all)."""
    occupees = list(obstacles)
    placees = []
    for etiquette in etiquettes:
        essais = [essai for essai in etiquette.essais() if essai.boite and cadre.contient(essai.boite)]
        genes = [sum(1 for o in occupees if essai.boite and essai.boite.recouvre(o)) for essai in essais]
        if not essais or (min(genes) and not etiquette.est_due):
            continue
        choisie = essais[genes.index(min(genes))]
        placees.append(choisie)
        if choisie.boite:
            occupees.append(choisie.boite)
    return placees
