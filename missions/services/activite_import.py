"""Import of the counts: what the export writes, line by line, all or nothing; a line sets one number."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from missions.enums import Audience, Unite
from missions.models import Mission, Public, ReleveActivite
from missions.permissions import peut_saisir_activite
from missions.selectors.activite import (
    NOMBRE_MAXIMUM,
    CleLigne,
    ColonneActivite,
    lire_nombres,
    nom_du_mois,
    type_nombres,
)
from missions.services.activite import Nomenclatures, annee_du_mois, enregistrer_activite
from reseaux.models import CIO, Etablissement
from reseaux.perimetre import Perimetre
from socle.imports import Mouvement, PlanImport, anomalie, en_clair
from socle.tableurs import (
    Ligne,
    Limites,
    Tableau,
    TableauIllisible,
    correspondance,
    lire_date,
    lire_entier,
    lire_tableau,
)
from socle.texte import normaliser_recherche

#: Twelve months of a CIO are some three thousand numbers.
LIMITES_ACTIVITE = Limites(octets=8_000_000, lignes=20_000, cellules=300_000)
COLONNES_LUES = {
    "cio": ("CIO",),
    "mois": ("Mois",),
    "uai": ("UAI de l’établissement", "UAI", "Code UAI"),
    "etablissement": ("Établissement", "Nom de l’établissement"),
    "mission": ("Mission", "Code de la mission"),
    "public": ("Public", "Code du public"),
    "unite": ("Unité",),
    "audience": ("Audience",),
    "nombre": ("Nombre",),
}
FACULTATIVES = frozenset({"uai", "etablissement", "public", "audience"})

#: Where a number goes: CIO, month, row, column.
type_place = tuple[int, dt.date, CleLigne, str]


@dataclass
class PlanActivite(PlanImport):
    titres: ClassVar = {"ajoutes": "Nombres ajoutés", "modifies": "Nombres modifiés"}


def planifier_activite(*, perimetre: Perimetre, nom: str, contenu: bytes) -> PlanActivite:
    """What the file would write. ValidationError when it is not a list of counts."""
    return _Import(perimetre, _lire(perimetre, nom, contenu)).planifier()


def importer_activite(*, perimetre: Perimetre, nom: str, contenu: bytes, empreinte: str = "") -> PlanActivite:
    """Write every line or none; numbers that the file does not name stay as they are."""
    tableau = _lire(perimetre, nom, contenu)
    with transaction.atomic():
        lecture = _Import(perimetre, tableau, verrouiller=True)
        plan = lecture.planifier()
        plan.exiger_applicable(empreinte)
        lecture.ecrire()
    return plan


def _lire(perimetre: Perimetre, nom: str, contenu: bytes) -> Tableau:
    if not (perimetre.est_systeme or perimetre.travaille_au_cio):
        raise PermissionDenied
    try:
        return lire_tableau(contenu, nom=nom, limites=LIMITES_ACTIVITE)
    except TableauIllisible as illisible:
        raise ValidationError(str(illisible)) from None


class _Import:
    def __init__(self, perimetre: Perimetre, tableau: Tableau, *, verrouiller: bool = False) -> None:
        self.perimetre, self.tableau = perimetre, tableau
        entetes = correspondance(tableau.entetes, COLONNES_LUES, facultatives=FACULTATIVES)
        if entetes.erreurs:
            raise ValidationError([*entetes.erreurs, "Téléchargez le modèle pour connaître les colonnes."])
        if not tableau.lignes:
            raise ValidationError("Le fichier ne contient que des titres : ajoutez une ligne par nombre.")
        self.colonnes = entetes.colonnes
        self.plan = PlanActivite(remarques=[*tableau.avertissements, *entetes.avertissements])
        cios = CIO.objects.dans_perimetre(perimetre).order_by("pk")
        if verrouiller:
            cios = cios.select_for_update(of=("self",))
        siens = [cio for cio in cios.select_related("departement") if peut_saisir_activite(perimetre, cio)]
        self.cios = {cle: cio for cio in siens for cle in (normaliser_recherche(cio.nom), cio.uai) if cle}
        academies = {cio.departement.academie_id for cio in siens}
        self.missions = _par_code(Mission, academies)
        self.publics = _par_code(Public, academies)
        self.ecoles = dict(
            Etablissement.objects.filter(departement__academie__in=academies).values_list("uai", "pk")
        )
        self.admis: dict[tuple[int, dt.date], Nomenclatures | str] = {}
        self.lues: dict[type_place, tuple[int, int]] = {}

    def planifier(self) -> PlanActivite:
        """Every cell, then every line against what is already counted."""
        for ligne in self.tableau.lignes:
            self._lire_ligne(ligne)
        enregistres = self._enregistres()
        for place, (nombre, numero) in self.lues.items():
            pk, mois, cle, colonne = place
            avant = enregistres[pk, mois].get((cle, colonne))
            if avant == nombre:
                self.plan.inchanges += 1
                continue
            changement = ("nombre", en_clair(avant), en_clair(nombre))
            groupe = "ajoutes" if avant is None else "modifies"
            self.plan.mouvements.append(Mouvement(groupe, self._dire(place), (changement,), numero))
        return self.plan

    def ecrire(self) -> None:
        """A month of a CIO at a time, as the grid does."""
        par_mois: dict[tuple[int, dt.date], dict[tuple[CleLigne, str], int | None]] = defaultdict(dict)
        for (pk, mois, cle, colonne), (nombre, _) in self.lues.items():
            par_mois[pk, mois][cle, colonne] = nombre
        par_pk = {cio.pk: cio for cio in self.cios.values()}
        for (pk, mois), saisies in par_mois.items():
            enregistrer_activite(perimetre=self.perimetre, cio=par_pk[pk], mois=mois, saisies=saisies)

    # --- Cells -------------------------------------------------------------------------------------------
    def _lire_ligne(self, ligne: Ligne) -> None:
        avant = len(self.plan.refus)
        lues: dict[str, Any] = {}
        lecteurs = {
            "cio": self._lire_cio,
            "mois": _lire_mois,
            "uai": self._lire_ecole,
            "mission": lambda ecrit: _chercher(self.missions, ecrit, "mission des PsyEN"),
            "public": lambda ecrit: _chercher(self.publics, ecrit, "public") if ecrit else 0,
            "unite": lambda ecrit: _lire_choix(Unite, ecrit, "unité"),
            "audience": lambda ecrit: _lire_choix(Audience, ecrit, "audience") if ecrit else "",
            "nombre": _lire_nombre,
        }
        for nom, lecteur in lecteurs.items():
            ecrit = " ".join(ligne.valeurs[self.colonnes[nom]].split()) if nom in self.colonnes else ""
            try:
                if not ecrit and nom not in FACULTATIVES:
                    raise ValueError("Cette cellule est vide ; elle doit être remplie.")
                lues[nom] = lecteur(ecrit)
            except ValueError as erreur:
                self._refuser(ligne, nom, str(erreur))
        if len(self.plan.refus) == avant:
            self._placer(ligne, **lues)

    def _placer(
        self,
        ligne: Ligne,
        *,
        cio: CIO,
        mois: dt.date,
        uai: int,
        mission: int,
        public: int,
        unite: str,
        audience: str,
        nombre: int,
    ) -> None:
        """The line as a whole: its audience, its place, its month, and the other lines."""
        if (unite == Unite.FORMATIONS) != bool(audience):
            motif = "L’audience se dit des formations, et d’elles seules."
            return self._refuser(ligne, "audience", motif)
        admis = self._admis(cio, mois)
        if isinstance(admis, str):
            return self._refuser(ligne, "mois", admis)
        cle = CleLigne(uai, mission, public)
        if motif := admis.refus(cle):
            return self._refuser(ligne, "mission", motif)
        place = (cio.pk, mois, cle, ColonneActivite(unite, audience).cle)
        if place in self.lues:
            motif = f"Ce nombre est déjà donné ligne {self.lues[place][1]}."
            return self._refuser(ligne, "nombre", motif)
        self.lues[place] = (nombre, ligne.numero)
        return None

    def _admis(self, cio: CIO, mois: dt.date) -> Nomenclatures | str:
        """What may be counted there that month, or why nothing is; read once for all the lines."""
        if (cio.pk, mois) not in self.admis:
            try:
                self.admis[cio.pk, mois] = Nomenclatures.de(cio, mois, annee_du_mois(mois))
            except ValidationError as erreur:
                self.admis[cio.pk, mois] = erreur.messages[0]
        return self.admis[cio.pk, mois]

    def _refuser(self, ligne: Ligne, cle: str, motif: str) -> None:
        self.plan.refus.append(anomalie(self.tableau, ligne, self.colonnes.get(cle), motif))

    def _lire_cio(self, ecrit: str) -> CIO:
        cio = self.cios.get(normaliser_recherche(ecrit)) or self.cios.get(ecrit.upper())
        if cio is None:
            raise ValueError(f"« {ecrit} » n’est pas un CIO dont vous comptez l’activité.")
        return cio

    def _lire_ecole(self, ecrit: str) -> int:
        if not ecrit:
            return 0
        if ecrit.upper() not in self.ecoles:
            raise ValueError(f"« {ecrit} » n’est pas le code UAI d’un établissement de l’académie.")
        return self.ecoles[ecrit.upper()]

    # --- What is counted already -------------------------------------------------------------------------
    def _enregistres(self) -> dict[tuple[int, dt.date], type_nombres]:
        mois = {(pk, mois) for pk, mois, _, _ in self.lues}
        par_mois: dict[tuple[int, dt.date], list[ReleveActivite]] = defaultdict(list)
        releves = ReleveActivite.objects.filter(
            cio__in={pk for pk, _ in mois}, mois__in={jour for _, jour in mois}
        )
        for releve in releves.order_by("pk"):
            par_mois[releve.cio_id, releve.mois].append(releve)
        return {cle: lire_nombres(par_mois[cle]) for cle in mois}

    def _dire(self, place: type_place) -> str:
        pk, mois, cle, colonne = place
        admis = self.admis[pk, mois]
        ou = admis.en_clair(cle) if isinstance(admis, Nomenclatures) else ""
        return f"{nom_du_mois(mois).capitalize()}, {ou}, {_titre(colonne)}"


def _titre(colonne: str) -> str:
    unite, _, audience = colonne.partition("-")
    return ColonneActivite(unite, audience).titre.lower()


def _par_code(modele: type[Mission | Public], academies: set[int]) -> dict[str, int]:
    nomenclature = modele.objects.filter(academie__in=academies).order_by("pk")
    return {code.casefold(): pk for code, pk in nomenclature.values_list("code", "pk")}


def _chercher(codes: dict[str, int], ecrit: str, quoi: str) -> int:
    if ecrit.casefold() not in codes:
        raise ValueError(f"« {ecrit} » n’est pas un code de {quoi} : voir la nomenclature.")
    return codes[ecrit.casefold()]


def _lire_choix(choix: type[Unite | Audience], ecrit: str, quoi: str) -> str:
    cherche = normaliser_recherche(ecrit)
    for valeur, libelle in choix.choices:
        if cherche in {valeur, normaliser_recherche(str(libelle))}:
            return valeur
    connus = ", ".join(str(libelle) for libelle in choix.labels)
    raise ValueError(f"« {ecrit} » n’est pas une {quoi} connue ({connus}).")


def _lire_mois(ecrit: str) -> dt.date:
    """Any day of the month, as a spreadsheet writes a date."""
    jour = lire_date(ecrit)
    if not 2000 <= jour.year <= 2100:
        raise ValueError(f"« {ecrit} » : vérifiez l’année.")
    return jour.replace(day=1)


def _lire_nombre(ecrit: str) -> int:
    nombre = lire_entier(ecrit)
    if not 0 <= nombre <= NOMBRE_MAXIMUM:
        raise ValueError(f"« {ecrit} » n’est pas possible ; un mois compte de 0 à {NOMBRE_MAXIMUM}.")
    return nombre
