"""The map of the réseaux: département outline, schools, têtes and CIO, ready to be written as SVG.

Réseaux are told apart by a colour **and** a shape; every fact of the picture is in the table under it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reseaux.models import CIO, AnneeScolaire, Departement, Etablissement
from reseaux.selectors.dessin import (
    Boite,
    Etiquette,
    couleur,
    ecarter,
    enveloppe,
    forme,
    nombre,
    placer_etiquettes,
    trace,
)
from reseaux.selectors.geographie import Point, Position, Projection
from reseaux.selectors.perimetre import EcoleDuPerimetre, PerimetreDuCio, ReseauDuPerimetre, perimetres

#: Rings of [longitude, latitude], as `Departement.contour` holds them.
Contour = Sequence[Sequence[Sequence[float]]]

LARGEUR = 800
HAUTEURS = (480, 800)
MARGE = 56
#: A CIO whose schools are all in one town is not drawn closer than this, in km.
LARGEUR_MINIMALE_KM = 24.0
RAYON_TETE, RAYON_MEMBRE, RAYON_LIBRE, RAYON_CIO = 13.0, 9.0, 7.0, 13.0
#: Font sizes of labels, plain and strong, as in perimetre.css (`.carte--departement` for the second).
CORPS, CORPS_DU_DEPARTEMENT = (17, 20), (13, 16)
#: A town with that many schools gets its own map beside the first, when they stand on this share of it.
ECOLES_D_UNE_VILLE, PART_D_UNE_VILLE = 5, 1 / 3
LARGEUR_MINIMALE_VILLE_KM = 3.0
LONGUEUR_ETIQUETTE = 26
#: Left out of labels: the shape and the table already tell a collège from a lycée.
GENRES = re.compile(
    r"(lycée|collège)( (général|et|technologique|polyvalent|professionnel|agricole|horticole|des métiers))*"
    r"( (du|de|des)\b)? (?=.)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Marque:
    """A school or a CIO on the picture: class, path around 0,0, place, tooltip."""

    classe: str
    trace: str
    point: Point
    vrai_point: Point
    rayon: float
    titre: str

    @property
    def place(self) -> str:
        return f"translate({nombre(self.point[0])} {nombre(self.point[1])})"

    @property
    def rappel(self) -> str:
        """Line to the true place of a mark that had to be moved away from its neighbours."""
        ecart = max(abs(self.point[0] - self.vrai_point[0]), abs(self.point[1] - self.vrai_point[1]))
        return trace([self.vrai_point, self.point], ferme=False) if ecart > self.rayon else ""


@dataclass(frozen=True, slots=True)
class ZoneDeReseau:
    """The area of a réseau and the spokes from its tête."""

    classe: str
    contour: str
    rayons: str


@dataclass(frozen=True, slots=True)
class EntreeDeLegende:
    classe: str
    trace: str
    libelle: str
    detail: str
    reseau_pk: int


@dataclass(frozen=True, slots=True)
class Encart:
    """The part of a map that is drawn larger in another."""

    boite: Boite
    ville: str

    @property
    def attributs(self) -> dict[str, str]:
        b = self.boite
        return {
            "x": nombre(b.gauche),
            "y": nombre(b.haut),
            "largeur": nombre(b.droite - b.gauche),
            "hauteur": nombre(b.bas - b.haut),
        }


@dataclass(frozen=True)
class Carte:
    #: Makes the ids of a page with two maps unique.
    cle: str
    titre: str
    description: str
    largeur: int
    hauteur: int
    contours: list[str]
    zones: list[ZoneDeReseau]
    marques: list[Marque]
    etiquettes: list[Etiquette]
    legende: list[EntreeDeLegende]
    a_des_ecoles_libres: bool
    encart: Encart | None
    #: Schools without coordinates: named under the map, never silently left out.
    sans_position: list[Etablissement]


@dataclass(frozen=True, slots=True)
class _Objet:
    """Something to draw, before the projection."""

    position: Position
    classe: str
    trace: str
    rayon: float
    titre: str
    etiquette: str
    est_due: bool = False
    reseau_pk: int | None = None
    est_tete: bool = False
    commune: str = ""


def cartes_du_cio(perimetre_du_cio: PerimetreDuCio) -> list[Carte]:
    """Framed on the schools of the CIO; a second one for its town when too many schools stand there."""
    cio = perimetre_du_cio.cio
    objets = _objets([perimetre_du_cio], perimetre_du_cio.sans_reseau)
    contours = [cio.departement.contour]
    cadre = _Cadre.pour([o.position for o in objets], contours, LARGEUR_MINIMALE_KM)
    titre = f"Réseaux du {cio} en {perimetre_du_cio.annee}"
    modele = _Modele([perimetre_du_cio], objets, contours, titre)
    ville, detail = _ville_dense(objets, cadre)
    if detail is None:
        return [modele.dessiner("ensemble", cadre)]
    positions = [o.position for o in detail]
    loupe = _Cadre.pour(positions, contours, LARGEUR_MINIMALE_VILLE_KM)
    zoom = replace(modele, titre=f"{titre}, détail : {ville}")
    return [modele.dessiner("ensemble", cadre, ville, detail), zoom.dessiner("detail", loupe)]


def carte_du_departement(
    *, departement: Departement, annee: AnneeScolaire, cios: Iterable[CIO]
) -> tuple[Carte, list[PerimetreDuCio]]:
    """The whole département, with its CIO; labels for the têtes and the CIO first."""
    liste = perimetres(cios=list(cios), annee=annee)
    libres = {
        e.etablissement.pk: e
        for perimetre in liste
        for e in (*perimetre.sans_reseau, *perimetre.hors_secteur)
    }
    objets = _objets(liste, libres.values())
    contours = [departement.contour]
    entier = [(x, y) for anneau in departement.contour for x, y in anneau]
    cadre = _Cadre.pour(entier or [o.position for o in objets], contours, LARGEUR_MINIMALE_KM)
    titre = f"Réseaux {departement.avec_article} en {annee}"
    cadre = replace(cadre, est_departement=True)
    return _Modele(liste, objets, contours, titre).dessiner("departement", cadre), liste


def _objets(liste: Sequence[PerimetreDuCio], libres: Iterable[EcoleDuPerimetre]) -> list[_Objet]:
    reseaux = [reseau for perimetre in liste for reseau in perimetre.reseaux]
    return [
        *_objets_cio(perimetre.cio for perimetre in liste),
        *(objet for rang, reseau in enumerate(reseaux) for objet in _objets_du_reseau(rang, reseau)),
        *(objet for ecole in libres if (objet := _objet_libre(ecole))),
    ]


@dataclass(frozen=True)
class _Modele:
    """What is drawn; `dessiner` says where."""

    liste: Sequence[PerimetreDuCio]
    objets: Sequence[_Objet]
    contours: Sequence[Contour]
    titre: str

    def dessiner(
        self, cle: str, cadre: _Cadre, ville: str = "", detail: Sequence[_Objet] | None = None
    ) -> Carte:
        reseaux = [reseau for perimetre in self.liste for reseau in perimetre.reseaux]
        marques = _marques(self.objets, cadre)
        tues = set(map(id, detail or ()))
        ecoles = (e for p in self.liste for e in (*p.ecoles, *p.sans_reseau))
        encart = _encart(ville, [m for o, m in zip(self.objets, marques, strict=True) if id(o) in tues])
        return Carte(
            cle=cle,
            titre=self.titre,
            description=_description(reseaux, sum(1 for o in self.objets if o.classe == "carte-libre")),
            largeur=LARGEUR,
            hauteur=cadre.hauteur,
            contours=[trace([cadre.point((x, y)) for x, y in a]) for c in self.contours for a in c],
            zones=_zones(self.objets, marques),
            marques=sorted(marques, key=lambda m: m.rayon),
            etiquettes=_etiquettes(self.objets, marques, cadre, tues, encart),
            legende=[_legende(rang, reseau) for rang, reseau in enumerate(reseaux)],
            a_des_ecoles_libres=any(o.classe == "carte-libre" for o in self.objets),
            encart=encart,
            sans_position=[e.etablissement for e in ecoles if _position(e.etablissement) is None],
        )


def _ville_dense(objets: Sequence[_Objet], cadre: _Cadre) -> tuple[str, list[_Objet] | None]:
    """The commune whose schools stand too close together on this map, and what to draw larger."""
    communes = Counter(o.commune for o in objets if o.commune)
    ville, combien = communes.most_common(1)[0] if communes else ("", 0)
    if combien < ECOLES_D_UNE_VILLE:
        return "", None
    points = [cadre.point(o.position) for o in objets if o.commune == ville]
    (gauche, droite), (haut, bas) = ((min(v), max(v)) for v in zip(*points, strict=True))
    if max(droite - gauche, bas - haut) > LARGEUR * PART_D_UNE_VILLE:
        return "", None
    dedans = Boite(gauche - 8, haut - 8, droite + 8, bas + 8)
    return ville, [o for o in objets if dedans.contient(Boite.autour(cadre.point(o.position), 0))]


def _encart(ville: str, marques: Sequence[Marque]) -> Encart | None:
    if not marques:
        return None
    xs, ys = zip(*(m.point for m in marques), strict=True)
    return Encart(Boite(min(xs) - 22, min(ys) - 22, max(xs) + 22, max(ys) + 22), ville)


@dataclass(frozen=True, slots=True)
class _Cadre:
    """From longitude and latitude to pixels."""

    projection: Projection
    gauche: float
    haut: float
    echelle: float
    hauteur: int
    est_departement: bool = False

    @classmethod
    def pour(cls, positions: Sequence[Position], contours: Sequence[Contour], minimum_km: float) -> _Cadre:
        """Around these positions; without any, around the outline; without it, around France."""
        entiers = [(x, y) for contour in contours for anneau in contour for x, y in anneau]
        utiles = list(positions) or entiers or [(2.5, 46.6)]
        projection = Projection.autour_de(utiles)
        xs, ys = zip(*(projection.point(p) for p in utiles), strict=True)
        largeur_km = max(max(xs) - min(xs), minimum_km)
        hauteur_km = max(max(ys) - min(ys), minimum_km * 0.6)
        echelle = min((LARGEUR - 2 * MARGE) / largeur_km, (HAUTEURS[1] - 2 * MARGE) / hauteur_km)
        hauteur = round(min(max(hauteur_km * echelle + 2 * MARGE, HAUTEURS[0]), HAUTEURS[1]))
        milieu_x, milieu_y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        return cls(
            projection,
            LARGEUR / 2 - milieu_x * echelle,
            hauteur / 2 - milieu_y * echelle,
            echelle,
            hauteur,
        )

    def point(self, position: Position) -> Point:
        x, y = self.projection.point(position)
        return self.gauche + x * self.echelle, self.haut + y * self.echelle


def _position(lieu: Etablissement | CIO) -> Position | None:
    if lieu.latitude is None or lieu.longitude is None:
        return None
    return lieu.longitude, lieu.latitude


def _objets_cio(cios: Iterable[CIO]) -> Iterable[_Objet]:
    for cio in cios:
        if position := _position(cio):
            yield _Objet(position, "carte-cio", "", RAYON_CIO, str(cio), str(cio), est_due=True)


def _objets_du_reseau(rang: int, reseau: ReseauDuPerimetre) -> Iterable[_Objet]:
    for ecole in reseau.ecoles:
        if position := _position(ecole.etablissement):
            rayon = RAYON_TETE if ecole.est_tete else RAYON_MEMBRE
            yield _Objet(
                position=position,
                classe=f"carte-c{couleur(rang)}{' carte-tete' if ecole.est_tete else ''}",
                trace=forme(rang, rayon),
                rayon=rayon,
                titre=_titre(ecole, f"{'tête du ' if ecole.est_tete else ''}réseau {reseau.reseau}"),
                etiquette=nom_court(ecole.etablissement.nom),
                est_due=ecole.est_tete,
                reseau_pk=reseau.reseau.pk,
                est_tete=ecole.est_tete,
                commune=ecole.etablissement.commune,
            )


def _objet_libre(ecole: EcoleDuPerimetre) -> _Objet | None:
    position = _position(ecole.etablissement)
    if position is None:
        return None
    return _Objet(
        position=position,
        classe="carte-libre",
        trace=forme(0, RAYON_LIBRE),
        rayon=RAYON_LIBRE,
        titre=_titre(ecole, "sans réseau"),
        etiquette=nom_court(ecole.etablissement.nom),
        commune=ecole.etablissement.commune,
    )


def _titre(ecole: EcoleDuPerimetre, ou: str) -> str:
    return f"{ecole.etablissement}, {ou}"


def nom_court(nom: str) -> str:
    """« Lycée polyvalent Augustin Thierry » → « Augustin Thierry »."""
    court = GENRES.sub("", nom, count=1) if GENRES.match(nom) else nom
    court = court[:1].upper() + court[1:]
    return court if len(court) <= LONGUEUR_ETIQUETTE else court[: LONGUEUR_ETIQUETTE - 1].rstrip() + "…"


def _marques(objets: Sequence[_Objet], cadre: _Cadre) -> list[Marque]:
    vrais = [cadre.point(objet.position) for objet in objets]
    places = ecarter(vrais, [objet.rayon for objet in objets])
    return [
        Marque(o.classe, o.trace, place, vrai, o.rayon, o.titre)
        for o, place, vrai in zip(objets, places, vrais, strict=True)
    ]


def _zones(objets: Sequence[_Objet], marques: Sequence[Marque]) -> list[ZoneDeReseau]:
    zones = []
    for pk in dict.fromkeys(o.reseau_pk for o in objets if o.reseau_pk):
        membres = [(o, m) for o, m in zip(objets, marques, strict=True) if o.reseau_pk == pk]
        points = [m.point for _, m in membres]
        tete = next((m.point for o, m in membres if o.est_tete), points[0])
        zones.append(
            ZoneDeReseau(
                classe=membres[0][0].classe.split()[0],
                contour=trace(enveloppe(points)),
                rayons="".join(trace([tete, point], ferme=False) for point in points if point != tete),
            )
        )
    return zones


def _etiquettes(
    objets: Sequence[_Objet],
    marques: Sequence[Marque],
    cadre: _Cadre,
    tues: set[int],
    encart: Encart | None,
) -> list[Etiquette]:
    """Of every school that another map does not show larger; the town itself is named for them."""
    corps, corps_fort = CORPS_DU_DEPARTEMENT if cadre.est_departement else CORPS
    etiquettes = [
        Etiquette(o.etiquette, m.point, m.rayon, corps_fort if o.est_due else corps, est_due=o.est_due)
        for o, m in zip(objets, marques, strict=True)
        if id(o) not in tues
    ]
    if encart:
        b = encart.boite
        milieu, rayon = ((b.gauche + b.droite) / 2, (b.haut + b.bas) / 2), (b.bas - b.haut) / 2
        etiquettes.append(Etiquette(encart.ville, milieu, rayon, corps_fort, est_due=True))
    return placer_etiquettes(
        sorted(etiquettes, key=lambda e: not e.est_due),
        cadre=Boite(4, 4, LARGEUR - 4, cadre.hauteur - 4),
        obstacles=[Boite.autour(m.point, m.rayon) for m in marques] + ([encart.boite] if encart else []),
    )


def _legende(rang: int, reseau: ReseauDuPerimetre) -> EntreeDeLegende:
    membres = len(reseau.ecoles)
    return EntreeDeLegende(
        classe=f"carte-c{couleur(rang)}",
        trace=forme(rang, 8),
        libelle=str(reseau.reseau),
        detail=f"{membres} établissement{'s' if membres > 1 else ''}",
        reseau_pk=reseau.reseau.pk,
    )


def _description(reseaux: Sequence[ReseauDuPerimetre], libres: int) -> str:
    phrases = [
        f"{r.reseau} ({r.reseau.cio}) : {len(r.ecoles)} établissements autour de {r.reseau.tete}."
        for r in reseaux
    ] or ["Aucun réseau."]
    if libres:
        phrases.append(f"{libres} établissement{'s' if libres > 1 else ''} sans réseau.")
    return " ".join(phrases)
