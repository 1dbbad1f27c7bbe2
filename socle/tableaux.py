"""Tables shown on screen, written in Python: a template loop over cells costs more than a page."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True, slots=True)
class ColonneEcran:
    """One column. `cle` names the value in the row, `tri` the sort of `ListeView.tris` behind its title.

    `lien` is a url name: the cell links to it, with the row's `lien_cle` as only argument.
    `insecable` keeps the cells on one line (school years, codes).
    """

    titre: str
    cle: str = ""
    tri: str = ""
    nombre: bool = False
    lien: str = ""
    lien_cle: str = "pk"
    insecable: bool = False

    @property
    def ouverture(self) -> str:
        """Opening tag of its cells: written once per column, not once per cell."""
        if self.nombre:
            return '<td class="cio-nombre">'
        return '<td class="cio-insecable">' if self.insecable else "<td>"


def cellule(valeur: Any) -> str:
    """Escaped text of a value as a French reader expects it; nothing known shows a dash."""
    if valeur.__class__ is str:
        return escape(valeur)
    if valeur.__class__ is SafeString:
        return valeur
    if valeur is None:
        return "–"
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if valeur.__class__ is dt.date:
        return f"{valeur:%d/%m/%Y}"
    return conditional_escape(localize(valeur))


def lien(url: str, texte: Any) -> SafeString:
    """A link ready to stand in a cell."""
    return mark_safe(f'<a href="{escape(url)}">{cellule(texte)}</a>')  # noqa: S308 - escaped here


def adresses(url_name: str, cles: Sequence[Any]) -> list[str]:
    """The address of each row. `reverse` is called once when its key has one possible place in the address:
    fifty calls would cost as much as the query.
    """
    if not cles:
        return []
    textes = [str(cle) for cle in cles]
    avant, _, apres = reverse(url_name, args=(cles[0],)).partition(textes[0])
    if textes[0] in apres or not all(texte.isascii() and texte.isalnum() for texte in textes):
        return [reverse(url_name, args=(cle,)) for cle in cles]
    return [f"{avant}{texte}{apres}" for texte in textes]


def cellules(colonnes: Sequence[ColonneEcran], objets: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """The cells of rows read by `.values()`, links included."""
    objets = list(objets)
    return list(zip(*(_cellules_de(colonne, objets) for colonne in colonnes), strict=True))


def _cellules_de(colonne: ColonneEcran, objets: Sequence[Mapping[str, Any]]) -> list[Any]:
    valeurs = [objet[colonne.cle] for objet in objets]
    if not colonne.lien:
        return valeurs
    urls = adresses(colonne.lien, [objet[colonne.lien_cle] for objet in objets])
    return [lien(url, valeur) for url, valeur in zip(urls, valeurs, strict=True)]


@dataclass(frozen=True)
class TableauEcran:
    """A table for `composants/table.html`: its legend, its columns, its rows of cells.

    `liens_tri` gives, per sort, the address of the link and the present aria-sort (« » when not sorted).
    """

    legende: str
    colonnes: Sequence[ColonneEcran]
    lignes: Iterable[Sequence[Any]]
    liens_tri: Mapping[str, tuple[str, str]]

    @property
    def entetes(self) -> SafeString:
        return mark_safe("".join(self._entete(colonne) for colonne in self.colonnes))  # noqa: S308 - escaped

    @property
    def corps(self) -> SafeString:
        """First cell of a row is its header; the others follow the alignment of their column."""
        avant = [colonne.ouverture for colonne in self.colonnes]
        avant[0], fin_tete = avant[0].replace("<td", '<th scope="row"'), "</th>"
        rangs = []
        for ligne in self.lignes:
            textes = [cellule(valeur) for valeur in ligne]
            reste = "".join(f"{a}{t}</td>" for a, t in zip(avant[1:], textes[1:], strict=True))
            rangs.append(f"<tr>{avant[0]}{textes[0]}{fin_tete}{reste}</tr>")
        return mark_safe("".join(rangs))  # noqa: S308 - each cell is escaped

    def _entete(self, colonne: ColonneEcran) -> str:
        classe = ' class="cio-nombre"' if colonne.nombre else ""
        titre = conditional_escape(colonne.titre)
        if colonne.tri not in self.liens_tri:
            return f'<th scope="col"{classe}>{titre}</th>'
        url, sens = self.liens_tri[colonne.tri]
        etat = f' aria-sort="{sens}"' if sens else ""
        return (
            f'<th scope="col"{classe}{etat}><a class="cio-tri" href="{conditional_escape(url)}">{titre}'
            '<span class="cio-tri__fleche" aria-hidden="true"></span></a></th>'
        )
