"""Import of figures: Affelnet-like tables, results of the évaluation académique of the loi du 5 septembre
2018, the table that a campaign exports. Line by line, all or nothing; a line sets one figure.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from evaluation.enums import Niveau, SourceIndicateur, Unite
from evaluation.models import Campagne, Mesure
from evaluation.permissions import peut_mener_campagne
from evaluation.selectors.definitions import Definition, definitions_de
from evaluation.selectors.mesures import MesureLue, lire_mesures
from evaluation.selectors.reperage import Reperage, Territoire
from evaluation.services.saisies_demandees import solder_demandes
from evaluation.services.verrous import FIGEE, verrouiller_campagne
from evaluation.validators import valider_date_du_chiffre, valider_valeur
from reseaux.perimetre import Perimetre
from socle.imports import Mouvement, PlanImport, anomalie, en_clair
from socle.journal import journaliser
from socle.tableurs import (
    Ligne,
    Limites,
    Tableau,
    TableauIllisible,
    correspondance,
    lire_date,
    lire_decimal,
    lire_tableau,
)
from socle.tableurs.valeurs import texte_de_nombre
from socle.texte import normaliser_recherche

LIMITES_MESURES = Limites(octets=8_000_000, lignes=20_000, cellules=300_000)
COLONNES_LUES = {
    "campagne": ("Campagne",),
    "indicateur": ("Indicateur", "Code de l’indicateur"),
    "niveau": ("Niveau",),
    "territoire": ("Territoire", "UAI", "Code UAI"),
    "valeur": ("Valeur",),
    "unite": ("Unité",),
    "source": ("Source", "Document"),
    "date": ("Date", "Relevée le"),
    "motif": ("Motif",),
    "nom": ("Nom du territoire",),
}
FACULTATIVES = frozenset({"campagne", "motif", "nom"})
#: May be empty on a line: a figure, or why there is none.
VIDES_ADMIS = frozenset({"campagne", "valeur", "motif", "nom"})
#: How people write the units, besides their own label.
AUTRES_UNITES = {
    "pourcentage": Unite.POURCENTAGE,
    "pour cent": Unite.POURCENTAGE,
    "heure": Unite.HEURES,
    "h": Unite.HEURES,
    "jour": Unite.JOURS,
    "kilometres": Unite.KILOMETRES,
    "note": Unite.NOTE,
}
ANNULES = "Téléchargez le modèle pour connaître les colonnes."


@dataclass
class PlanMesures(PlanImport):
    titres: ClassVar = {"ajoutees": "Mesures ajoutées", "modifiees": "Mesures modifiées"}


@dataclass(frozen=True)
class MesureEcrite:
    """A line understood."""

    campagne: Campagne
    definition: Definition
    territoire: Territoire
    valeur: Decimal | None
    motif: str
    origine: str
    relevee_le: dt.date
    ligne: int

    @property
    def place(self) -> tuple[int, int, str, str]:
        return (self.campagne.pk, self.definition.indicateur, self.territoire.niveau, self.territoire.cle)

    def __str__(self) -> str:
        return f"{self.campagne.code}, {self.definition.code}, {self.territoire.nom}"


def planifier_mesures(*, perimetre: Perimetre, campagne: Campagne, nom: str, contenu: bytes) -> PlanMesures:
    """What the file would write. ValidationError when it is not a table of figures."""
    return _Import(perimetre, campagne, _lire(perimetre, campagne, nom, contenu)).planifier()


def importer_mesures(
    *, perimetre: Perimetre, campagne: Campagne, nom: str, contenu: bytes, empreinte: str = ""
) -> PlanMesures:
    """Writes every line or none; figures that the file does not name stay as they are. What was asked for and
    is now there is done.
    """
    tableau = _lire(perimetre, campagne, nom, contenu)
    with transaction.atomic():
        lecture = _Import(perimetre, campagne, tableau, verrouiller=True)
        plan = lecture.planifier()
        plan.exiger_applicable(empreinte)
        lecture.ecrire(nom)
    return plan


def _lire(perimetre: Perimetre, campagne: Campagne, nom: str, contenu: bytes) -> Tableau:
    if not campagne.est_ouverte:
        raise ValidationError(FIGEE.format(campagne.code))
    if not peut_mener_campagne(perimetre, campagne):
        raise PermissionDenied
    try:
        return lire_tableau(contenu, nom=nom, limites=LIMITES_MESURES)
    except TableauIllisible as illisible:
        raise ValidationError(str(illisible)) from None


class _Import:
    """Reads against the campaign of the page, unless a line names another one of the département."""

    def __init__(
        self, perimetre: Perimetre, campagne: Campagne, tableau: Tableau, *, verrouiller: bool = False
    ) -> None:
        self.perimetre, self.tableau = perimetre, tableau
        entetes = correspondance(tableau.entetes, COLONNES_LUES, facultatives=FACULTATIVES)
        if entetes.erreurs:
            raise ValidationError([*entetes.erreurs, ANNULES])
        if not tableau.lignes:
            raise ValidationError("Le fichier ne contient que des titres : ajoutez une ligne par chiffre.")
        self.colonnes = entetes.colonnes
        self.plan = PlanMesures(remarques=[*tableau.avertissements, *entetes.avertissements])
        self.campagne = verrouiller_campagne(campagne, perimetre) if verrouiller else campagne
        siennes = Campagne.objects.filter(departement=campagne.departement_id)
        if verrouiller:
            siennes = siennes.select_for_update(of=("self",))
        self.campagnes = {
            c.code.upper(): c for c in siennes.select_related("annee", "departement").order_by("pk")
        }
        definies = definitions_de(self.campagnes.values())
        self.definis = {
            pk: {definition.code.casefold(): definition for definition in definies[pk]} for pk in definies
        }
        enregistrees = lire_mesures(self.campagnes.values())
        self.enregistrees = {(m.campagne, m.indicateur, m.niveau, m.cle_territoire): m for m in enregistrees}
        self.reperages = {
            c.pk: Reperage.de(c, (m for m in enregistrees if m.campagne == c.pk))
            for c in self.campagnes.values()
        }
        self.lues: dict[tuple[int, int, str, str], MesureEcrite] = {}
        self.a_ecrire: list[MesureEcrite] = []

    def planifier(self) -> PlanMesures:
        """Every cell, then every line against what is already there."""
        for ligne in self.tableau.lignes:
            self._lire_ligne(ligne)
        return self.plan

    # --- Cells ----------------------------------------------------------------------------------------
    def _lire_ligne(self, ligne: Ligne) -> None:
        avant = len(self.plan.refus)
        lues = {nom: self._lire_cellule(ligne, nom) for nom in COLONNES_LUES}
        if len(self.plan.refus) > avant:
            return None
        campagne: Campagne = lues["campagne"]
        definition = self.definis.get(campagne.pk, {}).get(lues["indicateur"].casefold())
        if definition is None:
            motif = f"« {lues['indicateur']} » n’est pas un indicateur de la campagne {campagne.code}."
            return self._refuser(ligne, "indicateur", motif)
        territoire = self._reperer(ligne, campagne, lues["niveau"], lues["territoire"])
        if territoire is not None:
            self._placer(ligne, campagne, definition, territoire, lues)
        return None

    def _lire_cellule(self, ligne: Ligne, nom: str) -> Any:
        ecrit = _plat(ligne.valeurs[self.colonnes[nom]]) if nom in self.colonnes else ""
        lecteurs = {
            "campagne": self._lire_campagne,
            "niveau": _lire_niveau,
            "valeur": lambda texte: texte,
            "unite": _lire_unite,
            "date": _lire_jour,
        }
        try:
            if not ecrit and nom not in VIDES_ADMIS:
                raise ValueError("Cette cellule est vide ; elle doit être remplie.")
            return lecteurs.get(nom, str)(ecrit)
        except ValueError as erreur:
            self._refuser(ligne, nom, str(erreur))
            return None

    def _lire_campagne(self, ecrit: str) -> Campagne:
        if not ecrit:
            return self.campagne
        if ecrit.upper() not in self.campagnes:
            raise ValueError(f"« {ecrit} » n’est pas une campagne du département.")
        return self.campagnes[ecrit.upper()]

    def _reperer(self, ligne: Ligne, campagne: Campagne, niveau: str, ecrit: str) -> Territoire | None:
        try:
            return self.reperages[campagne.pk].trouver(niveau, ecrit)
        except ValueError as erreur:
            self._refuser(ligne, "territoire", str(erreur))
            return None

    # --- The line as a whole --------------------------------------------------------------------------
    def _placer(
        self,
        ligne: Ligne,
        campagne: Campagne,
        definition: Definition,
        territoire: Territoire,
        lues: dict[str, Any],
    ) -> None:
        colonne, motif = _faute_de_definition(definition, territoire, lues)
        if not motif:
            colonne, motif, valeur = _lire_valeur(definition, lues["valeur"], lues["motif"])
        if motif:
            return self._refuser(ligne, colonne, motif)
        ecrite = MesureEcrite(
            campagne,
            definition,
            territoire,
            valeur,
            "" if valeur is not None else lues["motif"][:300],
            _origine(definition, lues["source"]),
            lues["date"],
            ligne.numero,
        )
        if ecrite.place in self.lues:
            motif = f"Ce chiffre est déjà donné ligne {self.lues[ecrite.place].ligne}."
            return self._refuser(ligne, "territoire", motif)
        self.lues[ecrite.place] = ecrite
        return self._comparer(ligne, ecrite)

    def _comparer(self, ligne: Ligne, ecrite: MesureEcrite) -> None:
        """What is already there is no change, whatever the campaign; anything else must be allowed."""
        avant = self.enregistrees.get(ecrite.place)
        if avant is not None and _est_la_meme(avant, ecrite):
            self.plan.inchanges += 1
            return
        if not ecrite.campagne.est_ouverte:
            self._refuser(ligne, "campagne", FIGEE.format(ecrite.campagne.code))
        elif ecrite.definition.est_calcule:
            motif = f"{ecrite.definition.code} est {ecrite.definition.libelle_source} : il ne s’importe pas."
            self._refuser(ligne, "indicateur", motif)
        else:
            self._verifier_date(ligne, ecrite, avant)

    def _verifier_date(self, ligne: Ligne, ecrite: MesureEcrite, avant: MesureLue | None) -> None:
        try:
            valider_date_du_chiffre(ecrite.relevee_le)
        except ValidationError as erreur:
            self._refuser(ligne, "date", erreur.messages[0].capitalize())
            return
        self.a_ecrire.append(ecrite)
        groupe = "ajoutees" if avant is None else "modifiees"
        changements = _changements(avant, ecrite)
        self.plan.mouvements.append(Mouvement(groupe, str(ecrite), changements, ecrite.ligne))

    def _refuser(self, ligne: Ligne, cle: str, motif: str) -> None:
        self.plan.refus.append(anomalie(self.tableau, ligne, self.colonnes.get(cle), motif))

    # --- Writing --------------------------------------------------------------------------------------
    def ecrire(self, nom: str) -> None:
        """Replaces the figures that the file changes, in the transaction of the plan."""
        anciennes = [self.enregistrees[e.place].pk for e in self.a_ecrire if e.place in self.enregistrees]
        Mesure.objects.filter(pk__in=anciennes).delete()
        Mesure.objects.bulk_create([self._mesure(ecrite) for ecrite in self.a_ecrire], batch_size=500)
        par_campagne = Counter(ecrite.campagne.pk for ecrite in self.a_ecrire)
        for campagne in self.campagnes.values():
            if par_campagne[campagne.pk]:
                journaliser(
                    perimetre=self.perimetre,
                    action="evaluation.mesures.importees",
                    objet=campagne,
                    apres={"mesures": par_campagne[campagne.pk], "fichier": nom},
                    departement_id=campagne.departement_id,
                )
                solder_demandes(perimetre=self.perimetre, campagne=campagne)

    def _mesure(self, ecrite: MesureEcrite) -> Mesure:
        territoire = ecrite.territoire
        return Mesure(
            campagne=ecrite.campagne,
            indicateur_id=ecrite.definition.indicateur,
            niveau=territoire.niveau,
            cio_id=territoire.cio,
            reseau_id=territoire.reseau,
            etablissement_id=territoire.etablissement,
            territoire=territoire.nom[:250],
            cle_territoire=territoire.cle,
            valeur=ecrite.valeur,
            motif=ecrite.motif,
            source=ecrite.definition.source,
            origine=ecrite.origine,
            relevee_le=ecrite.relevee_le,
            saisie_par_id=self.perimetre.utilisateur_id,
            qualite=self.perimetre.libelle[:200],
        )


def _faute_de_definition(
    definition: Definition, territoire: Territoire, lues: dict[str, Any]
) -> tuple[str, str]:
    """(column, why) when the line does not fit its indicator."""
    if lues["unite"] != definition.unite:
        return "unite", f"{definition.code} se compte en « {definition.libelle_unite} »."
    if territoire.niveau_enum.rang > Niveau(definition.niveau).rang and not definition.est_calcule:
        return "niveau", f"{definition.code} ne descend pas plus bas que : {definition.libelle_niveau}."
    return "", ""


def _lire_valeur(definition: Definition, ecrite: str, motif: str) -> tuple[str, str, Decimal | None]:
    """(column, why it is refused, value)."""
    if not ecrite:
        return (
            ("", "", None)
            if motif
            else ("valeur", "Donnez une valeur, ou dites pourquoi dans « Motif ».", None)
        )
    try:
        # « 85,3 % » in a column of percentages is 85,3.
        valeur = lire_decimal(ecrite.removesuffix("%").strip())
        if not definition.est_calcule:
            valider_valeur(valeur, definition.unite)
    except ValueError as erreur:
        return "valeur", str(erreur), None
    except ValidationError as erreur:
        return "valeur", erreur.messages[0].capitalize(), None
    return "", "", valeur


def _origine(definition: Definition, source: str) -> str:
    """The document that a figure comes from; nothing when the column only says how it was obtained."""
    memes = {normaliser_recherche(str(label)) for label in SourceIndicateur.labels}
    return "" if normaliser_recherche(source) in memes else source[:250]


def _est_la_meme(avant: MesureLue, ecrite: MesureEcrite) -> bool:
    return (avant.valeur, _plat(avant.motif), _plat(avant.origine), avant.relevee_le) == (
        ecrite.valeur,
        ecrite.motif,
        ecrite.origine,
        ecrite.relevee_le,
    )


def _plat(texte: str) -> str:
    """As a cell is read: one plain space between two words."""
    return " ".join(texte.split())


def _changements(avant: MesureLue | None, ecrite: MesureEcrite) -> tuple[tuple[str, str, str], ...]:
    valeurs = [
        ("valeur", _nombre(avant.valeur) if avant else None, _nombre(ecrite.valeur)),
        ("motif", avant.motif if avant else None, ecrite.motif),
        ("source", avant.origine if avant else None, ecrite.origine),
        ("date", avant.relevee_le if avant else None, ecrite.relevee_le),
    ]
    return tuple(
        (nom, en_clair(ancienne), en_clair(nouvelle))
        for nom, ancienne, nouvelle in valeurs
        if en_clair(ancienne) != en_clair(nouvelle)
    )


def _nombre(valeur: Decimal | None) -> str | None:
    return None if valeur is None else texte_de_nombre(valeur)


def _lire_niveau(ecrit: str) -> str:
    cherche = normaliser_recherche(ecrit)
    for niveau in Niveau:
        if cherche in {normaliser_recherche(str(niveau.label)), niveau.value, f"{niveau.value}s"}:
            return niveau.value
    connus = ", ".join(str(niveau.label) for niveau in Niveau)
    raise ValueError(f"« {ecrit} » n’est pas un niveau connu ({connus}).")


def _lire_unite(ecrit: str) -> str:
    for unite in Unite:
        if ecrit.casefold() in {str(unite.label).casefold(), unite.value}:
            return unite.value
    connue = AUTRES_UNITES.get(normaliser_recherche(ecrit))
    if connue is None:
        raise ValueError(f"« {ecrit} » n’est pas une unité connue ({', '.join(map(str, Unite.labels))}).")
    return connue.value


def _lire_jour(ecrit: str) -> dt.date:
    return lire_date(ecrit)
