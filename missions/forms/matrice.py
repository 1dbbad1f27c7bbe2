"""An activity, an actor, the cells of the grid."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone

from comptes.enums import Role
from missions.enums import Part
from missions.models import ActeurMatrice, DossierTransversal, LigneMatrice
from missions.selectors.matrice import TableauMatrice, dossiers_ouverts
from missions.services.matrice_import import lire_lettres
from missions.services.matrice_lignes import EcartsDeGrille, SaisieLigne
from socle.forms import FormulaireDsfr, FormulaireImport


class LigneForm(FormulaireDsfr):
    """The activity, who decides, then what each other actor does."""

    rubrique = forms.CharField(
        label="Rubrique",
        max_length=120,
        required=False,
        help_text="Les activités d’une même rubrique se suivent.",
        widget=forms.TextInput(attrs={"list": "rubriques"}),
    )
    activite = forms.CharField(label="Activité", max_length=250)
    decide = forms.TypedChoiceField(
        label="Décide",
        coerce=int,
        help_text="Un seul acteur décide de chaque activité. Il peut aussi réaliser.",
    )
    dossier = forms.ModelChoiceField(
        label="Dossier transversal",
        queryset=DossierTransversal.objects.none(),
        required=False,
        empty_label="Aucun",
        help_text="Si le dossier est délégué, « Qui décide ? » nomme le délégataire.",
    )

    def __init__(
        self, *args: Any, tableau: TableauMatrice, ligne: LigneMatrice | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.tableau = tableau
        acteurs = [(acteur.pk, acteur.libelle) for acteur in tableau.acteurs]
        self.fields["decide"].choices = [("", "Choisissez"), *acteurs]  # type: ignore[attr-defined]  # a field of choices
        departement = tableau.matrice.departement_id
        ouverts = [d.pk for d in dossiers_ouverts(departement, timezone.localdate()).values()]
        if ligne and ligne.dossier_id:
            ouverts.append(ligne.dossier_id)
        self.proposer("dossier", DossierTransversal.objects.filter(pk__in=ouverts).order_by("libelle", "pk"))
        for pk, libelle in acteurs:
            self.fields[f"part_{pk}"] = forms.ChoiceField(
                label=f"Intervention : {libelle}", choices=[("", "–"), *Part.choices], required=False
            )

    @property
    def rubriques(self) -> list[str]:
        """Those of the matrix, proposed as one types."""
        return [rubrique for rubrique, _ in self.tableau.rubriques() if rubrique]

    @property
    def saisie(self) -> SaisieLigne:
        donnees = self.cleaned_data
        parts = {a.pk: donnees[f"part_{a.pk}"] for a in self.tableau.acteurs if donnees[f"part_{a.pk}"]}
        return SaisieLigne(
            donnees["rubrique"], donnees["activite"], donnees["decide"], parts, donnees["dossier"]
        )


def initial_ligne(ligne: LigneMatrice) -> dict[str, Any]:
    parts = {f"part_{acteur}": part for acteur, part in ligne.cases.values_list("acteur", "part")}
    return parts | {
        "rubrique": ligne.rubrique,
        "activite": ligne.activite,
        "decide": ligne.decide_id,
        "dossier": ligne.dossier_id,
    }


class ActeurForm(FormulaireDsfr):
    libelle = forms.CharField(label="Acteur", max_length=80, help_text="Le titre de sa colonne.")
    role = forms.ChoiceField(
        label="Fonction dans le service",
        choices=[("", "Aucune"), *((role.value, role.label) for role in Role if role != Role.ADMIN)],
        required=False,
        help_text="« Qui décide ? » nomme alors qui l’exerce aujourd’hui.",
    )


def initial_acteur(acteur: ActeurMatrice) -> dict[str, Any]:
    return {"libelle": acteur.libelle, "role": acteur.role}


class TitreForm(FormulaireDsfr):
    titre = forms.CharField(label="Titre", max_length=160)


class ImportMatriceForm(FormulaireImport):
    """The file alone: its columns say the rest."""


CHAMP = re.compile(r"c-([0-9]{1,15})-([0-9]{1,15})")


def lire_saisie(tableau: TableauMatrice, donnees: Mapping[str, str]) -> EcartsDeGrille:
    """The cells that were changed, against what the page showed (`b-<line>`: letters in the order of the
    columns). A field left out, a line or a column that is no longer there: nothing.
    """
    acteurs = [acteur.pk for acteur in tableau.acteurs]
    ecarts: dict[int, dict[int, tuple[str, str]]] = {}
    for ligne in tableau.lignes:
        montrees = donnees.get(f"b-{ligne.pk}", "").split(",")
        bases = dict(zip(acteurs, montrees, strict=True)) if len(montrees) == len(acteurs) else {}
        for acteur in acteurs:
            texte = donnees.get(f"c-{ligne.pk}-{acteur}")
            avant = bases.get(acteur, ligne.lettres(acteur))
            if texte is not None and lire_lettres(texte) != avant:
                ecarts.setdefault(ligne.pk, {})[acteur] = (avant, lire_lettres(texte))
    return ecarts


def textes_saisis(donnees: Mapping[str, str]) -> dict[tuple[int, int], str]:
    """(line, actor) → what was typed, to be shown again."""
    lus = ((CHAMP.fullmatch(nom), valeur) for nom, valeur in donnees.items())
    return {(int(lu[1]), int(lu[2])): valeur for lu, valeur in lus if lu}
