"""What is typed in the grid: read strictly, and kept as typed when it cannot be read.

One field per value: `c-<psyen>-<school>` for a cell (« 1,5 », « 1,5 D » for half-days à distance), and per
PsyEN `q-` quotité, `k-` capacity, `i-` half-days at the CIO, `r-` réseau principal, `b-` print of the line
as it was shown. A field left out means « as saved »: a page may show and send a part of the grid only.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from psyen.enums import Modalite
from psyen.selectors.controles import ERREUR, Alerte, nombre
from psyen.selectors.grille import ZERO, Cellule, Grille, LigneGrille
from psyen.services.grille import SaisieService, fautes_de_saisie

NOMBRE = re.compile(r"([0-9]{1,6})(?:[.,]([0-9]{1,6}))?")
CELLULE = re.compile(rf"{NOMBRE.pattern}\s*([dD])?")
#: What is shown again of a text that cannot be read.
LONGUEUR_MONTREE = 20


@dataclass
class SaisieGrille:
    """The grid as typed. `illisibles`: field → text that is no number, shown again as it was typed."""

    grille: Grille
    saisies: list[SaisieService]
    illisibles: dict[str, str] = field(default_factory=dict)
    fautes: list[Alerte] = field(default_factory=list)


def lire_grille(grille: Grille, donnees: Mapping[str, str]) -> SaisieGrille:
    """Read what was typed over the grid as saved; every fault at once, unreadable texts and broken rules."""
    lecteur = _Lecteur(grille, donnees)
    lignes = [lecteur.lire_ligne(ligne) for ligne in grille.lignes]
    saisies = [_saisie(ligne) for ligne in lignes]
    fautes = lecteur.fautes
    for ancienne, saisie in zip(grille.lignes, saisies, strict=True):
        fautes += fautes_de_saisie(grille, ancienne, saisie)
    return SaisieGrille(replace(grille, lignes=lignes), saisies, lecteur.illisibles, fautes)


class _Lecteur:
    def __init__(self, grille: Grille, donnees: Mapping[str, str]) -> None:
        self.donnees = donnees
        self.ecoles = {pk: str(ecole) for pk, ecole in grille.ecoles.items()}
        self.illisibles: dict[str, str] = {}
        self.fautes: list[Alerte] = []

    def lire_ligne(self, ligne: LigneGrille) -> LigneGrille:
        return replace(
            ligne,
            quotite=self._nombre(ligne, "q", "quotite", "quotité", ligne.quotite),
            capacite=self._nombre(ligne, "k", "capacite", "capacité", ligne.capacite),
            cio=self._nombre(ligne, "i", "cio", "demi-journées au CIO", ligne.cio),
            reseau_pk=self._reseau(ligne),
            cellules=self._cellules(ligne),
        )

    def _cellules(self, ligne: LigneGrille) -> dict[int, Cellule]:
        prefixe, lire = f"c-{ligne.psyen_pk}-", self.donnees.get
        cellules = {}
        for pk in self.ecoles:
            texte = lire(f"{prefixe}{pk}")
            if texte is None:
                if pk in ligne.cellules:
                    cellules[pk] = ligne.cellules[pk]
            elif texte := texte.strip():
                cellule = lire_cellule(texte)
                if cellule is None:
                    self._illisible(ligne, f"{prefixe}{pk}", "cellule", texte, ecole_pk=pk)
                elif cellule.demi_journees:
                    cellules[pk] = cellule
        return cellules

    def _nombre(
        self, ligne: LigneGrille, prefixe: str, code: str, libelle: str, enregistre: Decimal
    ) -> Decimal:
        nom = f"{prefixe}-{ligne.psyen_pk}"
        texte = self.donnees.get(nom)
        if texte is None:
            return enregistre
        texte = texte.strip()
        if not texte:
            return ZERO
        valeur = lire_nombre(texte)
        if valeur is None:
            self._illisible(ligne, nom, code, texte, libelle=libelle)
            return enregistre
        return valeur

    def _reseau(self, ligne: LigneGrille) -> int | None:
        """A number that is no réseau of the CIO is refused by the rules, not here."""
        texte = self.donnees.get(f"r-{ligne.psyen_pk}")
        return ligne.reseau_pk if texte is None else lire_cle(texte)

    def _illisible(
        self,
        ligne: LigneGrille,
        nom: str,
        code: str,
        texte: str,
        *,
        ecole_pk: int | None = None,
        libelle: str = "",
    ) -> None:
        texte = texte[:LONGUEUR_MONTREE]
        self.illisibles[nom] = texte
        lieu = self.ecoles[ecole_pk] if ecole_pk is not None else libelle
        message = f"{ligne.nom_complet}, {lieu} : {_explication(texte)}"
        self.fautes.append(Alerte(ERREUR, code, message, psyen_pk=ligne.psyen_pk, ecole_pk=ecole_pk))


def _explication(texte: str) -> str:
    if re.match(r"[-−–]\s*[0-9]", texte):
        return f"« {texte} » est négatif ; laissez la case vide pour ne rien y mettre."
    if NOMBRE.fullmatch(texte):
        return f"« {texte} » : deux décimales au plus."
    return f"« {texte} » n’est pas un nombre ; écrivez par exemple 2 ou 1,5."


def lire_cellule(texte: str) -> Cellule | None:
    """« 1,5 », « 1.5 », « 1,5 D »; None when it is something else. The step is a rule, checked apart."""
    lu = CELLULE.fullmatch(texte)
    if lu is None:
        return None
    modalite = Modalite.DISTANCIEL if lu[3] else Modalite.PRESENTIEL
    return Cellule(Decimal(f"{lu[1]}.{lu[2] or 0}"), modalite)


def lire_nombre(texte: str) -> Decimal | None:
    """A number of two decimals at most: more would be rounded by the database without a word."""
    lu = NOMBRE.fullmatch(texte.removesuffix("%").strip())
    if lu is None or len(lu[2] or "") > 2:
        return None
    return Decimal(f"{lu[1]}.{lu[2] or 0}")


def lire_cle(texte: str) -> int | None:
    """A key of the database, None for anything else."""
    return int(texte) if re.fullmatch(r"[0-9]{1,15}", texte) else None


def texte_cellule(cellule: Cellule | None) -> str:
    """What the input shows; an empty input means no half-day."""
    if cellule is None:
        return ""
    marque = " D" if cellule.modalite == Modalite.DISTANCIEL else ""
    return f"{nombre(cellule.demi_journees)}{marque}"


def empreinte(ligne: LigneGrille) -> str:
    """Short print of a week: the same week always has the same one (who changed what, in a conflict)."""
    cellules = sorted((pk, texte_cellule(cellule)) for pk, cellule in ligne.cellules.items())
    semaine = (nombre(ligne.quotite), nombre(ligne.capacite), nombre(ligne.cio), ligne.reseau_pk, cellules)
    return f"{zlib.crc32(repr(semaine).encode()):x}"


def _saisie(ligne: LigneGrille) -> SaisieService:
    return SaisieService(
        psyen_pk=ligne.psyen_pk,
        quotite=ligne.quotite,
        capacite=ligne.capacite,
        cio=ligne.cio,
        reseau_pk=ligne.reseau_pk,
        affectations=dict(ligne.cellules),
    )


def empreintes_lues(donnees: Mapping[str, str]) -> dict[int, str]:
    """PsyEN → print of the line as the page first showed it."""
    return {
        int(nom[2:]): valeur
        for nom, valeur in donnees.items()
        if re.fullmatch(r"b-[0-9]{1,15}", nom) and re.fullmatch(r"[0-9a-f]{1,8}", valeur)
    }
