"""The grid of figures as it is posted; the import of a table."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms

from evaluation.enums import Unite
from evaluation.models import Indicateur
from evaluation.selectors.saisie import Case, GrilleSaisie, type_valeurs
from evaluation.selectors.tendances import ecrire_valeur
from socle.forms import FormulaireDsfr, FormulaireImport
from socle.tableurs import lire_decimal
from socle.tableurs.valeurs import texte_de_nombre

PAS_UN_NOMBRE = "Écrivez un nombre, par exemple 12,5, ou laissez la case vide."


@dataclass
class SaisieMesures:
    """What was posted: figures, cells that hold none, and the grid as the page was opened."""

    valeurs: dict[Case, Decimal | None] = field(default_factory=dict)
    textes: dict[Case, str] = field(default_factory=dict)
    illisibles: set[Case] = field(default_factory=set)
    depart: dict[Case, Decimal] = field(default_factory=dict)

    @classmethod
    def lire(cls, donnees: Mapping[str, str]) -> SaisieMesures:
        saisie = cls(depart=_lire_depart(donnees.get("depart", "")))
        for nom, texte in donnees.items():
            case = Case.lire(nom)
            if case is None:
                continue
            saisie.textes[case] = texte[:20]
            try:
                saisie.valeurs[case] = _lire_nombre(texte)
            except ValueError:
                saisie.illisibles.add(case)
        return saisie

    def textes_changes(self) -> dict[Case, str]:
        """What the user changed on the page, as typed."""
        return {
            case: texte
            for case, texte in self.textes.items()
            if case in self.illisibles or self.valeurs.get(case) != self.depart.get(case)
        }


def _lire_nombre(texte: str) -> Decimal | None:
    """A percentage is written « 85,3 » or « 85,3 % », the same."""
    ecrit = texte.strip().removesuffix("%").strip()
    return lire_decimal(ecrit) if ecrit else None


def ecrire_depart(valeurs: type_valeurs) -> str:
    """The figures that a page shows, to be sent back with what is typed."""
    return json.dumps({case.nom: texte_de_nombre(valeur) for case, valeur in sorted(valeurs.items())})


def _lire_depart(texte: str) -> dict[Case, Decimal]:
    try:
        lus = json.loads(texte)
    except ValueError:
        return {}
    depart = {}
    for nom, valeur in lus.items() if isinstance(lus, dict) else ():
        case = Case.lire(nom)
        if case and isinstance(valeur, str):
            try:
                depart[case] = lire_decimal(valeur)
            except ValueError:
                continue
    return depart


class ReleveForm(FormulaireDsfr):
    """The day of the figures entered together."""

    relevee_le = forms.DateField(
        label="Chiffres relevés le",
        help_text="La date de ces chiffres ; elle ne change pas celle des cases que vous ne touchez pas.",
        widget=forms.DateInput(),
    )


class ImportMesuresForm(FormulaireImport):
    """The file alone: indicator, level, territory, source and date are in its columns."""


@dataclass
class DessinSaisie:
    """The cells of the page: what was typed before what is saved, what a colleague wrote meanwhile."""

    grille: GrilleSaisie
    saisie: SaisieMesures
    enregistrees: type_valeurs
    disputees: Collection[Case] = ()

    def __post_init__(self) -> None:
        # What the user did not touch follows the colleague; what he typed stays.
        self.textes = self.saisie.textes_changes() if self.disputees else self.saisie.textes

    def lignes(self) -> list[tuple[Indicateur, list[dict[str, Any] | None]]]:
        """Indicator → its cells; None where nothing is entered."""
        return [
            (indicateur, [self._case(indicateur, cio.pk if cio else 0) for cio in self.grille.colonnes])
            for indicateur in self.grille.indicateurs
        ]

    def _case(self, indicateur: Indicateur, cio: int) -> dict[str, Any] | None:
        case = Case(indicateur.pk, cio)
        if case not in self.grille.cases:
            return None
        enregistree = self.enregistrees.get(case)
        erreur = PAS_UN_NOMBRE if case in self.saisie.illisibles else ""
        if case in self.disputees:
            ecrit = "case vidée" if enregistree is None else ecrire_valeur(enregistree, indicateur.unite)
            erreur = f"Enregistré entre-temps : {ecrit}."
        return {
            "nom": case.nom,
            "titre": f"{self.grille.titre(case)}, en {indicateur.get_unite_display()}",
            "valeur": self.textes.get(case, "" if enregistree is None else texte_de_nombre(enregistree)),
            "somme": self._somme(indicateur, cio),
            "erreur": erreur,
        }

    def _somme(self, indicateur: Indicateur, cio: int) -> str:
        """What the CIO add up to, beside the département: a help for a number, never for a share."""
        somme = self.grille.sommes.get(indicateur.pk)
        if cio or somme is None or indicateur.unite != Unite.NOMBRE or len(self.grille.colonnes) < 2:
            return ""
        return ecrire_valeur(somme, indicateur.unite)
