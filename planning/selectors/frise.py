"""The timeline of a plan: a Gantt chart by month, drawn on the server, the same on screen and on paper.

Pure geometry over lines already read. Colours are attributes (paper) that the classes of the screen override.
"""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.formats import date_format

from planning.enums import EtatJalon, GenrePeriodeOrientation, SituationAction
from planning.models import PeriodeOrientation
from planning.selectors.charge import MOIS_COURTS, mois_de
from planning.selectors.tableau_de_bord import JalonLu, LigneAction

#: Width of a character of 12 px, measured on Marianne.
LARGEUR_CARACTERE = 6.6
MOIS_AU_PLUS = 72
MOIS_AU_MOINS = 6
HAUTEUR_ENTETE, HAUTEUR_BANDE, HAUTEUR_BARRE = 46, 20, 20
#: On paper: background, outline, words inside the bar. The classes of the screen override them.
TEINTES = {
    SituationAction.FAITE: ("#18753c", "#18753c", "#ffffff"),
    SituationAction.EN_COURS: ("#000091", "#000091", "#ffffff"),
    SituationAction.EN_RETARD: ("#ce0500", "#8d0801", "#ffffff"),
    SituationAction.A_VENIR: ("#ececfe", "#000091", "#000091"),
    SituationAction.ABANDONNEE: ("#eeeeee", "#777777", "#3a3a3a"),
}
ENCRE = "#161616"
LOSANGES = {EtatJalon.FAIT.value: "#b8fec9", SituationAction.EN_RETARD.value: "#ffb7ae"}


@dataclass(frozen=True, slots=True)
class Echelle:
    """Sizes of a drawing: on screen names stand beside it, in HTML; on paper they are drawn."""

    largeur: int
    largeur_noms: int
    hauteur_rang: int
    mois_minimal: int
    #: Characters of a line of a name, when it is drawn.
    caracteres: int = 0


ECRAN = Echelle(largeur=876, largeur_noms=0, hauteur_rang=44, mois_minimal=50)
#: A3 landscape, margins deducted, at 96 px per inch.
PAPIER_A3 = Echelle(largeur=1480, largeur_noms=430, hauteur_rang=38, mois_minimal=20, caracteres=64)


@dataclass(frozen=True, slots=True)
class MoisDeFrise:
    x: float
    largeur: float
    nom: str
    milieu: float


@dataclass(frozen=True, slots=True)
class Bande:
    """A period of the orientation year, on the strip above the actions."""

    x: float
    y: float
    largeur: float
    genre: str
    titre: str
    dates: str


@dataclass(frozen=True, slots=True)
class RangDOrientation:
    """A row of that strip: the nature of its periods, and where it is written."""

    nom: str
    y: float


@dataclass(frozen=True, slots=True)
class Losange:
    """A milestone."""

    jalon: JalonLu
    trace: str
    nom: str
    etat: str

    @property
    def fond(self) -> str:
        return LOSANGES.get(self.etat, "#ffffff")


@dataclass(slots=True)
class Barre:
    """An action: its bar, its words, its milestones."""

    ligne: LigneAction
    rang: int
    x: float
    y: float
    largeur: float
    #: From the due date to today, when late.
    x_retard: float
    largeur_retard: float
    texte: str
    x_texte: float
    y_texte: float
    ancre: str
    #: Where the words stand: « dedans », « apres », « avant ».
    place: str
    nom: str
    losanges: list[Losange] = field(default_factory=list)
    #: The title, cut in lines, when it is drawn.
    titre: list[tuple[float, str]] = field(default_factory=list)

    @property
    def situation(self) -> str:
        return self.ligne.situation.value

    @property
    def droite(self) -> float:
        return self.x + self.largeur

    @property
    def y_cible(self) -> float:
        """Of the invisible area that catches the pointer, higher than the bar."""
        return self.y - 4

    @property
    def y_retard(self) -> float:
        return self.y + 4

    @property
    def fond(self) -> str:
        return TEINTES[self.ligne.situation][0]

    @property
    def trait(self) -> str:
        return TEINTES[self.ligne.situation][1]

    @property
    def encre(self) -> str:
        return TEINTES[self.ligne.situation][2] if self.place == "dedans" else ENCRE


@dataclass(frozen=True, slots=True)
class Frise:
    largeur: float
    hauteur: float
    #: Where the actions begin, under the months and the orientation year.
    haut: float
    hauteur_rang: int
    largeur_noms: int
    mois: list[MoisDeFrise]
    annees: list[tuple[float, str]]
    barres: list[Barre]
    #: Paths: months and rows, then the arrows of the dependencies and their heads.
    grille: str
    fleches: str
    pointes: str
    bandes: list[Bande]
    orientation: list[RangDOrientation]
    #: The day's line, None outside the drawing.
    aujourd_hui: float | None
    jour: dt.date


@dataclass(frozen=True, slots=True)
class _Axe:
    """Days to pixels."""

    debut: dt.date
    jours: int
    gauche: float
    largeur: float

    def x(self, jour: dt.date) -> float:
        part = min(max((jour - self.debut).days, 0), self.jours) / self.jours
        return round(self.gauche + part * self.largeur, 1)

    def fin(self, jour: dt.date) -> float:
        """The last day is included."""
        return self.x(jour + dt.timedelta(days=1))


def dessiner_frise(
    lignes: Sequence[LigneAction],
    jour: dt.date,
    echelle: Echelle = ECRAN,
    periodes: Sequence[PeriodeOrientation] = (),
) -> Frise | None:
    """By date of beginning; None without any action, or over too many years to be read."""
    if not lignes:
        return None
    tous = _mois(lignes, jour)
    if len(tous) > MOIS_AU_PLUS:
        return None
    axe = _axe(tous, echelle)
    bandes, orientation = _bandes(periodes, axe)
    haut = HAUTEUR_ENTETE + len(orientation) * HAUTEUR_BANDE
    ordonnees = sorted(
        lignes, key=lambda ligne: (ligne.action.debut, ligne.action.fin, ligne.action.numero, ligne.pk)
    )
    barres = [_barre(ligne, rang, axe, echelle, haut) for rang, ligne in enumerate(ordonnees)]
    fleches, pointes = _fleches(barres, echelle.hauteur_rang)
    dedans = tous[0] <= jour < axe.debut + dt.timedelta(days=axe.jours)
    return Frise(
        largeur=axe.gauche + axe.largeur,
        hauteur=haut + len(barres) * echelle.hauteur_rang + 2,
        haut=haut,
        hauteur_rang=echelle.hauteur_rang,
        largeur_noms=echelle.largeur_noms,
        mois=_colonnes(tous, axe),
        annees=_annees(tous, axe),
        barres=barres,
        grille=_grille(tous, axe, [haut + rang * echelle.hauteur_rang for rang in range(len(barres) + 1)]),
        fleches=fleches,
        pointes=pointes,
        bandes=bandes,
        orientation=orientation,
        aujourd_hui=axe.x(jour) if dedans else None,
        jour=jour,
    )


# --- Months ----------------------------------------------------------------------------------------


def _mois(lignes: Sequence[LigneAction], jour: dt.date) -> list[dt.date]:
    """From the first action to the last; to today when something is late; six months at least."""
    premier = min(ligne.action.debut for ligne in lignes)
    dernier = max(ligne.action.fin for ligne in lignes)
    if any(ligne.est_en_retard for ligne in lignes):
        dernier = max(dernier, jour)
    tous = list(mois_de(premier, dernier))
    while len(tous) < MOIS_AU_MOINS:
        tous.append((tous[-1] + dt.timedelta(days=32)).replace(day=1))
    return tous


def _axe(tous: Sequence[dt.date], echelle: Echelle) -> _Axe:
    apres = (tous[-1] + dt.timedelta(days=32)).replace(day=1)
    utile = echelle.largeur - echelle.largeur_noms
    return _Axe(
        tous[0],
        (apres - tous[0]).days,
        echelle.largeur_noms,
        max(utile, len(tous) * echelle.mois_minimal),
    )


def _colonnes(tous: Sequence[dt.date], axe: _Axe) -> list[MoisDeFrise]:
    bords = [axe.x(mois) for mois in tous] + [axe.gauche + axe.largeur]
    court = axe.largeur / len(tous) < 76
    return [
        MoisDeFrise(
            x=gauche,
            largeur=round(droite - gauche, 1),
            nom=MOIS_COURTS[mois.month - 1] if court else date_format(mois, "F").capitalize(),
            milieu=round((gauche + droite) / 2, 1),
        )
        for mois, gauche, droite in zip(tous, bords[:-1], bords[1:], strict=True)
    ]


def _grille(tous: Sequence[dt.date], axe: _Axe, rangs: Sequence[float]) -> str:
    """One path: a line before each month, one above and below each action."""
    verticales = "".join(f"M{axe.x(mois)} 20V{rangs[-1]}" for mois in tous)
    return verticales + "".join(f"M0 {y}H{axe.gauche + axe.largeur}" for y in rangs)


def _annees(tous: Sequence[dt.date], axe: _Axe) -> list[tuple[float, str]]:
    """(left edge of its first month, year)."""
    premiers = {mois.year: axe.x(mois) for mois in reversed(tous)}
    return sorted((x + 6, str(annee)) for annee, x in premiers.items())


# --- Bars ------------------------------------------------------------------------------------------


def _barre(ligne: LigneAction, rang: int, axe: _Axe, echelle: Echelle, haut: float) -> Barre:
    action = ligne.action
    x, droite = axe.x(action.debut), axe.fin(action.fin)
    largeur = max(round(droite - x, 1), 6)
    y = haut + rang * echelle.hauteur_rang + (echelle.hauteur_rang - HAUTEUR_BARRE) / 2
    retard = axe.x(ligne.jour) - droite if ligne.est_en_retard else 0
    texte = _texte(ligne)
    marques = [axe.x(jalon.echeance) for jalon in ligne.jalons]
    place, x_texte, ancre = _placer(texte, (x, largeur + max(retard, 0), largeur), marques, axe)
    milieu = y + HAUTEUR_BARRE / 2
    return Barre(
        ligne=ligne,
        rang=rang,
        x=x,
        y=y,
        largeur=largeur,
        x_retard=droite,
        largeur_retard=round(max(retard, 0), 1),
        texte=texte,
        x_texte=round(x_texte, 1),
        y_texte=milieu + 4,
        ancre=ancre,
        place=place,
        nom=_nom(ligne),
        losanges=[_losange(jalon, axe, milieu, ligne.jour) for jalon in ligne.jalons],
        titre=_titre(ligne, milieu, echelle),
    )


def _texte(ligne: LigneAction) -> str:
    """The situation in a word or two; colour and pattern only repeat it."""
    if ligne.est_en_retard:
        return f"En retard, {-ligne.jours} j"
    if ligne.retient:
        return f"{ligne.situation.label}, bloquée"
    return str(ligne.situation.label)


def _placer(
    texte: str, barre: tuple[float, float, float], marques: Sequence[float], axe: _Axe
) -> tuple[str, float, str]:
    """Inside the bar if it holds, otherwise after it (and after its milestones), otherwise before.

    `barre`: left edge, width with what is late, width alone.
    """
    x, longueur, largeur = barre
    besoin = len(texte) * LARGEUR_CARACTERE + 14
    if largeur >= besoin:
        return "dedans", x + 8, "start"
    apres = x + longueur + 8
    for marque in sorted(marques):
        if apres - 16 <= marque <= apres + besoin:
            apres = marque + 14
    if apres + besoin <= axe.gauche + axe.largeur or x - axe.gauche < besoin:
        return "apres", apres, "start"
    return "avant", x - 8, "end"


def _nom(ligne: LigneAction) -> str:
    """What a screen reader says of the bar."""
    parties = [f"Action {ligne.action.numero} : {ligne.action.titre}", ligne.action.calendrier]
    parties.append(ligne.libelle_situation.lower())
    if ligne.attribution:
        parties.append(ligne.attribution)
    if ligne.retient:
        parties.append("attend " + ", ".join(f"l’action {a.numero}" for a in ligne.retient))
    if ligne.jalons:
        parties.append(f"{len(ligne.jalons)} jalon{'s' if len(ligne.jalons) > 1 else ''}")
    return ", ".join(parties)


def _titre(ligne: LigneAction, milieu: float, echelle: Echelle) -> list[tuple[float, str]]:
    if not echelle.caracteres:
        return []
    coupe = textwrap.wrap(str(ligne.action), echelle.caracteres, max_lines=2, placeholder=" …")
    depart = milieu + 4 - 7 * (len(coupe) - 1)
    return [(depart + 14 * rang, texte) for rang, texte in enumerate(coupe)]


def _losange(jalon: JalonLu, axe: _Axe, milieu: float, jour: dt.date) -> Losange:
    x = axe.x(jalon.echeance)
    etat = jalon.etat.value
    libelle = str(jalon.etat.label).lower()
    if jalon.est_a_faire and jalon.echeance < jour:
        etat, libelle = SituationAction.EN_RETARD.value, "en retard"
    nom = f"Jalon : {jalon.intitule}, {jalon.echeance:%d/%m/%Y}, {libelle}"
    return Losange(jalon, f"M{x} {milieu - 8}l8 8l-8 8l-8-8Z", nom, etat)


# --- Dependencies ----------------------------------------------------------------------------------


def _fleches(barres: Sequence[Barre], hauteur_rang: int) -> tuple[str, str]:
    """From the end of what is waited for to the beginning of what waits: paths, and their heads."""
    par_action = {barre.ligne.pk: barre for barre in barres}
    fleches, pointes = [], []
    for barre in barres:
        for attente in barre.ligne.attend:
            if avant := par_action.get(attente.pk):
                fleche, pointe = _fleche(avant, barre, hauteur_rang)
                fleches.append(fleche)
                pointes.append(pointe)
    return "".join(fleches), "".join(pointes)


def _fleche(avant: Barre, apres: Barre, hauteur_rang: int) -> tuple[str, str]:
    """Leaves under the bar, near its end, so as not to cross its words; arrives on the side of the other, or
    on its top when the other began before.
    """
    descend = apres.rang > avant.rang
    x1 = max(avant.droite - 6, avant.x + 2)
    y1 = avant.y + (HAUTEUR_BARRE if descend else 0)
    milieu = apres.y + HAUTEUR_BARRE / 2
    if apres.x >= x1 + 8:
        return f"M{x1} {y1}V{milieu}H{apres.x - 5}", f"M{apres.x} {milieu}l-6-4v8Z"
    bord = apres.y if descend else apres.y + HAUTEUR_BARRE
    signe = -1 if descend else 1
    couloir = bord + signe * (hauteur_rang - HAUTEUR_BARRE) / 2
    x2 = min(apres.x + 10, apres.droite - 2)
    if abs(x2 - x1) < 2:
        return f"M{x1} {y1}V{bord + signe * 5}", f"M{x1} {bord}l-4 {signe * 6}h8Z"
    return f"M{x1} {y1}V{couloir}H{x2}V{bord + signe * 5}", f"M{x2} {bord}l-4 {signe * 6}h8Z"


# --- The orientation year --------------------------------------------------------------------------


def _bandes(periodes: Sequence[PeriodeOrientation], axe: _Axe) -> tuple[list[Bande], list[RangDOrientation]]:
    """One row for each nature of period that meets these months."""
    dernier = axe.debut + dt.timedelta(days=axe.jours - 1)
    montrees = [p for p in periodes if p.fin >= axe.debut and p.debut <= dernier]
    natures = [genre for genre in GenrePeriodeOrientation if any(p.genre == genre for p in montrees)]
    hauts = {genre.value: HAUTEUR_ENTETE + rang * HAUTEUR_BANDE for rang, genre in enumerate(natures)}
    bandes = [
        Bande(
            x=axe.x(periode.debut),
            y=hauts[periode.genre] + 4,
            largeur=max(round(axe.fin(periode.fin) - axe.x(periode.debut), 1), 4),
            genre=periode.genre,
            titre=periode.titre,
            dates=f"du {periode.debut:%d/%m/%Y} au {periode.fin:%d/%m/%Y}",
        )
        for periode in montrees
    ]
    return bandes, [RangDOrientation(str(genre.label), hauts[genre.value] + 13) for genre in natures]
