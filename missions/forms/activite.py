"""The counts: the grid as it is posted, the row added to it, what the reading page shows."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms

from missions.enums import Lieu
from missions.models import Mission
from missions.selectors.activite import (
    COLONNES,
    CleLigne,
    ecoles_du_cio,
    missions_comptees,
    mois_de_l_annee,
    nom_du_mois,
    publics_comptes,
    type_nombres,
)
from missions.selectors.activite_lecture import AXES, lit_en_detail
from reseaux.models import CIO, AnneeScolaire
from reseaux.perimetre import Perimetre
from socle.forms import FiltreDsfr, FormulaireDsfr, FormulaireImport

NOMBRE = re.compile(r"[0-9]{1,6}")
PAS_UN_NOMBRE = "Écrivez un nombre entier, ou laissez la case vide."
#: Prefix of the cells of the grid, of those of the row to add.
CELLULE, AJOUT = "n-", "a-"


def texte_cellule(cellule: tuple[CleLigne, str]) -> str:
    """Name of a cell in the page."""
    return f"{CELLULE}{cellule[0].texte}-{cellule[1]}"


def lire_cellule(nom: str) -> tuple[CleLigne, str] | None:
    morceaux = nom.removeprefix(CELLULE).split("-", 3)
    cle = CleLigne.lire("-".join(morceaux[:3]))
    return (cle, morceaux[3]) if cle and len(morceaux) == 4 else None


@dataclass
class SaisieActivite:
    """What was posted: numbers, cells that hold no number, and the grid as the page was opened."""

    nombres: dict[tuple[CleLigne, str], int | None] = field(default_factory=dict)
    textes: dict[str, str] = field(default_factory=dict)
    illisibles: set[str] = field(default_factory=set)
    depart: type_nombres = field(default_factory=dict)

    @classmethod
    def lire(cls, donnees: Mapping[str, str]) -> SaisieActivite:
        saisie = cls(depart=_lire_depart(donnees.get("depart", "")))
        for nom, valeur in donnees.items():
            cellule = lire_cellule(nom) if nom.startswith(CELLULE) else None
            if cellule is not None:
                saisie.textes[nom] = valeur[:20]
                saisie._noter(nom, cellule, valeur)
        return saisie

    def ajouter(self, cle: CleLigne, donnees: Mapping[str, str]) -> None:
        """The cells of the added row."""
        for colonne in COLONNES:
            nom = f"{AJOUT}{colonne.cle}"
            valeur = donnees.get(nom, "")
            self.textes[nom] = valeur[:20]
            if valeur.strip():
                self._noter(nom, (cle, colonne.cle), valeur)

    @property
    def est_vide(self) -> bool:
        """The page as it is opened."""
        return not self.textes

    def textes_changes(self) -> dict[str, str]:
        """What the user changed on the page, as typed."""
        return {
            nom: texte
            for nom, texte in self.textes.items()
            if nom.startswith(AJOUT) or (c := lire_cellule(nom)) is None or self._est_changee(c)
        }

    def _est_changee(self, cellule: tuple[CleLigne, str]) -> bool:
        return self.nombres.get(cellule) != self.depart.get(cellule)

    def _noter(self, nom: str, cellule: tuple[CleLigne, str], valeur: str) -> None:
        compact = "".join(valeur.split())
        if not compact:
            self.nombres[cellule] = None
        elif NOMBRE.fullmatch(compact):
            self.nombres[cellule] = int(compact)
        else:
            self.illisibles.add(nom)


def ecrire_depart(nombres: type_nombres) -> str:
    """The numbers that a page shows, to be sent back with what is typed."""
    return json.dumps({texte_cellule(cellule): nombre for cellule, nombre in sorted(nombres.items())})


def _lire_depart(texte: str) -> type_nombres:
    try:
        lus = json.loads(texte)
    except ValueError:
        return {}
    if not isinstance(lus, dict):
        return {}
    return {
        cellule: nombre
        for nom, nombre in lus.items()
        if type(nombre) is int and (cellule := lire_cellule(nom)) is not None
    }


class LigneForm(FormulaireDsfr):
    """The row to add: where, which mission, for whom."""

    prefix = "ligne"
    lieu = forms.ChoiceField(label="Lieu", required=False)
    mission = forms.ChoiceField(label="Mission", required=False)
    public = forms.ChoiceField(label="Public", required=False)
    marquer_facultatifs = False

    def __init__(self, *args: Any, cio: CIO, mois: dt.date, annee: AnneeScolaire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ecoles = [(str(ecole.pk), str(ecole)) for ecole in ecoles_du_cio(cio, annee)]
        self.fields["lieu"].choices = [("", "Au CIO"), *ecoles]  # type: ignore[attr-defined]  # a field of choices
        publics = [(str(public.pk), public.libelle) for public in publics_comptes(cio, mois)]
        self.fields["public"].choices = [("", "Tous publics"), *publics]  # type: ignore[attr-defined]  # a field of choices
        missions = list(missions_comptees(cio, mois))
        self.fields["mission"].choices = [  # type: ignore[attr-defined]  # a field of choices
            ("", "Choisir"),
            *((lieu.label, _choix([m for m in missions if m.lieu == lieu])) for lieu in Lieu),
        ]

    def cle(self) -> CleLigne | None:
        """The row chosen; None when there is none to add."""
        choisis = self.cleaned_data
        if not choisis.get("mission"):
            return None
        return CleLigne(int(choisis["lieu"] or 0), int(choisis["mission"]), int(choisis["public"] or 0))


def _choix(missions: list[Mission]) -> list[tuple[str, str]]:
    return [(str(mission.pk), f"{mission.code} – {mission.libelle}") for mission in missions]


class LectureForm(FiltreDsfr):
    """What the reading page shows; outside the CIO, nothing may be subtracted from the whole."""

    annee = forms.ModelChoiceField(
        AnneeScolaire.objects.none(), label="Année scolaire", to_field_name="code", empty_label=None
    )
    par = forms.ChoiceField(label="Afficher par", choices=[(cle, axe.titre) for cle, axe in AXES.items()])
    lieu = forms.ChoiceField(label="Lieu", choices=Lieu.choices)
    mois = forms.TypedChoiceField(
        label="Mois", required=False, coerce=dt.date.fromisoformat, empty_value=None
    )

    def __init__(self, *args: Any, perimetre: Perimetre, annee: AnneeScolaire | None, **kwargs: Any) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        self.proposer("annee", AnneeScolaire.objects.order_by("-debut"))
        en_detail = lit_en_detail(perimetre)
        self.fields["lieu"].required = not en_detail
        if not en_detail:
            del self.fields["mois"]
            return
        self.fields["lieu"].choices = [("", "Tous"), *Lieu.choices]  # type: ignore[attr-defined]  # a field of choices
        mois = mois_de_l_annee(annee) if annee else []
        self.fields["mois"].choices = [  # type: ignore[attr-defined]  # a field of choices
            ("", "Tous"),
            *((f"{m:%Y-%m-%d}", nom_du_mois(m).capitalize()) for m in mois),
        ]


class ImportActiviteForm(FormulaireImport):
    """The file alone: CIO, month, mission and public are in its columns."""
