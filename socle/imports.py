"""What every import says before it writes: the changes, the refusals, what is left out, and their report."""

import zlib
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, ClassVar, Self

from django.core import signing
from django.core.exceptions import ValidationError

from socle.tableurs import TYPES_MIME, Colonne, Ligne, Tableau, ecrire_tableau
from socle.tableurs.modele import format_de_tableau, lettre_de_colonne

COLONNES_COMPTE_RENDU = (
    Colonne("groupe", "Groupe", largeur=24),
    Colonne("ligne", "Ligne du fichier", "entier", largeur=10),
    Colonne("objet", "Objet", largeur=50),
    Colonne("donnee", "Donnée", largeur=24),
    Colonne("avant", "Avant", largeur=30),
    Colonne("apres", "Après", largeur=30),
    Colonne("motif", "Motif", largeur=60),
)
PERIME = (
    "La base a changé depuis l’aperçu : rien n’a été enregistré. Relisez le nouvel aperçu, puis confirmez."
)
#: How long a preview may wait for its confirmation.
VALIDITE = timedelta(hours=2)
#: Refusals quoted in a message; the report holds them all.
REFUS_CITES = 20


@dataclass(frozen=True, slots=True)
class Anomalie:
    """A cell that is refused or set aside: where the user has to look, what stands there, why."""

    ligne: int
    colonne: str
    valeur: str
    motif: str

    def __str__(self) -> str:
        ou = f"Ligne {self.ligne}, {self.colonne}" if self.colonne else f"Ligne {self.ligne}"
        return f"{ou} : {self.motif}"


def anomalie(tableau: Tableau, ligne: Ligne, entete: str | None, motif: str) -> Anomalie:
    """« colonne C « quotité » » of that line, or the whole line when no column is at fault."""
    if entete is None or entete not in tableau.positions:
        return Anomalie(ligne.numero, "", "", motif)
    colonne = f"colonne {lettre_de_colonne(tableau.positions[entete])} « {entete} »"
    return Anomalie(ligne.numero, colonne, ligne.valeurs[entete][:120], motif)


@dataclass(frozen=True, slots=True)
class Mouvement:
    """One object and what the import does to it, value by value, in the user's words."""

    groupe: str
    objet: str
    changements: tuple[tuple[str, str, str], ...] = ()
    ligne: int | None = None


@dataclass
class PlanImport:
    """The whole effect of a file, computed before anything is written; shown, then applied as it is."""

    #: Groups of movements, in the order of the page: code → title.
    titres: ClassVar[Mapping[str, str]] = {}
    #: Groups that are only listed.
    sans_effet: ClassVar[frozenset[str]] = frozenset()
    #: A word under the title of a group.
    explications: ClassVar[Mapping[str, str]] = {}

    mouvements: list[Mouvement] = field(default_factory=list)
    refus: list[Anomalie] = field(default_factory=list)
    avertissements: list[Anomalie] = field(default_factory=list)
    remarques: list[str] = field(default_factory=list)
    laisses: Counter[str] = field(default_factory=Counter)
    inchanges: int = 0

    @property
    def nb_ecritures(self) -> int:
        return sum(mouvement.groupe not in self.sans_effet for mouvement in self.mouvements)

    @property
    def est_applicable(self) -> bool:
        """All or nothing: one refused line stops the whole file; no change, nothing to confirm."""
        return not self.refus and self.nb_ecritures > 0

    @property
    def empreinte(self) -> str:
        """Changes as soon as the plan does: what is confirmed is what was shown."""
        return sha256(repr(self.mouvements).encode()).hexdigest()

    def groupes(self) -> Iterator[tuple[str, str, list[Mouvement]]]:
        """(code, title, movements) of each group that has some."""
        for code, titre in self.titres.items():
            if membres := [m for m in self.mouvements if m.groupe == code]:
                yield code, titre, membres

    def comptes(self) -> list[tuple[str, int]]:
        """« Créés : 12 », every group, then what does not change, what is refused, what is left out."""
        par_groupe = Counter(mouvement.groupe for mouvement in self.mouvements)
        comptes = [(titre, par_groupe[code]) for code, titre in self.titres.items()]
        comptes.append(("Inchangés", self.inchanges))
        comptes.append(("Refusés", len({refus.ligne for refus in self.refus})))
        comptes.append(("Laissés de côté", self.laisses.total()))
        return comptes

    def resume(self) -> str:
        """« Créés : 12. Modifiés : 3. Inchangés : 140. »"""
        return " ".join(f"{titre} : {nombre}." for titre, nombre in self.comptes() if nombre)

    def compte_rendu(self) -> Iterator[tuple[str, int | None, str, str, str, str, str]]:
        """Every line of the report, refusals first."""
        for titre, anomalies in (("Refusés", self.refus), ("Avertissements", self.avertissements)):
            for a in anomalies:
                yield titre, a.ligne, "", a.colonne, a.valeur, "", a.motif
        for _, titre, mouvements in self.groupes():
            for m in mouvements:
                for donnee, avant, apres in m.changements or (("", "", ""),):
                    yield titre, m.ligne, m.objet, donnee, avant, apres, ""
        for motif, nombre in sorted(self.laisses.items()):
            yield "Laissés de côté", None, "", "", "", "", f"{motif} : {nombre}"

    def exiger_applicable(self, empreinte: str = "") -> None:
        """Raise ValidationError with the refused lines, each with its place and its reason; or, when the
        fingerprint is that of another plan, because the base has moved since the preview.
        """
        if self.refus:
            cites = [str(refus) for refus in self.refus[:REFUS_CITES]]
            if len(self.refus) > REFUS_CITES:
                cites.append(f"… et {len(self.refus) - REFUS_CITES} autres refus : voir le compte rendu.")
            raise ValidationError(["Rien n’a été enregistré : le fichier contient des erreurs.", *cites])
        if empreinte and empreinte != self.empreinte:
            raise ValidationError(PERIME, code="perime")


def ecrire_compte_rendu(plan: PlanImport, format_: format_de_tableau, *, titre: str) -> bytes:
    """The report as a spreadsheet."""
    return ecrire_tableau(format_, colonnes=COLONNES_COMPTE_RENDU, lignes=plan.compte_rendu(), titre=titre)


def en_clair(valeur: object) -> str:
    """A stored value as the preview shows it."""
    if valeur is None or valeur == "":
        return "–"
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, date):
        return f"{valeur:%d/%m/%Y}"
    if isinstance(valeur, float):
        return f"{valeur:.6f}".rstrip("0").rstrip(".").replace(".", ",")
    return str(valeur)


def type_mime(nom: str) -> str:
    """Type of an uploaded file by its ending; it is only ever downloaded again."""
    return TYPES_MIME.get(nom.rsplit(".", 1)[-1].lower(), "application/octet-stream")


@dataclass(frozen=True)
class Depot:
    """A file uploaded, not yet confirmed: it travels, sealed, in the preview page; nothing is kept."""

    nom: str
    contenu: bytes
    options: dict[str, Any]
    empreinte: str = ""
    nb_ecritures: int = 0

    def sceller(self, sel: str) -> str:
        """Signed and compressed; `sel` names the import and its user, so that no other can use it."""
        contenu = b64encode(zlib.compress(self.contenu)).decode()
        champs = [self.nom, contenu, self.options, self.empreinte, self.nb_ecritures]
        return signing.dumps(champs, salt=sel, compress=True)

    @classmethod
    def desceller(cls, jeton: str, sel: str) -> Self | None:
        """None when the token is too old, altered, or sealed for someone else."""
        try:
            nom, contenu, options, empreinte, nombre = signing.loads(jeton, salt=sel, max_age=VALIDITE)
        except signing.BadSignature:
            return None
        return cls(nom, zlib.decompress(b64decode(contenu)), options, empreinte, nombre)
