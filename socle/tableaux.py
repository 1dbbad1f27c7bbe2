"""Tables shown on screen, written in Python: a template loop over cells costs more than a page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True, slots=True)
class ColonneEcran:
    """One column. `cle` names the value in the row, `tri` the sort of `ListeView.tris` behind its title.

    `lien` is a url name: the cell links to it, with the row's `lien_cle` as only argument.
    """

    titre: str
    cle: str = ""
    tri: str = ""
    nombre: bool = False
    lien: str = ""
    lien_cle: str = "pk"


def cellule(valeur: Any) -> str:
    """Escaped text of a value as a French reader expects it; nothing known shows a dash."""
    if valeur.__class__ is str:
        return conditional_escape(valeur)
    if valeur is None:
        return "–"
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return conditional_escape(valeur if isinstance(valeur, SafeString) else localize(valeur))


def lien(url: str, texte: Any) -> SafeString:
    """A link ready to stand in a cell."""
    return mark_safe(f'<a href="{conditional_escape(url)}">{cellule(texte)}</a>')  # noqa: S308 - escaped here


def cellules(colonnes: Sequence[ColonneEcran], objets: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    """The cells of rows read by `.values()`, links included."""
    return [
        [
            lien(reverse(c.lien, args=(objet[c.lien_cle],)), objet[c.cle]) if c.lien else objet[c.cle]
            for c in colonnes
        ]
        for objet in objets
    ]


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
        avant = ['<td class="cio-nombre">' if c.nombre else "<td>" for c in self.colonnes]
        avant[0], fin_tete = '<th scope="row">', "</th>"
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
