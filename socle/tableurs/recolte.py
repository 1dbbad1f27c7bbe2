"""Bounded harvest of a workbook: every limit is checked while reading, before anything is expanded.

Runs inside the sandbox (`bac_a_sable`). The ratio of a zip proves nothing: a 1.5 kB file may hold a
billion cells (reliability.md §0.6), so what counts is what has been produced so far.
"""

from collections.abc import Callable
from xml.parsers import expat
from zipfile import ZipFile

from socle.tableurs.modele import Limites, TableauIllisible, lettre_de_colonne, nombre_fr

_MORCEAU = 65_536
# Expat reads an unfinished tag again at each piece: a tag of 100 MB would take a minute.
_BALISE_MAXIMALE = 524_288


class Recolte:
    """Receives the cells of one sheet, checks the limits and passes complete lines on."""

    def __init__(self, limites: Limites, emettre: Callable[[int, list[str]], None]) -> None:
        self.limites = limites
        self.avertissements: list[str] = []
        self.formules: list[str] = []
        self.lignes_masquees: list[int] = []
        self._emettre = emettre
        self._cellules = 0
        self._caracteres = 0

    def ligne(self, numero: int, cellules: dict[int, str], fois: int = 1) -> None:
        """A line seen at `numero` and repeated `fois` times; empty cells are not in `cellules`."""
        if not cellules:
            return
        derniere = max(cellules)
        if numero + fois - 1 > self.limites.lignes + 1:
            raise TableauIllisible(
                f"La feuille contient des données jusqu’à la ligne {nombre_fr(numero + fois - 1)} "
                f"(cellule {reference(numero, derniere)}) ; la limite est de "
                f"{nombre_fr(self.limites.lignes)} lignes. Supprimez les cellules isolées loin du tableau "
                "ou partagez le fichier."
            )
        valeurs = [cellules.get(indice, "") for indice in range(derniere + 1)]
        self._compter(len(cellules) * fois, sum(map(len, valeurs)) * fois)
        for rang in range(fois):
            self._emettre(numero + rang, valeurs)

    def verifier_colonne(self, numero: int, indice: int) -> None:
        """Refuse a filled cell beyond the last allowed column."""
        if indice >= self.limites.colonnes:
            raise TableauIllisible(
                f"La cellule {reference(numero, indice)} dépasse la limite de {self.limites.colonnes} "
                "colonnes. Supprimez les cellules isolées loin du tableau."
            )

    def verifier_longueur(self, longueur: int, ou: str) -> None:
        """Refuse a text longer than a spreadsheet itself allows."""
        if longueur > self.limites.caracteres_par_cellule:
            raise TableauIllisible(
                f"{ou} contient plus de {nombre_fr(self.limites.caracteres_par_cellule)} caractères."
            )

    def _compter(self, cellules: int, caracteres: int) -> None:
        self._cellules += cellules
        self._caracteres += caracteres
        if self._cellules > self.limites.cellules or self._caracteres > self.limites.caracteres:
            raise TableauIllisible(
                f"Le tableau dépasse la limite de {nombre_fr(self.limites.cellules)} cellules ou de "
                f"{nombre_fr(self.limites.caracteres)} caractères. Partagez le fichier."
            )

    def conclure(self) -> list[str]:
        """What the user should be told of the way the sheet was read."""
        if self.formules:
            self.avertissements.append(
                f"{nombre_fr(len(self.formules))} cellule(s) contiennent une formule (la première : "
                f"{self.formules[0]}) : leur dernier résultat enregistré a été lu."
            )
        if self.lignes_masquees:
            self.avertissements.append(
                f"Des lignes masquées ou filtrées ont été lues comme les autres (la première : "
                f"{self.lignes_masquees[0]})."
            )
        return self.avertissements


class Lecteur:
    """Base of our XML readers: streaming, no DTD, no entity, a bounded number of tags."""

    def __init__(self, limites: Limites) -> None:
        self._balises = limites.balises

    def parcourir(self, archive: ZipFile, membre: str) -> None:
        """Feed the member by pieces; a declared DOCTYPE stops everything (entity bombs)."""
        analyseur = expat.ParserCreate()
        analyseur.buffer_text = True
        analyseur.StartDoctypeDeclHandler = _refuser_doctype
        analyseur.StartElementHandler = self._compter
        analyseur.EndElementHandler = self.fin
        analyseur.CharacterDataHandler = self.donnees
        with archive.open(membre) as flux:
            lus = 0
            while morceau := flux.read(_MORCEAU):
                analyseur.Parse(morceau, False)
                lus += len(morceau)
                if lus - analyseur.CurrentByteIndex > _BALISE_MAXIMALE:
                    raise TableauIllisible("Le classeur contient un élément démesuré : il est refusé.")
            analyseur.Parse(b"", True)

    def _compter(self, nom: str, attributs: dict[str, str]) -> None:
        self._balises -= 1
        if self._balises < 0:
            raise TableauIllisible("Le classeur contient trop d’éléments : il est refusé. Partagez-le.")
        self.debut(nom, attributs)

    def debut(self, nom: str, attributs: dict[str, str]) -> None:
        """An element opens."""

    def fin(self, nom: str) -> None:
        """An element closes."""

    def donnees(self, texte: str) -> None:
        """Text between two tags."""


def reference(numero: int, indice: int) -> str:
    """« C12 » for line 12, third column."""
    return f"{lettre_de_colonne(indice)}{numero}"


def refuser_fusion(plage: str) -> None:
    """A merged cell hides which line owns the value."""
    raise TableauIllisible(
        f"Des cellules sont fusionnées ({plage}). Défusionnez-les (« Fusionner et centrer ») et "
        "écrivez la valeur dans chaque ligne."
    )


def refuser_erreur(ou: str, contenu: str) -> None:
    """The last result of a formula was an error."""
    raise TableauIllisible(f"La cellule {ou} affiche l’erreur « {contenu} ». Corrigez-la, puis recommencez.")


def refuser_non_calculee(ou: str) -> None:
    """A formula was written by a program and never computed."""
    raise TableauIllisible(
        f"La cellule {ou} contient une formule dont le résultat n’est pas enregistré. Ouvrez le fichier "
        "dans un tableur, enregistrez-le, ou remplacez la formule par sa valeur."
    )


def choisir_feuille(recolte: Recolte, feuilles: list[tuple[str, bool]]) -> int:
    """Index of the first visible sheet; the others are named in warnings. (name, hidden) pairs."""
    visibles = [rang for rang, (_, masquee) in enumerate(feuilles) if not masquee]
    if not visibles:
        raise TableauIllisible("Le classeur ne contient aucune feuille visible.")
    lue = feuilles[visibles[0]][0]
    if autres := [feuilles[rang][0] for rang in visibles[1:]]:
        recolte.avertissements.append(
            f"Seule la première feuille visible, « {lue} », a été lue ; non lues : {_citer(autres)}."
        )
    if masquees := [nom for nom, masquee in feuilles if masquee]:
        recolte.avertissements.append(f"Feuille masquée non lue : {_citer(masquees)}.")
    return visibles[0]


def _citer(noms: list[str]) -> str:
    suite = " et d’autres" if len(noms) > 5 else ""
    return ", ".join(f"« {nom[:60]} »" for nom in noms[:5]) + suite


def _refuser_doctype(*_: object) -> None:
    raise TableauIllisible("Le classeur déclare des entités XML : il est refusé par sécurité.")
