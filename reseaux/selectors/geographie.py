"""Distances, projection and simplification on a territory the size of a few départements. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

RAYON_TERRE_KM = 6371.0
KM_PAR_DEGRE = math.pi * RAYON_TERRE_KM / 180
#: Enough for a département drawn 800 pixels wide: a point every three pixels of outline.
POINTS_PAR_CONTOUR = 400

Position = tuple[float, float]  # longitude, latitude: the order of GeoJSON
Point = tuple[float, float]  # x to the east, y to the south, in km or pixels


def distance_km(a: Position, b: Position) -> float:
    """Distance as the crow flies (haversine), in km."""
    lon_a, lat_a, lon_b, lat_b = map(math.radians, (*a, *b))
    h = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * RAYON_TERRE_KM * math.asin(min(1.0, math.sqrt(h)))


@dataclass(frozen=True, slots=True)
class Projection:
    """Plane around a centre, in km, y downwards: at 100 km from the centre the error stays under 2 %."""

    longitude: float
    latitude: float

    @classmethod
    def autour_de(cls, positions: Sequence[Position]) -> Projection:
        """Centred on the middle of the positions."""
        longitudes, latitudes = zip(*positions, strict=True)
        return cls((min(longitudes) + max(longitudes)) / 2, (min(latitudes) + max(latitudes)) / 2)

    def point(self, position: Position) -> Point:
        longitude, latitude = position
        largeur = KM_PAR_DEGRE * math.cos(math.radians(self.latitude))
        return (longitude - self.longitude) * largeur, (self.latitude - latitude) * KM_PAR_DEGRE


def distance_au_segment(p: Point, a: Point, b: Point) -> float:
    """From a point to the nearest point of a segment."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    longueur2 = dx * dx + dy * dy
    if not longueur2:
        return math.dist(p, a)
    t = max(0.0, min(1.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / longueur2))
    return math.dist(p, (a[0] + t * dx, a[1] + t * dy))


def simplifier(ligne: Sequence[Point], tolerance: float) -> list[int]:
    """Douglas-Peucker: indices to keep so that no dropped point is farther than `tolerance` from the line."""
    if len(ligne) <= 2:
        return list(range(len(ligne)))
    gardes = {0, len(ligne) - 1}
    pile = [(0, len(ligne) - 1)]
    while pile:
        debut, fin = pile.pop()
        ecarts = [distance_au_segment(ligne[i], ligne[debut], ligne[fin]) for i in range(debut + 1, fin)]
        if ecarts and (ecart := max(ecarts)) > tolerance:
            milieu = debut + 1 + ecarts.index(ecart)
            gardes.add(milieu)
            pile += [(debut, milieu), (milieu, fin)]
    return sorted(gardes)


def simplifier_anneau(anneau: Sequence[Position], maximum: int = POINTS_PAR_CONTOUR) -> list[Position]:
    """The ring with at most `maximum` points: the tolerance grows from 50 m until it fits."""
    if len(anneau) <= maximum:
        return list(anneau)
    projection = Projection.autour_de(anneau)
    points = [projection.point(position) for position in anneau]
    tolerance = 0.05
    while len(gardes := simplifier(points, tolerance)) > maximum:
        tolerance *= 1.3
    return [anneau[i] for i in gardes]


def anneaux_exterieurs(geometrie: dict[str, Any]) -> list[list[Position]]:
    """Outer rings of a GeoJSON Polygon or MultiPolygon."""
    genre, coordonnees = geometrie["type"], geometrie["coordinates"]
    if genre not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"unexpected geometry: {genre!r}")
    polygones = [coordonnees] if genre == "Polygon" else coordonnees
    return [[(float(x), float(y)) for x, y, *_ in polygone[0]] for polygone in polygones]
