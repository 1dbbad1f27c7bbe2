"""The open-data annuaire read line by line: what each line says of a school, or why it is refused.

Pure: no database. Every form of the file that the portal has published is understood (headers in either
case, renamed or missing columns, annuaire or « adresse et géolocalisation »). A copy re-saved by Excel has
lost digits for good: it is refused, never repaired by guessing. **An empty cell says nothing**: it never
erases what we hold, save in a column of `FAISANT_FOI` that is filled somewhere in the file.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from reseaux.enums import CATEGORIES_LYCEE, Categorie
from reseaux.services.annuaire_valeurs import (
    CONVERTISSEURS,
    EXCEL,
    Ecartee,
    joindre_adresse,
    lire_departement,
    lire_secteur,
    telephones_tronques,
    typographier,
)
from reseaux.validators import normaliser_uai, valider_uai
from socle.imports import Anomalie, anomalie
from socle.tableurs import Ligne, Tableau, correspondance
from socle.texte import normaliser_recherche

#: Our key → names of the column in the annuaire, its API and the géolocalisation file.
COLONNES = {
    "uai": ("Identifiant_de_l_etablissement", "numero_uai", "Code établissement", "code_uai"),
    "nom": ("Nom_etablissement", "appellation_officielle"),
    "nature": ("code_nature", "nature_uai"),
    "secteur": ("Statut_public_prive", "secteur_public_prive_libe", "Secteur Public/Privé"),
    "departement": ("Code_departement", "Code département"),
    "commune": ("Nom_commune", "libelle_commune"),
    "academie": ("Code_academie",),
    "code_commune": ("Code_commune",),
    "code_postal": ("Code_postal", "code_postal_uai"),
    "adresse_1": ("Adresse_1", "adresse_uai", "Adresse"),
    "adresse_2": ("Adresse_2", "lieu_dit_uai", "Lieu dit"),
    "adresse_3": ("Adresse_3", "boite_postale_uai", "Boite postale"),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
    "telephone": ("Telephone",),
    "courriel": ("Mail",),
    "site": ("Web",),
    "internat": ("Hebergement",),
    "ulis": ("ULIS",),
    "segpa": ("Segpa",),
    "education_prioritaire": ("Appartenance_Education_Prioritaire",),
    "etat": ("etat", "etat_etablissement"),
    "date_ouverture": ("date_ouverture",),
    "mere": ("etablissement_mere",),
    "rattachement": ("type_rattachement_etablissement_mere",),
    "bassin": ("code_bassin_formation",),
    "nom_bassin": ("libelle_bassin_formation",),
    "siret": ("SIREN_SIRET",),
}
OBLIGATOIRES = frozenset({"uai", "nom", "nature", "secteur", "departement", "commune"})
#: A school leaves the éducation prioritaire, or its mother: there, nothing means « no longer ».
FAISANT_FOI = ("education_prioritaire", "mere")
#: Columns that are read for what they prove and not stored as they are.
HORS_MODELE = frozenset({"academie", "siret", "bassin", "nom_bassin"})

NATURE_CIO = "841"
#: Département, kind of school, secteur.
Famille = tuple[str, str, str]

#: « code_nature » → what the establishment is for us. Sections and annexes are no EPLE of their own.
CATEGORIES = {
    **dict.fromkeys(("300", "301", "302", "310", "315"), Categorie.LYCEE),
    **dict.fromkeys(("306", "307"), Categorie.LYCEE_POLYVALENT),
    "320": Categorie.LYCEE_PROFESSIONNEL,
    **dict.fromkeys(("340", "350", "352"), Categorie.COLLEGE),
    "370": Categorie.EREA,
    # SEP, SGT, CETAD (Pacific), SEGPA.
    **dict.fromkeys(("334", "335", "344", "390"), Categorie.SECTION),
}
FAMILLES_LAISSEES = {
    "1": "écoles du premier degré",
    "2": "établissements spécialisés et médico-sociaux",
    "8": "services administratifs",
}


@dataclass(slots=True)
class Fiche:
    """What a line says of a school or of a CIO; `champs` holds only what it does say."""

    ligne: int
    uai: str
    nature: str
    categorie: str
    secteur: str
    departement: str
    champs: dict[str, Any]
    bassin: tuple[str, str] | None = None

    @property
    def est_cio(self) -> bool:
        return self.nature == NATURE_CIO

    @property
    def famille(self) -> Famille:
        return famille(self.departement, self.nature, self.categorie, self.secteur)


def famille(departement: str, nature: str, categorie: str, secteur: str) -> Famille:
    """What a file covers when it holds one such line: the lycées of whatever nature go together, each
    kind of section apart, since some editions of the file leave the SEGPA or the private schools out.
    """
    genre = "lycee" if categorie in CATEGORIES_LYCEE else categorie
    if categorie in {Categorie.SECTION, ""}:
        genre = nature
    return departement, genre, secteur


@dataclass
class Lecture:
    """A file read: one sheet per UAI, the refusals, and the count of what is not ours."""

    fiches: dict[str, Fiche] = field(default_factory=dict)
    refus: list[Anomalie] = field(default_factory=list)
    avertissements: list[Anomalie] = field(default_factory=list)
    remarques: list[str] = field(default_factory=list)
    laisses: Counter[str] = field(default_factory=Counter)


@cache
def territoires() -> dict[str, dict[str, Any]]:
    """Names of the 107 départements and their académies: labels vary between files, codes do not."""
    chemin = Path(__file__).resolve().parent.parent / "donnees" / "territoires.json"
    return json.loads(chemin.read_text(encoding="utf-8"))


def lire_annuaire(tableau: Tableau, *, departements: Collection[str] = ()) -> Lecture:
    """Every line of the file; `departements` (codes « 041 ») leaves the other ones out.

    Raises ValidationError when it is not the annuaire: a column we cannot do without is missing.
    """
    entetes = correspondance(tableau.entetes, COLONNES, facultatives=COLONNES.keys() - OBLIGATOIRES)
    if entetes.erreurs:
        raise ValidationError([*entetes.erreurs, "Le fichier attendu est l’annuaire de l’éducation."])
    lecteur = _Lecteur(tableau, entetes.colonnes, frozenset(departements))
    for ligne in tableau.lignes:
        lecteur.lire(ligne)
    return lecteur.conclure()


class _Lecteur:
    """One reading; keeps the lines of each UAI together to choose the main site at the end."""

    def __init__(self, tableau: Tableau, colonnes: dict[str, str], departements: frozenset[str]) -> None:
        self.tableau = tableau
        self.colonnes = colonnes
        self.departements = departements
        self.lecture = Lecture(remarques=list(tableau.avertissements))
        self.sites: dict[str, list[Fiche]] = {}
        self.font_foi = [cle for cle in FAISANT_FOI if self._est_remplie(cle)]
        telephone = colonnes.get("telephone")
        self.telephones_tronques = telephone is not None and telephones_tronques(
            ligne.valeurs[telephone] for ligne in tableau.lignes
        )

    def _est_remplie(self, cle: str) -> bool:
        entete = self.colonnes.get(cle)
        return entete is not None and any(ligne.valeurs[entete].strip() for ligne in self.tableau.lignes)

    def refuser(self, ligne: Ligne, cle: str | None, motif: str) -> None:
        entete = self.colonnes.get(cle) if cle else None
        self.lecture.refus.append(anomalie(self.tableau, ligne, entete, motif))

    def lire(self, ligne: Ligne) -> None:
        valeurs = {cle: " ".join(ligne.valeurs[entete].split()) for cle, entete in self.colonnes.items()}
        if not self._est_pour_nous(ligne, valeurs):
            return
        avant = len(self.lecture.refus)
        uai = self._uai(ligne, "uai", valeurs["uai"])
        secteur = self._convertir(ligne, "secteur", valeurs["secteur"], lire_secteur)
        champs = self._champs(ligne, valeurs)
        if len(self.lecture.refus) == avant:
            fiche = self._fiche(valeurs, champs, uai=uai, secteur=secteur, ligne=ligne.numero)
            self.sites.setdefault(uai, []).append(fiche)

    def _est_pour_nous(self, ligne: Ligne, valeurs: dict[str, str]) -> bool:
        """Second degree and CIO of the départements asked for; the rest is counted, not judged."""
        nature = valeurs["nature"]
        if nature not in CATEGORIES and nature != NATURE_CIO:
            if not (nature.isascii() and nature.isdecimal() and len(nature) == 3):
                self.refuser(ligne, "nature", f"« {nature} » n’est pas un code de nature à trois chiffres.")
            else:
                autre = f"autres établissements (nature {nature})"
                self.lecture.laisses[FAMILLES_LAISSEES.get(nature[0], autre)] += 1
            return False
        code = self._convertir(ligne, "departement", valeurs["departement"], lire_departement)
        if code is None:
            return False
        if self.departements and code not in self.departements:
            self.lecture.laisses["autres départements"] += 1
            return False
        if code not in territoires()["departements"]:
            self.refuser(ligne, "departement", f"Le département « {code} » n’existe pas.")
            return False
        return True

    def _uai(self, ligne: Ligne, cle: str, ecrit: str) -> str:
        uai = normaliser_uai(ecrit)
        try:
            valider_uai(uai)
        except ValidationError as erreur:
            self.refuser(ligne, cle, " ".join(erreur.messages))
        return uai

    def _convertir(self, ligne: Ligne, cle: str, ecrit: str, lire: Any) -> Any:
        """The value, or None after having noted the refusal (or, for a detail, the warning)."""
        try:
            return lire(ecrit)
        except ValueError as erreur:
            self.refuser(ligne, cle, str(erreur))
        except Ecartee as ecart:
            self.lecture.avertissements.append(anomalie(self.tableau, ligne, self.colonnes[cle], str(ecart)))
        return None

    def _champs(self, ligne: Ligne, valeurs: dict[str, str]) -> dict[str, Any]:
        champs: dict[str, Any] = {}
        for cle, lire in CONVERTISSEURS.items():
            if ecrit := valeurs.get(cle):
                valeur = self._convertir(ligne, cle, ecrit, lire)
                if valeur is not None:
                    champs[cle] = valeur
        if self.telephones_tronques and valeurs.get("telephone"):
            motif = f"« {valeurs['telephone']} » a perdu son zéro initial. {EXCEL}"
            self.refuser(ligne, "telephone", motif)
        if adresse := joindre_adresse(valeurs.get(f"adresse_{rang}", "") for rang in (1, 2, 3)):
            champs["adresse"] = adresse
        self._academie(ligne, valeurs["departement"], champs.get("academie"))
        self._coordonnees(champs)
        if not valeurs["commune"]:
            self.refuser(ligne, "commune", "La commune est vide.")
        if mere := valeurs.get("mere"):
            champs["mere"] = self._uai(ligne, "mere", mere)
        for cle in self.font_foi:
            champs.setdefault(cle, "")
        return champs

    def _academie(self, ligne: Ligne, departement: str, lue: str | None) -> None:
        attendue = territoires()["departements"][departement]["academie"]
        if lue is not None and lue != attendue:
            self.refuser(
                ligne,
                "academie",
                f"L’académie « {lue} » n’est pas celle du département {departement} ({attendue}).",
            )

    @staticmethod
    def _coordonnees(champs: dict[str, Any]) -> None:
        """Both or none; (0, 0), in the gulf of Guinea, means unknown."""
        if (
            "latitude" not in champs
            or "longitude" not in champs
            or champs["latitude"] == champs["longitude"] == 0
        ):
            champs.pop("latitude", None)
            champs.pop("longitude", None)

    def _fiche(
        self, valeurs: dict[str, str], champs: dict[str, Any], *, uai: str, secteur: str, ligne: int
    ) -> Fiche:
        nature = valeurs["nature"]
        categorie = CATEGORIES.get(nature, "")
        if champs.get("mere") and categorie:
            # « Annexe géographique », « section »: never a school in its own right.
            categorie = Categorie.SECTION
        bassin = (
            (champs["bassin"], champs.get("nom_bassin", champs["bassin"])) if "bassin" in champs else None
        )
        retenus = {cle: valeur for cle, valeur in champs.items() if cle not in HORS_MODELE}
        if retenus.get("mere") == uai:
            retenus["mere"] = ""
        fiche = Fiche(ligne, uai, nature, str(categorie), secteur, valeurs["departement"], retenus, bassin)
        retenus["nom"] = typographier(_nom(fiche, valeurs))
        return fiche

    def conclure(self) -> Lecture:
        """One line per UAI: of several sites, the main one, whatever the order of the file."""
        doubles = 0
        for uai, fiches in self.sites.items():
            self.lecture.fiches[uai] = min(fiches, key=_rang_de_site)
            doubles += len(fiches) - 1
        if doubles:
            self.lecture.laisses["autres sites d’un même établissement"] += doubles
        for code in sorted(self.departements - {f.departement for f in self.lecture.fiches.values()}):
            self.lecture.remarques.append(
                f"Le fichier ne contient aucun établissement du département {code}."
            )
        return self.lecture


def _rang_de_site(fiche: Fiche) -> tuple[Any, ...]:
    """Main site first: it uses the school's own address, is not called « annexe » or « site », says more."""
    mots = set(normaliser_recherche(fiche.champs["nom"]).split())
    adresse_propre = fiche.uai.lower() in fiche.champs.get("courriel", "")
    return (
        not adresse_propre,
        bool(mots & {"annexe", "site", "antenne"}),
        -len(fiche.champs),
        fiche.champs["nom"],
        repr(sorted(fiche.champs.items(), key=lambda champ: champ[0])),
    )


def _nom(fiche: Fiche, valeurs: dict[str, str]) -> str:
    """The name; a school to come may have none yet, a CIO is « CIO de Pamiers »."""
    nom = valeurs["nom"]
    if fiche.est_cio:
        court = re.sub(r"^centre d.information et d.orientation\b", "CIO", nom, flags=re.IGNORECASE)
        return court if court not in {"", "CIO"} else f"CIO de {valeurs['commune']}"
    if nom:
        return nom
    genre = Categorie(fiche.categorie).label
    return f"{genre[:1].upper()}{genre[1:]} sans nom"
