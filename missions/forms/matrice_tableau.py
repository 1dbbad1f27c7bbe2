"""The matrix as the page shows it: rows written in Python, because a thousand cells in a template loop cost
more than all the rest of the page (as psyen.forms.tableau_grille).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from missions.selectors.matrice import MOTS, LigneLue, TableauMatrice


@dataclass
class MatriceEcran:
    """One version, to read or to type in. `saisies`: (line, actor) → text typed, shown again after a refusal;
    `fautes`: where it was refused.
    """

    tableau: TableauMatrice
    est_en_preparation: bool = False
    saisies: Mapping[tuple[int, int], str] = field(default_factory=dict)
    fautes: Mapping[tuple[int, int], str] = field(default_factory=dict)

    @property
    def entetes(self) -> SafeString:
        """Head of each actor's column."""
        return _html(
            [
                f'<th scope="col" id="a{acteur.pk}"><span>{escape(acteur.libelle)}</span></th>'
                for acteur in self.tableau.acteurs
            ]
        )

    @property
    def nombre_de_colonnes(self) -> int:
        return len(self.tableau.acteurs) + 1 + self.est_en_preparation

    @property
    def corps(self) -> SafeString:
        """To read: a <tbody> by rubrique; on a small screen a row is a card, its cells name their actor."""
        acteurs = [(acteur.pk, escape(acteur.libelle)) for acteur in self.tableau.acteurs]
        html = []
        for rubrique, lignes in self.tableau.rubriques():
            html.append(self._rubrique(rubrique))
            html += [
                f"{self._tete(ligne)}{_cellules(ligne, acteurs)}{self._gestes(ligne)}</tr>"
                for ligne in lignes
            ]
            html.append("</tbody>")
        return _html(html)

    @property
    def grille(self) -> SafeString:
        """To type in: one field a cell, and what the line showed when the page was opened."""
        html = []
        for rubrique, lignes in self.tableau.rubriques():
            html.append(self._rubrique(rubrique))
            html += [f"{self._tete(ligne)}{self._champs(ligne)}</tr>" for ligne in lignes]
            html.append("</tbody>")
        return _html(html)

    def _rubrique(self, rubrique: str) -> str:
        titre = escape(rubrique) or "Sans rubrique"
        return (
            f'<tbody><tr class="matrice__rubrique"><th scope="rowgroup" colspan="{self.nombre_de_colonnes}">'
            f"<span>{titre}</span></th></tr>"
        )

    def _tete(self, ligne: LigneLue) -> str:
        dossier = self.tableau.dossiers.get(ligne.dossier or 0)
        note = f'<span class="matrice__dossier">Dossier : {escape(dossier)}</span>' if dossier else ""
        return (
            f'<tr id="ligne-{ligne.pk}"><th scope="row">'
            f'<span id="l{ligne.pk}">{escape(ligne.activite)}</span>{note}</th>'
        )

    @cached_property
    def _adresses(self) -> tuple[str, str]:
        """`reverse` once, not once a line."""
        modifier = reverse("missions:matrice_ligne", args=[0])
        geste = reverse("missions:matrice_ligne_geste", args=[0, "geste"])
        return modifier, geste

    def _gestes(self, ligne: LigneLue) -> str:
        if not self.est_en_preparation:
            return ""
        modifier, geste = (adresse.replace("/0/", f"/{ligne.pk}/") for adresse in self._adresses)
        nom = f'<span class="fr-sr-only"> « {escape(ligne.activite)} »</span>'
        boutons = "".join(
            f'<button class="fr-btn fr-btn--sm fr-btn--tertiary-no-outline {icone}" '
            f'formaction="{geste.replace("geste", code)}" title="{titre}">{titre}{nom}</button>'
            for code, titre, icone in (
                ("monter", "Monter", "fr-icon-arrow-up-line"),
                ("descendre", "Descendre", "fr-icon-arrow-down-line"),
            )
        )
        return (
            f'<td class="matrice__gestes"><a class="fr-btn fr-btn--sm fr-btn--tertiary-no-outline '
            f'fr-icon-edit-line" href="{modifier}" title="Modifier">Modifier{nom}</a>{boutons}</td>'
        )

    def _champs(self, ligne: LigneLue) -> str:
        html = []
        montrees = []
        for acteur in self.tableau.acteurs:
            cle = (ligne.pk, acteur.pk)
            lettres = ligne.lettres(acteur.pk)
            montrees.append(lettres)
            nom = f"c-{ligne.pk}-{acteur.pk}"
            valeur = escape(self.saisies.get(cle, lettres))
            marque = ' aria-invalid="true"' if cle in self.fautes else ""
            html.append(
                f'<td><span class="matrice__acteur">{escape(acteur.libelle)}</span><input id="{nom}" '
                f'name="{nom}" value="{valeur}" aria-labelledby="l{ligne.pk} a{acteur.pk}" maxlength="3" '
                f'autocapitalize="characters"{marque}></td>'
            )
        base = f'<input type="hidden" name="b-{ligne.pk}" value="{",".join(montrees)}">'
        return "".join(html).replace("<td>", f"<td>{base}", 1)


def _cellules(ligne: LigneLue, acteurs: list[tuple[int, str]]) -> str:
    html = []
    for acteur, libelle in acteurs:
        lettres = ligne.lettres(acteur)
        if not lettres:
            html.append('<td class="matrice__vide"></td>')
            continue
        puces = "".join(f'<span class="matrice__lettre matrice__lettre--{x}">{x}</span>' for x in lettres)
        html.append(
            f'<td><span class="matrice__acteur">{libelle}</span><span aria-hidden="true" '
            f'title="{MOTS[lettres]}">{puces}</span><span class="matrice__mot">{MOTS[lettres]}</span></td>'
        )
    return "".join(html)


def _html(morceaux: list[str]) -> SafeString:
    """Every text was escaped where it was written."""
    return mark_safe("".join(morceaux))  # noqa: S308 - escaped where written
