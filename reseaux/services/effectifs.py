"""Import of the number of pupils per school: the DEPP files, the annuaire itself, or « UAI ; effectif »."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from reseaux.models import AnneeScolaire, Effectif, Etablissement
from reseaux.perimetre import Perimetre
from reseaux.permissions import peut_administrer
from reseaux.services.annuaire import Avancement, decompresser
from reseaux.validators import normaliser_uai, valider_uai
from socle.fichiers import enregistrer_fichier
from socle.imports import Mouvement, PlanImport, anomalie, en_clair, type_mime
from socle.journal import journaliser, journaliser_lot
from socle.tableurs import (
    LIMITES,
    Correspondance,
    Ligne,
    Limites,
    Tableau,
    TableauIllisible,
    correspondance,
    lire_entier,
    lire_tableau,
)
from socle.texte import normaliser_recherche

#: Official files name the school otherwise than « UAI »: they also list schools that are not ours.
COLONNES_OFFICIELLES = ("numero_college", "numero_lycee", "numero_uai", "Identifiant_de_l_etablissement")
COLONNES = {
    "uai": ("UAI", "Code UAI", *COLONNES_OFFICIELLES),
    "effectif": ("Effectif", "nombre_eleves_total", "nombre_d_eleves", "Nombre d'élèves", "Nombre_d_eleves"),
    "rentree": ("Rentrée scolaire", "rentree_scolaire"),
}
#: The DEPP's own title goes on for a whole sentence.
DEBUT_DE_TITRE = "nombre d eleves total"
#: The largest lycées have some 3 500 pupils.
EFFECTIF_MAXIMAL = 9_999


@dataclass
class PlanEffectifs(PlanImport):
    titres: ClassVar = {"nouveaux": "Nouveaux", "modifies": "Modifiés"}

    #: (school, number before if any, number of the file)
    ecritures: list[tuple[Etablissement, int | None, int]] = field(default_factory=list)


def planifier_effectifs(
    *,
    perimetre: Perimetre,
    nom: str,
    contenu: bytes,
    annee: AnneeScolaire,
    rentree: str = "",
    limites: Limites = LIMITES,
) -> PlanEffectifs:
    """What the file would write for that year; `rentree` (« 2021 ») takes another year's figures for want
    of better. ValidationError when the file is not one of effectifs or the year is closed.
    """
    if not peut_administrer(perimetre):
        raise PermissionDenied
    if not annee.est_modifiable:
        raise ValidationError(f"L’année {annee} est close : ses effectifs ne changent plus.")
    try:
        tableau = lire_tableau(decompresser(contenu, limites), nom=nom, limites=limites)
    except TableauIllisible as illisible:
        raise ValidationError(str(illisible)) from None
    entetes = _colonnes(tableau)
    plan = PlanEffectifs(remarques=list(tableau.avertissements))
    lignes = _lignes_de_la_rentree(tableau, entetes, rentree or annee.code[:4], plan)
    _Lecteur(perimetre, plan, tableau, entetes).lire(lignes, annee)
    return plan


@transaction.atomic
def importer_effectifs(
    *,
    perimetre: Perimetre,
    nom: str,
    contenu: bytes,
    annee: AnneeScolaire,
    rentree: str = "",
    empreinte: str = "",
    limites: Limites = LIMITES,
    progression: Avancement | None = None,
) -> PlanEffectifs:
    """Write every number or none; saying the same thing twice changes nothing."""
    # Held: neither another import nor the closing of the year passes between reading and writing.
    annee = AnneeScolaire.objects.select_for_update().get(pk=annee.pk)
    plan = planifier_effectifs(
        perimetre=perimetre, nom=nom, contenu=contenu, annee=annee, rentree=rentree, limites=limites
    )
    plan.exiger_applicable(empreinte)
    if not plan.nb_ecritures:
        return plan
    _ecrire(perimetre, plan, annee)
    fichier = enregistrer_fichier(nom=nom, type_mime=type_mime(nom), contenu=contenu)
    journaliser(
        perimetre=perimetre,
        action="reseaux.effectifs.importes",
        objet=fichier,
        apres=dict(plan.comptes()) | {"année": str(annee), "empreinte SHA-256": fichier.sha256},
    )
    if progression:
        progression(plan.nb_ecritures, plan.nb_ecritures, "Écriture des effectifs")
    return plan


def _ecrire(perimetre: Perimetre, plan: PlanEffectifs, annee: AnneeScolaire) -> None:
    Effectif.objects.bulk_create(
        [Effectif(etablissement=ecole, annee=annee, nombre=nombre) for ecole, _, nombre in plan.ecritures],
        update_conflicts=True,
        unique_fields=["etablissement", "annee"],
        update_fields=["nombre"],
        batch_size=500,
    )
    donnee = f"effectif {annee}"
    journaliser_lot(
        perimetre=perimetre,
        action="reseaux.effectif.importe",
        objets=(
            (ecole, {donnee: avant} if avant is not None else None, {donnee: nombre})
            for ecole, avant, nombre in plan.ecritures
        ),
    )


def _colonnes(tableau: Tableau) -> Correspondance:
    phrase = [t for t in tableau.entetes if normaliser_recherche(t).startswith(DEBUT_DE_TITRE)]
    attendues = COLONNES | {"effectif": (*COLONNES["effectif"], *phrase[:1])}
    entetes = correspondance(tableau.entetes, attendues, facultatives=("rentree",))
    if entetes.erreurs:
        raise ValidationError(
            [*entetes.erreurs, "Colonnes attendues : « UAI » et « Effectif », ou un fichier de la DEPP."]
        )
    return entetes


def _lignes_de_la_rentree(
    tableau: Tableau, entetes: Correspondance, rentree: str, plan: PlanEffectifs
) -> list[Ligne]:
    """A DEPP file holds several rentrées: only one is wanted."""
    colonne = entetes.colonnes.get("rentree")
    if colonne is None:
        return tableau.lignes
    retenues = [ligne for ligne in tableau.lignes if ligne.valeurs[colonne].strip()[:4] == rentree]
    presentes = sorted({ligne.valeurs[colonne].strip()[:4] for ligne in tableau.lignes})
    if not retenues:
        raise ValidationError(
            f"Le fichier ne contient pas la rentrée {rentree} mais : {', '.join(presentes)}. Choisissez "
            "une de ces rentrées si elle doit servir d’estimation."
        )
    if autres := len(tableau.lignes) - len(retenues):
        plan.laisses["autres rentrées"] += autres
    return retenues


class _Lecteur:
    def __init__(
        self, perimetre: Perimetre, plan: PlanEffectifs, tableau: Tableau, entetes: Correspondance
    ) -> None:
        self.plan = plan
        self.tableau = tableau
        self.colonnes = entetes.colonnes
        officielles = {normaliser_recherche(titre) for titre in COLONNES_OFFICIELLES}
        self.est_officiel = normaliser_recherche(self.colonnes["uai"]) in officielles
        ecoles = Etablissement.objects.dans_perimetre(perimetre)
        self.ecoles = {ecole.uai: ecole for ecole in ecoles.order_by("pk")}
        self.lus: dict[str, tuple[Ligne, int]] = {}

    def refuser(self, ligne: Ligne, cle: str, motif: str) -> None:
        self.plan.refus.append(anomalie(self.tableau, ligne, self.colonnes[cle], motif))

    def lire(self, lignes: list[Ligne], annee: AnneeScolaire) -> None:
        for ligne in lignes:
            self._lire_ligne(ligne)
        deja = dict(Effectif.objects.filter(annee=annee).values_list("etablissement_id", "nombre"))
        for uai, (ligne, nombre) in self.lus.items():
            ecole = self.ecoles[uai]
            avant = deja.get(ecole.pk)
            if avant == nombre:
                self.plan.inchanges += 1
                continue
            self.plan.ecritures.append((ecole, avant, nombre))
            changement = (f"effectif {annee}", en_clair(avant), str(nombre))
            groupe = "nouveaux" if avant is None else "modifies"
            self.plan.mouvements.append(Mouvement(groupe, f"{uai} – {ecole}", (changement,), ligne.numero))

    def _lire_ligne(self, ligne: Ligne) -> None:
        uai = normaliser_uai(ligne.valeurs[self.colonnes["uai"]])
        ecrit = ligne.valeurs[self.colonnes["effectif"]].strip()
        try:
            valider_uai(uai)
        except ValidationError as erreur:
            self.refuser(ligne, "uai", " ".join(erreur.messages))
            return
        if uai not in self.ecoles:
            self._inconnu(ligne, uai)
        elif not ecrit and self.est_officiel:
            self.plan.laisses["sans effectif"] += 1
        else:
            try:
                self._retenir(ligne, uai, lire_entier(ecrit))
            except ValueError as erreur:
                self.refuser(ligne, "effectif", str(erreur))

    def _inconnu(self, ligne: Ligne, uai: str) -> None:
        """A list typed by hand names our schools; an official file names everybody's."""
        if self.est_officiel:
            self.plan.laisses["établissements inconnus ici"] += 1
        else:
            self.refuser(ligne, "uai", f"{uai} n’est pas un établissement enregistré ici.")

    def _retenir(self, ligne: Ligne, uai: str, nombre: int) -> None:
        if not 0 <= nombre <= EFFECTIF_MAXIMAL:
            self.refuser(ligne, "effectif", f"{nombre} : l’effectif va de 0 à {EFFECTIF_MAXIMAL}.")
            return
        premiere = self.lus.get(uai)
        if premiere is None:
            self.lus[uai] = ligne, nombre
        elif self.est_officiel:
            # Several sites of one school: the total is repeated, or the largest site speaks for it.
            self.plan.laisses["autres sites d’un même établissement"] += 1
            self.lus[uai] = max(premiere, (ligne, nombre), key=lambda lu: lu[1])
        else:
            self.refuser(ligne, "uai", f"{uai} figure déjà à la ligne {premiere[0].numero}.")
