"""The map of the réseaux: département outline, schools, têtes and CIO, ready to be written as SVG.

Réseaux are told apart by a colour **and** a shape; every fact of the picture is in the table under it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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

LARGEUR = 800
HAUTEURS = (480, 880)
MARGE = 56
#: A CIO whose schools are all in one town is not drawn closer than this, in km.
LARGEUR_MINIMALE_KM = 24.0
RAYON_TETE, RAYON_MEMBRE, RAYON_LIBRE, RAYON_CIO = 12.0, 8.0, 6.0, 13.0
#: Left out of labels: the shape and the table already tell a collège from a lycée.
PREFIXES = (
    "lycée général et technologique ",
    "lycée polyvalent ",
    "lycée professionnel ",
    "lycée des métiers ",
    "lycée agricole ",
    "section d'enseignement professionnel du ",
    "lycée général ",
    "lycée technologique ",
    "lycée ",
    "collège ",
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


@dataclass(frozen=True)
class Carte:
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


def carte_du_cio(perimetre_du_cio: PerimetreDuCio) -> Carte:
    """Framed on the schools of the CIO; labels for every school that finds room."""
    cio = perimetre_du_cio.cio
    return _dessiner(
        [perimetre_du_cio],
        titre=f"Réseaux du {cio} en {perimetre_du_cio.annee}",
        contours=[cio.departement.contour],
        tout_le_contour=False,
    )


def carte_du_departement(
    *, departement: Departement, annee: AnneeScolaire, cios: Iterable[CIO]
) -> tuple[Carte, list[PerimetreDuCio]]:
    """The whole département, with its CIO; labels for the têtes and the CIO first."""
    liste = perimetres(cios=list(cios), annee=annee)
    titre = f"Réseaux {departement.avec_article} en {annee}"
    return _dessiner(liste, titre=titre, contours=[departement.contour], tout_le_contour=True), liste


def _dessiner(liste: Sequence[PerimetreDuCio], *, titre: str, contours: list, tout_le_contour: bool) -> Carte:
    reseaux = [reseau for perimetre in liste for reseau in perimetre.reseaux]
    libres = {
        e.etablissement.pk: e
        for perimetre in liste
        for e in (*perimetre.sans_reseau, *(perimetre.hors_secteur if tout_le_contour else ()))
    }
    objets = [
        *_objets_cio(perimetre.cio for perimetre in liste),
        *(objet for rang, reseau in enumerate(reseaux) for objet in _objets_du_reseau(rang, reseau)),
        *(objet for ecole in libres.values() if (objet := _objet_libre(ecole))),
    ]
    anneaux = [[(x, y) for x, y in anneau] for contour in contours for anneau in contour]
    cadre = _Cadre.pour([o.position for o in objets], [p for a in anneaux for p in a], entier=tout_le_contour)
    marques = _marques(objets, cadre)
    return Carte(
        titre=titre,
        description=_description(liste, len(libres)),
        largeur=LARGEUR,
        hauteur=cadre.hauteur,
        contours=[trace([cadre.point(p) for p in anneau]) for anneau in anneaux],
        zones=_zones(objets, marques),
        marques=[marque for _, marque in sorted(enumerate(marques), key=lambda m: m[1].rayon)],
        etiquettes=_etiquettes(objets, marques, cadre),
        legende=[_legende(rang, reseau) for rang, reseau in enumerate(reseaux)],
        a_des_ecoles_libres=bool(libres),
        sans_position=[
            e.etablissement
            for e in (*(e for r in reseaux for e in r.ecoles), *libres.values())
            if _position(e.etablissement) is None
        ],
    )


@dataclass(frozen=True, slots=True)
class _Cadre:
    """From longitude and latitude to pixels."""

    projection: Projection
    gauche: float
    haut: float
    echelle: float
    hauteur: int

    @classmethod
    def pour(cls, positions: Sequence[Position], contour: Sequence[Position], *, entier: bool) -> _Cadre:
        utiles = list(contour if entier and contour else positions) or list(contour) or [(2.5, 46.6)]
        projection = Projection.autour_de(utiles)
        xs, ys = zip(*(projection.point(p) for p in utiles), strict=True)
        largeur_km = max(max(xs) - min(xs), LARGEUR_MINIMALE_KM)
        hauteur_km = max(max(ys) - min(ys), LARGEUR_MINIMALE_KM * 0.6)
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
            )


def _objet_libre(ecole: EcoleDuPerimetre) -> _Objet | None:
    position = _position(ecole.etablissement)
    if position is None:
        return None
    cercle = forme(0, RAYON_LIBRE)
    nom = nom_court(ecole.etablissement.nom)
    return _Objet(position, "carte-libre", cercle, RAYON_LIBRE, _titre(ecole, "sans réseau"), nom)


def _titre(ecole: EcoleDuPerimetre, ou: str) -> str:
    return f"{ecole.etablissement}, {ou}"


def nom_court(nom: str) -> str:
    """« Lycée polyvalent Augustin Thierry » → « Augustin Thierry »."""
    for prefixe in PREFIXES:
        if nom.lower().startswith(prefixe) and len(nom) > len(prefixe):
            return nom[len(prefixe) :]
    return nom


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


def _etiquettes(objets: Sequence[_Objet], marques: Sequence[Marque], cadre: _Cadre) -> list[Etiquette]:
    etiquettes = [
        Etiquette(o.etiquette, m.point, m.rayon, 17 if o.est_due else 14, est_due=o.est_due)
        for o, m in zip(objets, marques, strict=True)
    ]
    return placer_etiquettes(
        sorted(etiquettes, key=lambda e: not e.est_due),
        cadre=Boite(4, 4, LARGEUR - 4, cadre.hauteur - 4),
        obstacles=[Boite.autour(m.point, m.rayon) for m in marques],
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


def _description(liste: Sequence[PerimetreDuCio], libres: int) -> str:
    reseaux = [reseau for perimetre in liste for reseau in perimetre.reseaux]
    phrases = [
        f"{r.reseau} ({r.reseau.cio}) : {len(r.ecoles)} établissements autour de {r.reseau.tete}."
        for r in reseaux
    ] or ["Aucun réseau."]
    if libres:
        phrases.append(f"{libres} établissement{'s' if libres > 1 else ''} sans réseau.")
    return " ".join(phrases)
