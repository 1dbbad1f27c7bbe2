"""XLSX reader: streaming, one sheet, cached values, days in ISO form."""

import re
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from posixpath import join, normpath
from zipfile import ZipFile

from socle.tableurs.modele import Limites, TableauIllisible
from socle.tableurs.recolte import (
    Lecteur,
    Recolte,
    choisir_feuille,
    reference,
    refuser_erreur,
    refuser_fusion,
    refuser_non_calculee,
)
from socle.tableurs.valeurs import nettoyer, texte_de_duree, texte_de_flottant, texte_instant

_FORMATS_DE_DATE = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}
_FORMAT_DUREE = 46
_ECHAPPE = re.compile("_x([0-9A-Fa-f]{4})_")
_CHIFFRES = "0123456789"
_DERNIER_JOUR = 2_958_466  # 31/12/9999


def lire_xlsx(archive: ZipFile, recolte: Recolte) -> None:
    """Read the first visible sheet into `recolte`."""
    limites = recolte.limites
    classeur = _Classeur(limites)
    classeur.parcourir(archive, "xl/workbook.xml")
    choisie = choisir_feuille(recolte, [(nom, masquee) for nom, masquee, _ in classeur.feuilles])
    liens = _Liens(limites)
    liens.parcourir(archive, "xl/_rels/workbook.xml.rels")
    membres = set(archive.namelist())
    styles, textes = _Styles(limites), _TextesPartages(recolte)
    if (membre := liens.membre("styles")) in membres:
        styles.parcourir(archive, membre)
    if (membre := liens.membre("sharedStrings")) in membres:
        textes.parcourir(archive, membre)
    feuille = liens.cibles.get(classeur.feuilles[choisie][2], "")
    if feuille not in membres:
        raise TableauIllisible("Le classeur est abîmé : sa première feuille est introuvable.")
    _Feuille(recolte, textes.liste, styles, classeur.date_1904).parcourir(archive, feuille)


def _nom_local(nom: str) -> str:
    return nom.rpartition(":")[2]


class _Classeur(Lecteur):
    """Sheets (name, hidden, relation) and the date system."""

    def __init__(self, limites: Limites) -> None:
        super().__init__(limites)
        self.feuilles: list[tuple[str, bool, str]] = []
        self.date_1904 = False

    def debut(self, nom: str, attributs: dict[str, str]) -> None:
        local = _nom_local(nom)
        if local == "sheet":
            relation = next((v for cle, v in attributs.items() if _nom_local(cle) == "id"), "")
            masquee = attributs.get("state", "visible") != "visible"
            self.feuilles.append((attributs.get("name", ""), masquee, relation))
        elif local == "workbookPr":
            self.date_1904 = attributs.get("date1904") in {"1", "true"}


class _Liens(Lecteur):
    """Where the parts of the workbook stand in the archive."""

    def __init__(self, limites: Limites) -> None:
        super().__init__(limites)
        self.cibles: dict[str, str] = {}
        self._types: dict[str, str] = {}

    def debut(self, nom: str, attributs: dict[str, str]) -> None:
        if _nom_local(nom) == "Relationship":
            cible = normpath(join("/xl", attributs.get("Target", ""))).lstrip("/")
            self.cibles[attributs.get("Id", "")] = cible
            self._types[attributs.get("Type", "").rpartition("/")[2]] = cible

    def membre(self, type_: str) -> str:
        return self._types.get(type_, "")


class _Styles(Lecteur):
    """Which cell styles show a number as a day ("date") or as hours ("duree")."""

    def __init__(self, limites: Limites) -> None:
        super().__init__(limites)
        self.genres: list[str] = []
        self._formats: dict[int, str] = {}
        self._dans_les_cellules = False

    def debut(self, nom: str, attributs: dict[str, str]) -> None:
        local = _nom_local(nom)
        if local == "numFmt":
            self._formats[_entier(attributs.get("numFmtId"))] = attributs.get("formatCode", "")
        elif local == "cellXfs":
            self._dans_les_cellules = True
        elif local == "xf" and self._dans_les_cellules:
            self.genres.append(self._genre(_entier(attributs.get("numFmtId"))))

    def fin(self, nom: str) -> None:
        if _nom_local(nom) == "cellXfs":
            self._dans_les_cellules = False

    def _genre(self, numero: int) -> str:
        if numero not in self._formats:
            return "date" if numero in _FORMATS_DE_DATE else "duree" if numero == _FORMAT_DUREE else ""
        code = re.sub(r'"[^"]*"|\\.|_.|\*.', "", self._formats[numero]).lower().partition(";")[0]
        if re.search(r"\[(h+|m+|s+)\]", code):
            return "duree"
        code = re.sub(r"\[[^\]]*\]", "", code)
        return "date" if "general" not in code and re.search("[dmyhs]", code) else ""


class _TextesPartages(Lecteur):
    """The shared strings, phonetic guides left out."""

    def __init__(self, recolte: Recolte) -> None:
        super().__init__(recolte.limites)
        self.liste: list[str] = []
        self._recolte = recolte
        self._morceaux: list[str] = []
        self._ecoute = self._phonetique = False
        self._longueur = self._total = 0

    def debut(self, nom: str, attributs: dict[str, str]) -> None:
        local = _nom_local(nom)
        if local == "si":
            self._morceaux, self._longueur = [], 0
        elif local == "rPh":
            self._phonetique = True
        elif local == "t":
            self._ecoute = not self._phonetique

    def fin(self, nom: str) -> None:
        local = _nom_local(nom)
        if local == "si":
            self.liste.append(_sans_echappement("".join(self._morceaux)))
            self._total += self._longueur
            limites = self._recolte.limites
            if self._total > limites.caracteres or len(self.liste) > limites.cellules:
                raise TableauIllisible("Le classeur contient trop de textes : il est refusé. Partagez-le.")
        elif local == "rPh":
            self._phonetique = False
        elif local == "t":
            self._ecoute = False

    def donnees(self, texte: str) -> None:
        if self._ecoute:
            self._longueur += len(texte)
            self._recolte.verifier_longueur(self._longueur, f"Le texte partagé n° {len(self.liste) + 1}")
            self._morceaux.append(texte)


class _Feuille(Lecteur):
    """The cells of one sheet; only those that hold something count."""

    def __init__(self, recolte: Recolte, textes: list[str], styles: _Styles, date_1904: bool) -> None:
        super().__init__(recolte.limites)
        self._recolte, self._textes, self._genres = recolte, textes, styles.genres
        self._origine = datetime(1904, 1, 1) if date_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet has no zone
        self._numero, self._indice = 0, -1
        self._ligne: dict[int, str] = {}
        self._cellule: dict[str, str] = {}
        self._morceaux: list[str] = []
        self._ecoute = self._phonetique = self._formule = False
        self._longueur = 0
        self._colonnes: dict[str, int] = {}

    def debut(self, nom: str, attributs: dict[str, str]) -> None:
        local = _nom_local(nom)
        if local == "c":
            self._ouvrir_cellule(attributs)
        elif local in {"v", "t"}:
            self._ecoute = not self._phonetique
        elif local == "f":
            self._formule = True
        elif local == "row":
            self._ouvrir_ligne(attributs)
        elif local == "rPh":
            self._phonetique = True
        elif local == "mergeCell" and ":" in attributs.get("ref", ""):
            refuser_fusion(attributs["ref"])

    def fin(self, nom: str) -> None:
        local = _nom_local(nom)
        if local in {"v", "t"}:
            self._ecoute = False
        elif local == "c":
            self._fermer_cellule()
        elif local == "row":
            self._recolte.ligne(self._numero, self._ligne)
        elif local == "rPh":
            self._phonetique = False

    def donnees(self, texte: str) -> None:
        if self._ecoute:
            self._longueur += len(texte)
            self._recolte.verifier_longueur(self._longueur, f"La cellule {self._ici()}")
            self._morceaux.append(texte)

    def _ici(self) -> str:
        return reference(self._numero, self._indice)

    def _ouvrir_ligne(self, attributs: dict[str, str]) -> None:
        numero = _entier(attributs.get("r"), self._numero + 1)
        if numero <= self._numero:
            raise TableauIllisible(f"Le classeur est abîmé : la ligne {numero} y figure en désordre.")
        self._numero, self._indice, self._ligne = numero, -1, {}
        if attributs.get("hidden") in {"1", "true"}:
            self._recolte.lignes_masquees.append(numero)

    def _ouvrir_cellule(self, attributs: dict[str, str]) -> None:
        lettres = attributs.get("r", "").rstrip(_CHIFFRES)
        self._indice = self._colonne(lettres) if lettres else self._indice + 1
        self._cellule, self._morceaux, self._longueur = attributs, [], 0
        self._formule = False

    def _colonne(self, lettres: str) -> int:
        if lettres not in self._colonnes:
            if not re.fullmatch("[A-Z]{1,3}", lettres):
                raise TableauIllisible("Le classeur est abîmé : une cellule n’a pas d’adresse valable.")
            indice = 0
            for lettre in lettres:
                indice = indice * 26 + ord(lettre) - 64
            self._colonnes[lettres] = indice - 1
        return self._colonnes[lettres]

    def _fermer_cellule(self) -> None:
        brut = "".join(self._morceaux)
        type_ = self._cellule.get("t", "n")
        if self._formule:
            self._recolte.formules.append(self._ici())
            if not brut and type_ != "str":
                refuser_non_calculee(self._ici())
        if not brut:
            return
        self._recolte.verifier_colonne(self._numero, self._indice)
        valeur = self._valeur(type_, brut)
        if valeur:
            self._ligne[self._indice] = valeur

    def _valeur(self, type_: str, brut: str) -> str:
        if type_ in {"str", "inlineStr"}:
            return _sans_echappement(brut)
        if type_ == "e":
            refuser_erreur(self._ici(), brut)
        try:
            if type_ == "s":
                return self._textes[int(brut)]
            if type_ == "b":
                return "oui" if brut in {"1", "true"} else "non"
            if type_ == "d":
                return texte_instant(datetime.fromisoformat(brut))
            return self._nombre(brut)
        except (ValueError, IndexError, InvalidOperation, OverflowError):
            raise TableauIllisible(f"La cellule {self._ici()} contient une valeur illisible.") from None

    def _nombre(self, brut: str) -> str:
        style = _entier(self._cellule.get("s"))
        genre = self._genres[style] if style < len(self._genres) else ""
        if not genre:
            return texte_de_flottant(brut)
        jours = Decimal(brut)
        if genre == "duree" or 0 <= jours < 1:
            return texte_de_duree(round(jours * 86_400))
        if not 0 <= jours < _DERNIER_JOUR:
            return texte_de_flottant(brut)
        # Excel believes in a 29 February 1900: the first 59 days stand one day later.
        decalage = 1 if jours < 60 and self._origine.year < 1900 else 0
        return texte_instant(self._origine + timedelta(days=decalage, seconds=round(jours * 86_400)))


def _entier(brut: str | None, defaut: int = 0) -> int:
    return int(brut) if brut and brut.isdecimal() and len(brut) < 10 else defaut


def _sans_echappement(brut: str) -> str:
    """« _x000D_ » is how Excel writes a character that XML does not carry."""
    if "_x" not in brut:
        return brut
    return nettoyer(_ECHAPPE.sub(lambda trouve: chr(int(trouve[1], 16)), brut))
