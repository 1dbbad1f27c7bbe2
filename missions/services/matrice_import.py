"""A matrix back from a spreadsheet: the file is the whole draft, and says everything it changes first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from missions.models import DossierTransversal, LigneMatrice, Matrice
from missions.permissions import peut_modifier_matrice
from missions.selectors.matrice import MOTS, LigneLue, TableauMatrice, dossiers_ouverts, lire_matrice, ranger
from missions.selectors.matrice_comparaison import Comparaison, cle, comparer
from missions.services.matrice import ecrire_lignes, ligne_de_lettres
from missions.services.matrice_lignes import faute_de_decideur
from missions.services.matrice_verrou import toucher, verrouiller_projet
from reseaux.perimetre import Perimetre
from socle.imports import Mouvement, PlanImport, anomalie
from socle.tableurs import (
    Correspondance,
    Ligne,
    Limites,
    Tableau,
    TableauIllisible,
    correspondance,
    lire_tableau,
)

#: A matrix of a département holds some eighty lines.
LIMITES_MATRICE = Limites(octets=2_000_000, lignes=500, colonnes=60, cellules=30_000)
COLONNES = {"rubrique": ("Rubrique",), "activite": ("Activité",), "dossier": ("Dossier transversal",)}
LIMITE_ACTIVITE, LIMITE_RUBRIQUE = 250, 120


@dataclass
class PlanMatrice(PlanImport):
    titres: ClassVar = {
        "ajoutees": "Activités ajoutées",
        "modifiees": "Activités modifiées",
        "retirees": "Activités retirées",
        "ordre": "Ordre des activités",
    }
    explications: ClassVar = {"retirees": "Elles sont dans le projet et ne sont pas dans le fichier."}


def planifier_matrice(*, perimetre: Perimetre, matrice: Matrice, nom: str, contenu: bytes) -> PlanMatrice:
    """What the file would change in the draft. ValidationError when it is no matrix."""
    if not peut_modifier_matrice(perimetre, matrice):
        raise PermissionDenied
    return _Lecture(matrice, _lire(nom, contenu)).planifier()


@transaction.atomic
def importer_matrice(
    *, perimetre: Perimetre, matrice: Matrice, nom: str, contenu: bytes, empreinte: str = ""
) -> PlanMatrice:
    """Writes every line or none."""
    tableau = _lire(nom, contenu)
    matrice = verrouiller_projet(matrice, perimetre)
    lecture = _Lecture(matrice, tableau)
    plan = lecture.planifier()
    plan.exiger_applicable(empreinte)
    if not plan.est_applicable:
        return plan
    LigneMatrice.objects.filter(matrice=matrice).delete()
    ecrire_lignes(matrice, lecture.lignes)
    toucher(perimetre, matrice, "missions.matrice.importee", apres={"import": plan.resume()})
    return plan


def _lire(nom: str, contenu: bytes) -> Tableau:
    try:
        tableau = lire_tableau(contenu, nom=nom, limites=LIMITES_MATRICE)
    except TableauIllisible as illisible:
        raise ValidationError(str(illisible)) from None
    if not tableau.lignes:
        raise ValidationError("Le fichier ne contient que des titres : ajoutez une ligne par activité.")
    return tableau


class _Lecture:
    def __init__(self, matrice: Matrice, fichier: Tableau) -> None:
        self.fichier = fichier
        self.actuel = lire_matrice(matrice)
        self.plan = PlanMatrice(remarques=list(fichier.avertissements))
        self.dossiers = {
            cle(libelle): dossier
            for libelle, dossier in dossiers_ouverts(matrice.departement_id, timezone.localdate()).items()
        }
        #: A line that already refers to a dossier since withdrawn keeps it.
        self.dossiers_actuels = {cle(libelle): pk for pk, libelle in self.actuel.dossiers.items()}
        self.entetes = self._entetes()
        self.lignes: list[LigneLue] = []

    def _entetes(self) -> Correspondance:
        acteurs = {f"a{acteur.pk}": (acteur.libelle,) for acteur in self.actuel.acteurs}
        lues = correspondance(self.fichier.entetes, COLONNES | acteurs)
        if lues.erreurs:
            raise ValidationError(
                [*lues.erreurs, "Exportez le projet pour connaître ses colonnes : une par acteur."]
            )
        return lues

    def planifier(self) -> PlanMatrice:
        """Reads every line, then compares with the draft."""
        premiere = self.fichier.lignes[0].numero - 1
        for inconnu in self.entetes.inconnues:
            motif = f"« {inconnu} » n’est pas un acteur de ce projet ; ajoutez-le d’abord aux acteurs."
            titre = Ligne(premiere, {inconnu: inconnu})
            self.plan.refus.append(anomalie(self.fichier, titre, inconnu, motif))
        deja: dict[str, int] = {}
        lues = [ligne for brute in self.fichier.lignes if (ligne := self._ligne(brute, deja))]
        self.lignes = ranger(lues)
        if not self.plan.refus:
            self._comparer()
        return self.plan

    def _ligne(self, brute: Ligne, deja: dict[str, int]) -> LigneLue | None:
        valeurs = {c: v.strip() for c, v in self.entetes.valeurs(brute.valeurs).items()}
        avant = len(self.plan.refus)
        activite = valeurs["activite"]
        if not activite:
            self._refuser(brute, "activite", "l’activité manque.")
        elif len(activite) > LIMITE_ACTIVITE:
            self._refuser(brute, "activite", f"l’activité compte {LIMITE_ACTIVITE} caractères au plus.")
        elif cle(activite) in deja:
            self._refuser(brute, "activite", f"cette activité figure déjà à la ligne {deja[cle(activite)]}.")
        deja.setdefault(cle(activite), brute.numero)
        if len(valeurs["rubrique"]) > LIMITE_RUBRIQUE:
            self._refuser(brute, "rubrique", f"la rubrique compte {LIMITE_RUBRIQUE} caractères au plus.")
        lettres = self._lettres(brute, valeurs)
        dossier = self._dossier(brute, valeurs["dossier"])
        if len(self.plan.refus) > avant:
            return None
        return ligne_de_lettres(valeurs["rubrique"], activite, dossier, lettres)

    def _lettres(self, brute: Ligne, valeurs: dict[str, str]) -> dict[int, str]:
        """« r/d » and « RD » are read « DR »; anything else unknown is refused where it stands."""
        lettres: dict[int, str] = {}
        decideurs = []
        for acteur in self.actuel.acteurs:
            brut = valeurs[f"a{acteur.pk}"]
            lue = lire_lettres(brut)
            if lue not in MOTS:
                motif = f"« {brut[:20]} » n’est pas une lettre connue ; écrivez R, D, DR, C ou I."
                self._refuser(brute, f"a{acteur.pk}", motif)
            elif lue.startswith("D"):
                decideurs.append(acteur)
            lettres[acteur.pk] = lue
        if faute := faute_de_decideur([acteur.libelle for acteur in decideurs]):
            self._refuser(brute, f"a{decideurs[1].pk}" if decideurs else "", faute)
        return lettres

    def _dossier(self, brute: Ligne, libelle: str) -> int | None:
        if not libelle:
            return None
        dossier: DossierTransversal | None = self.dossiers.get(cle(libelle))
        pk = dossier.pk if dossier else self.dossiers_actuels.get(cle(libelle))
        if pk is None:
            self._refuser(brute, "dossier", f"« {libelle[:80]} » n’est pas un dossier ouvert du département.")
        return pk

    def _refuser(self, brute: Ligne, colonne: str, motif: str) -> None:
        entete = self.entetes.colonnes.get(colonne)
        self.plan.refus.append(anomalie(self.fichier, brute, entete, motif))

    def _comparer(self) -> None:
        libelles = {dossier.pk: dossier.libelle for dossier in self.dossiers.values()}
        voulu: TableauMatrice = replace(
            self.actuel, lignes=self.lignes, dossiers=libelles | dict(self.actuel.dossiers)
        )
        comparaison = comparer(self.actuel, voulu)
        self.plan.mouvements += _mouvements(comparaison)
        touchees = len(comparaison.ajoutees) + len(comparaison.modifiees)
        self.plan.inchanges = len(self.lignes) - touchees


def lire_lettres(texte: str) -> str:
    """« d », « R/D », « D R »: the letters in capitals, whoever decides first."""
    lettres = "".join(c for c in texte.upper() if not c.isspace() and c not in "/+,")
    return "DR" if lettres == "RD" else lettres


def _mouvements(comparaison: Comparaison) -> list[Mouvement]:
    mouvements = [
        Mouvement("ajoutees", ligne.activite, (("décide", "–", decideur),))
        for ligne, decideur in comparaison.ajoutees
    ]
    mouvements += [
        Mouvement("modifiees", lue.activite, tuple((c.quoi, c.avant, c.apres) for c in lue.changements))
        for lue in comparaison.modifiees
    ]
    mouvements += [Mouvement("retirees", ligne.activite) for ligne, _ in comparaison.retirees]
    if comparaison.ordre_change:
        mouvements.append(Mouvement("ordre", "Les activités sont rangées comme dans le fichier"))
    return mouvements
