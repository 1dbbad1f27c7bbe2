"""A matrix « Qui fait quoi ? » read whole: three queries whatever its size, letters ready to show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from missions.enums import EtatMatrice, Part
from missions.models import ActeurMatrice, CaseMatrice, DossierTransversal, LigneMatrice, Matrice
from reseaux.models import Departement
from reseaux.perimetre import Perimetre

DECIDE = "D"
#: Letter of each part, as typed in the grid and written in the spreadsheets.
LETTRES = {Part.REALISE: "R", Part.CONSULTE: "C", Part.INFORME: "I"}
PARTS = {lettre: part for part, lettre in LETTRES.items()}
#: Everything a cell may hold. Whoever decides may also do it himself; he is neither consulted nor told.
MOTS = {
    "": "–",
    "D": "décide",
    "DR": "décide et réalise",
    "R": "réalise",
    "C": "est consulté",
    "I": "est informé",
}


@dataclass(frozen=True, slots=True)
class LigneLue:
    """An activity: who decides, what the others do (actor → part)."""

    pk: int
    rubrique: str
    activite: str
    decide: int
    recherche: str = ""
    dossier: int | None = None
    parts: Mapping[int, str] = field(default_factory=dict)

    def lettres(self, acteur: int) -> str:
        """« D », « DR », « R », « C », « I » or nothing."""
        part = self.parts.get(acteur)
        decide = DECIDE if acteur == self.decide else ""
        return decide + (LETTRES[Part(part)] if part else "")


@dataclass(frozen=True)
class TableauMatrice:
    """The columns by rank; the lines gathered by rubrique, in the order where each first comes."""

    matrice: Matrice
    acteurs: list[ActeurMatrice]
    lignes: list[LigneLue]
    #: Labels of the dossiers that lines refer to.
    dossiers: Mapping[int, str] = field(default_factory=dict)

    def rubriques(self) -> list[tuple[str, list[LigneLue]]]:
        groupes: dict[str, list[LigneLue]] = {}
        for ligne in self.lignes:
            groupes.setdefault(ligne.rubrique, []).append(ligne)
        return list(groupes.items())


def lire_matrice(matrice: Matrice) -> TableauMatrice:
    """Columns, lines with their dossier, cells."""
    acteurs = list(matrice.acteurs.order_by("rang", "pk"))
    parts: dict[int, dict[int, str]] = {}
    cases = CaseMatrice.objects.filter(ligne__matrice=matrice).order_by("pk")
    for ligne, acteur, part in cases.values_list("ligne", "acteur", "part"):
        parts.setdefault(ligne, {})[acteur] = part
    champs = ("pk", "rubrique", "activite", "decide", "recherche", "dossier", "dossier__libelle")
    lues, dossiers = [], {}
    for rang in matrice.lignes.order_by("rang", "pk").values_list(*champs):
        pk, rubrique, activite, decide, recherche, dossier, libelle = rang
        lues.append(LigneLue(pk, rubrique, activite, decide, recherche, dossier, parts.get(pk, {})))
        if dossier:
            dossiers[dossier] = libelle
    return TableauMatrice(matrice, acteurs, ranger(lues), dossiers)


def ranger(lignes: Iterable[LigneLue]) -> list[LigneLue]:
    """Lines of a rubrique together, in the order where each rubrique first comes."""
    groupes: dict[str, list[LigneLue]] = {}
    for ligne in lignes:
        groupes.setdefault(ligne.rubrique, []).append(ligne)
    return [ligne for groupe in groupes.values() for ligne in groupe]


@dataclass(frozen=True)
class VersionsLues:
    """The versions of a département that one may read, the latest first."""

    versions: list[Matrice]

    @property
    def en_vigueur(self) -> Matrice | None:
        """The last one validated."""
        return next((m for m in self.versions if m.etat == EtatMatrice.VALIDEE), None)

    @property
    def projet(self) -> Matrice | None:
        return next((m for m in self.versions if m.etat == EtatMatrice.PROJET), None)


def lire_versions(perimetre: Perimetre, departement: Departement) -> VersionsLues:
    visibles = Matrice.objects.dans_perimetre(perimetre).filter(departement=departement)
    return VersionsLues(
        list(
            visibles.select_related("departement", "validee_sg_par", "validee_direction_par").order_by(
                "-version"
            )
        )
    )


def dossiers_ouverts(departement_id: int, jour: dt.date) -> dict[str, DossierTransversal]:
    """Label → dossier not withdrawn: what a line may refer to."""
    dossiers = DossierTransversal.objects.filter(departement=departement_id)
    ouverts = dossiers.filter(retire_le=None) | dossiers.filter(retire_le__gt=jour)
    return {dossier.libelle: dossier for dossier in ouverts.order_by("libelle", "pk")}


def activites_du_dossier(dossier: DossierTransversal) -> list[str]:
    """Activities of the matrix in force that refer to the dossier."""
    derniere = (
        Matrice.objects.filter(departement=dossier.departement_id, etat=EtatMatrice.VALIDEE)
        .order_by("-version")
        .values_list("pk", flat=True)
        .first()
    )
    lignes = LigneMatrice.objects.filter(matrice=derniere, dossier=dossier)
    return list(lignes.order_by("rang", "pk").values_list("activite", flat=True))
