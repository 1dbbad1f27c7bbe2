"""Import of the PsyEN file: the same service as the form, line by line, all or nothing.

The preview runs the import for good, then takes everything back: what is shown is what will be written.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max

from psyen.enums import Statut
from psyen.models import PsyEN
from psyen.permissions import peut_creer_psyen, peut_gerer_psyen
from psyen.services.psyen import AILLEURS, corriger_rattachement, enregistrer_psyen
from reseaux.models import CIO
from reseaux.perimetre import Perimetre
from socle.imports import Mouvement, PlanImport, anomalie, en_clair
from socle.journal import historique
from socle.models import EntreeJournal
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
from socle.texte import normaliser_recherche

#: A whole académie has some 400 PsyEN.
LIMITES_PSYEN = Limites(octets=4_000_000, lignes=1_000, cellules=100_000)
COLONNES = {
    "nom": ("Nom",),
    "prenom": ("Prénom",),
    "courriel": ("Courriel", "Courriel professionnel", "Adresse électronique", "Mail", "E-mail"),
    "telephone": ("Téléphone",),
    "cio": ("CIO", "CIO de rattachement"),
    "statut": ("Statut",),
    "quotite": ("Quotité (%)", "Quotité"),
    "date_debut": ("Du", "Date de début"),
    "date_fin": ("Au", "Date de fin"),
}
FACULTATIVES = frozenset({"telephone", "date_fin"})
#: A year typed with a digit too few or too many.
ANNEES = range(1980, 2101)
GROUPES = {
    "psyen.psyen.cree": "crees",
    "psyen.psyen.modifie": "modifies",
    "psyen.rattachement.cree": "rattaches",
    "psyen.rattachement.modifie": "rattachements",
}
LIBELLES = {"prenom": "prénom", "telephone": "téléphone", "quotite": "quotité (%)", "cio": "CIO"}


@dataclass
class PlanPsyEN(PlanImport):
    titres: ClassVar = {
        "crees": "PsyEN créés",
        "modifies": "Fiches modifiées",
        "rattaches": "Rattachements ajoutés",
        "rattachements": "Rattachements modifiés",
    }


@dataclass(frozen=True, slots=True)
class LignePsyEN:
    """A line whose cells are all valid on their own."""

    ligne: Ligne
    nom: str
    prenom: str
    courriel: str
    telephone: str | None
    cio: CIO
    statut: str
    quotite: Decimal
    date_debut: dt.date
    date_fin: dt.date | None

    def chevauche(self, autre: LignePsyEN) -> bool:
        loin = dt.date.max
        return self.date_debut <= (autre.date_fin or loin) and autre.date_debut <= (self.date_fin or loin)


def planifier_psyen(*, perimetre: Perimetre, nom: str, contenu: bytes) -> PlanPsyEN:
    """What the file would write. ValidationError when it is not a list of PsyEN."""
    tableau = _lire(perimetre, nom, contenu)
    with transaction.atomic():
        plan = _Import(perimetre, tableau).derouler()
        transaction.set_rollback(True)
    return plan


def importer_psyen(*, perimetre: Perimetre, nom: str, contenu: bytes, empreinte: str = "") -> PlanPsyEN:
    """Write every line or none; the file itself, which names persons, is not kept."""
    tableau = _lire(perimetre, nom, contenu)
    with transaction.atomic():
        plan = _Import(perimetre, tableau).derouler()
        plan.exiger_applicable(empreinte)
    return plan


def _lire(perimetre: Perimetre, nom: str, contenu: bytes) -> Tableau:
    if not peut_creer_psyen(perimetre):
        raise PermissionDenied
    try:
        return lire_tableau(contenu, nom=nom, limites=LIMITES_PSYEN)
    except TableauIllisible as illisible:
        raise ValidationError(str(illisible)) from None


class _Import:
    def __init__(self, perimetre: Perimetre, tableau: Tableau) -> None:
        self.perimetre = perimetre
        self.tableau = tableau
        entetes = correspondance(tableau.entetes, COLONNES, facultatives=FACULTATIVES)
        if entetes.erreurs:
            raise ValidationError([*entetes.erreurs, "Téléchargez le modèle pour connaître les colonnes."])
        if not tableau.lignes:
            raise ValidationError("Le fichier ne contient que des titres : ajoutez une ligne par PsyEN.")
        self.colonnes = entetes.colonnes
        self.plan = PlanPsyEN(remarques=[*tableau.avertissements, *entetes.avertissements])
        self.cios = [
            cio
            for cio in CIO.objects.dans_perimetre(perimetre).select_related("departement").order_by("pk")
            if peut_gerer_psyen(perimetre, cio)
        ]

    def refuser(self, ligne: Ligne, cle: str | None, motif: str) -> None:
        entete = self.colonnes.get(cle) if cle else None
        self.plan.refus.append(anomalie(self.tableau, ligne, entete, motif))

    def derouler(self) -> PlanPsyEN:
        lues = [lue for ligne in self.tableau.lignes if (lue := self._lire_ligne(ligne))]
        self._comparer_entre_elles(lues)
        if not self.plan.refus:
            for lue in lues:
                self._ecrire(lue)
        return self.plan

    # --- Cells -------------------------------------------------------------------------------------------
    def _lire_ligne(self, ligne: Ligne) -> LignePsyEN | None:
        avant = len(self.plan.refus)
        valeurs = {cle: " ".join(ligne.valeurs[entete].split()) for cle, entete in self.colonnes.items()}
        lues: dict[str, Any] = {"telephone": None, "date_fin": None}
        for cle, ecrit in valeurs.items():
            try:
                lues[cle] = self._lire_cellule(cle, ecrit)
            except ValueError as erreur:
                self.refuser(ligne, cle, str(erreur))
        if len(self.plan.refus) > avant:
            return None
        if lues["date_fin"] and lues["date_fin"] < lues["date_debut"]:
            self.refuser(ligne, "date_fin", "Le rattachement finirait avant d’avoir commencé.")
            return None
        return LignePsyEN(ligne=ligne, **lues)

    def _lire_cellule(self, cle: str, ecrit: str) -> Any:
        if not ecrit and cle not in FACULTATIVES:
            raise ValueError("Cette cellule est vide ; elle doit être remplie.")
        if cle in {"date_debut", "date_fin"}:
            return _lire_jour(ecrit) if ecrit else None
        lecteurs: dict[str, Any] = {
            "courriel": _lire_courriel,
            "cio": self._lire_cio,
            "statut": _lire_statut,
            "quotite": _lire_quotite,
        }
        return lecteurs[cle](ecrit) if cle in lecteurs else ecrit

    def _lire_cio(self, ecrit: str) -> CIO:
        """By its code UAI, its name, or its commune when one CIO alone is there."""
        cherche = normaliser_recherche(ecrit)
        for noms in (
            lambda cio: (cio.uai or "", cio.nom),
            lambda cio: (cio.commune,),
        ):
            trouves = [cio for cio in self.cios if cherche in map(normaliser_recherche, noms(cio))]
            if len(trouves) == 1:
                return trouves[0]
            if trouves:
                raise ValueError(f"Plusieurs CIO répondent à « {ecrit} » : écrivez le code UAI du vôtre.")
        connus = ", ".join(cio.nom for cio in self.cios[:5]) + (" …" if len(self.cios) > 5 else "")
        raise ValueError(f"« {ecrit} » n’est pas un CIO dont vous tenez le fichier ({connus or 'aucun'}).")

    # --- Lines together ----------------------------------------------------------------------------------
    def _comparer_entre_elles(self, lues: list[LignePsyEN]) -> None:
        """One address is one person, who is in one CIO at a time (R01)."""
        par_courriel: dict[str, list[LignePsyEN]] = {}
        for lue in lues:
            precedentes = par_courriel.setdefault(lue.courriel, [])
            if motif := _contradiction(lue, precedentes):
                self.refuser(lue.ligne, *motif)
            precedentes.append(lue)

    # --- Writing -----------------------------------------------------------------------------------------
    def _ecrire(self, lue: LignePsyEN) -> None:
        dernier = EntreeJournal.objects.aggregate(pk=Max("pk"))["pk"] or 0
        try:
            with transaction.atomic():
                psyen = self._enregistrer(lue)
        except ValidationError as erreur:
            self._refuser_selon(lue.ligne, erreur)
        except PermissionDenied:
            self.refuser(lue.ligne, "cio", "Vous ne tenez pas le fichier de ce CIO.")
        else:
            # Others act meanwhile: theirs are not the work of this line.
            siens = {"auteur": self.perimetre.utilisateur_id, "action__in": GROUPES}
            actes = historique(psyen).filter(pk__gt=dernier, **siens).order_by("pk")
            self.plan.mouvements += [_mouvement(acte, lue.ligne.numero) for acte in actes]
            self.plan.inchanges += not actes

    def _enregistrer(self, lue: LignePsyEN) -> PsyEN:
        """A new attachment ends the one in progress the day before."""
        psyen = PsyEN.objects.filter(courriel=lue.courriel).first()
        precedent = None
        if psyen is not None:
            en_cours = psyen.rattachements.au(lue.date_debut).select_related("cio__departement")
            precedent = en_cours.exclude(date_debut=lue.date_debut).order_by("date_debut").first()
        if precedent is not None:
            if not peut_gerer_psyen(self.perimetre, precedent.cio):
                raise ValidationError({"courriel": AILLEURS})
            corriger_rattachement(
                perimetre=self.perimetre,
                rattachement=precedent,
                quotite=precedent.quotite,
                date_debut=precedent.date_debut,
                date_fin=lue.date_debut - dt.timedelta(days=1),
            )
        connu = psyen.telephone if psyen else ""
        return enregistrer_psyen(
            perimetre=self.perimetre,
            nom=lue.nom,
            prenom=lue.prenom,
            courriel=lue.courriel,
            telephone=connu if lue.telephone is None else lue.telephone,
            statut=lue.statut,
            cio=lue.cio,
            quotite=lue.quotite,
            date_debut=lue.date_debut,
            date_fin=lue.date_fin,
        )

    def _refuser_selon(self, ligne: Ligne, erreur: ValidationError) -> None:
        if not hasattr(erreur, "error_dict"):
            self.refuser(ligne, None, " ".join(erreur.messages))
            return
        for champ, messages in erreur.message_dict.items():
            self.refuser(ligne, champ, " ".join(messages))


def _contradiction(lue: LignePsyEN, precedentes: list[LignePsyEN]) -> tuple[str, str] | None:
    for autre in precedentes:
        numero = autre.ligne.numero
        if (lue.nom, lue.prenom) != (autre.nom, autre.prenom):
            return "courriel", f"Cette adresse est déjà celle de {autre.prenom} {autre.nom}, ligne {numero}."
        if (lue.statut, lue.telephone) != (autre.statut, autre.telephone):
            return "statut", f"Le statut ou le téléphone diffère de celui de la ligne {numero}."
        if lue.chevauche(autre):
            return "date_debut", (
                f"Cette période chevauche celle de la ligne {numero} : un PsyEN est rattaché à un seul CIO à "
                "la fois."
            )
    return None


def _mouvement(acte: EntreeJournal, ligne: int) -> Mouvement:
    avant, apres = acte.avant or {}, acte.apres or {}
    changements = tuple(
        (LIBELLES.get(cle, cle), _lisible(cle, avant.get(cle)), _lisible(cle, valeur))
        for cle, valeur in apres.items()
        if avant.get(cle) != valeur
    )
    return Mouvement(GROUPES[acte.action], acte.objet_libelle, changements, ligne)


def _lisible(cle: str, valeur: Any) -> str:
    """A value of the journal in the words of the page."""
    if valeur and cle in {"du", "au"}:
        return en_clair(dt.date.fromisoformat(valeur))
    if valeur and cle == "quotite":
        return en_clair(float(valeur))
    return en_clair(dict(Statut.choices).get(valeur, valeur))


def _lire_courriel(ecrit: str) -> str:
    try:
        validate_email(ecrit)
    except ValidationError:
        raise ValueError(f"« {ecrit} » n’est pas une adresse électronique.") from None
    return ecrit.lower()


def _lire_statut(ecrit: str) -> str:
    cherche = normaliser_recherche(ecrit)
    for valeur, libelle in Statut.choices:
        if cherche in {valeur, normaliser_recherche(str(libelle))}:
            return valeur
    connus = ", ".join(str(libelle) for libelle in Statut.labels)
    raise ValueError(f"« {ecrit} » n’est pas un statut connu. Statuts : {connus}.")


def _lire_quotite(ecrit: str) -> Decimal:
    """« 80 », « 80 % », or 0,8 as a spreadsheet stores 80 %."""
    quotite = lire_decimal(ecrit)
    if ecrit.rstrip().endswith("%") or 0 < quotite <= 1:
        quotite *= 100
    if not 1 <= quotite <= 100:
        raise ValueError(f"« {ecrit} » : la quotité va de 1 à 100 %.")
    if quotite != round(quotite, 2):
        raise ValueError(f"« {ecrit} » : la quotité a deux décimales au plus.")
    return quotite


def _lire_jour(ecrit: str) -> dt.date:
    jour = lire_date(ecrit)
    if jour.year not in ANNEES:
        raise ValueError(f"« {ecrit} » : vérifiez l’année.")
    return jour
