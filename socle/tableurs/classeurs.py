"""XLSX and ODS writers: text cells are typed as text, so nothing in them can become a formula."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from socle.tableurs.csv_fr import par_blocs
from socle.tableurs.modele import TYPES_MIME, Colonne, Lignes, lettre_de_colonne
from socle.tableurs.valeurs import en_date, en_decimal, nettoyer, texte, tient_dans_une_cellule

_CARACTERES_XLSX = 32_767
_PREMIERE_ANNEE_XLSX = 1900
# Names that Excel keeps for itself, in English and in French.
_FEUILLES_RESERVEES = {"history", "historique"}


def nom_de_feuille(titre: str) -> str:
    """A sheet name that Excel accepts: 31 characters, none of []:*?/\\, no apostrophe at the ends."""
    nom = re.sub(r"[\[\]:*?/\\\s]+", " ", nettoyer(titre)).strip("' ")[:31].strip("' ") or "Feuille"
    return f"{nom} (export)" if nom.casefold() in _FEUILLES_RESERVEES else nom


def cellule(valeur: Any, type_: str) -> str | Decimal | date:
    """What goes into the cell: a number or a day when the format keeps it exactly, text otherwise."""
    if type_ == "date" and (jour := en_date(valeur)):
        return jour
    if type_ in {"entier", "decimal"} and not isinstance(valeur, bool):
        nombre = en_decimal(valeur)
        if nombre is not None and tient_dans_une_cellule(nombre):
            return nombre
    return texte(valeur, type_)


# --- XLSX ------------------------------------------------------------------------------------------
def ecrire_xlsx(*, colonnes: Sequence[Colonne], lignes: Lignes, titre: str) -> bytes:
    """Row by row (constant memory), header in bold, frozen, with filters."""
    import xlsxwriter  # noqa: PLC0415 - 2 MB that only a process which writes one should carry

    sortie = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(sortie, options | {"strings_to_numbers": False}) as classeur:
        classeur.set_properties({"title": nettoyer(titre)})
        entete = classeur.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        jour = classeur.add_format({"num_format": "dd/mm/yyyy"})
        feuille = classeur.add_worksheet(nom_de_feuille(titre))
        for indice, colonne in enumerate(colonnes):
            feuille.set_column(indice, indice, colonne.largeur)
            feuille.write_string(0, indice, nettoyer(colonne.titre), entete)
        feuille.freeze_panes(1, 0)
        rang = 0
        for bloc in par_blocs(colonnes, lignes):
            for ligne in bloc:
                rang += 1
                _ligne_xlsx(feuille, rang, zip(ligne, colonnes, strict=True), jour)
        feuille.autofilter(0, 0, rang, len(colonnes) - 1)
    return sortie.getvalue()


def _ligne_xlsx(feuille: Any, rang: int, valeurs: Iterator[tuple[Any, Colonne]] | Any, jour: Any) -> None:
    for indice, (valeur, colonne) in enumerate(valeurs):
        contenu = cellule(valeur, colonne.type)
        if isinstance(contenu, Decimal):
            feuille.write_number(rang, indice, contenu)
        elif isinstance(contenu, date) and contenu.year >= _PREMIERE_ANNEE_XLSX:
            feuille.write_datetime(rang, indice, contenu, jour)
        elif contenu != "":
            feuille.write_string(rang, indice, str(contenu)[:_CARACTERES_XLSX])


# --- ODS -------------------------------------------------------------------------------------------
_ESPACES_NOMS = " ".join(
    f'xmlns:{prefixe}="urn:oasis:names:tc:opendocument:xmlns:{nom}:1.0"'
    for prefixe, nom in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"),
        ("fo", "xsl-fo-compatible"), ("number", "datastyle"), ("config", "config"),
        ("manifest", "manifest"),
    )
)  # fmt: skip
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MANIFESTE = (
    f'{_DECLARATION}<manifest:manifest {_ESPACES_NOMS} manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{TYPES_MIME["ods"]}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="settings.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_STYLES = (
    '<number:date-style style:name="jour"><number:day number:style="long"/><number:text>/</number:text>'
    '<number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/>'
    '</number:date-style><style:style style:name="date" style:family="table-cell"'
    ' style:data-style-name="jour"/><style:style style:name="entete" style:family="table-cell">'
    '<style:table-cell-properties fo:border-bottom="0.5pt solid #000000" fo:wrap-option="wrap"'
    ' style:vertical-align="top"/><style:text-properties fo:font-weight="bold"/></style:style>'
)


def ecrire_ods(*, colonnes: Sequence[Colonne], lignes: Lignes, titre: str) -> bytes:
    """Streamed by hand: a hundred times faster than a document model (ecosystem.md §5)."""
    sortie = BytesIO()
    with ZipFile(sortie, "w", ZIP_DEFLATED) as archive:
        archive.writestr(ZipInfo("mimetype"), TYPES_MIME["ods"], ZIP_STORED)
        archive.writestr(ZipInfo("META-INF/manifest.xml"), _MANIFESTE, ZIP_DEFLATED)
        archive.writestr(ZipInfo("settings.xml"), _reglages(nom_de_feuille(titre)), ZIP_DEFLATED)
        feuille = ZipInfo("content.xml")
        feuille.compress_type = ZIP_DEFLATED
        with archive.open(feuille, "w") as flux:
            _contenu(flux, colonnes, lignes, nom_de_feuille(titre))
    return sortie.getvalue()


def _contenu(flux: IO[bytes], colonnes: Sequence[Colonne], lignes: Lignes, nom: str) -> None:
    largeurs = {colonne.largeur for colonne in colonnes}
    styles = "".join(
        f'<style:style style:name="l{largeur}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{largeur * 0.2:.1f}cm"/></style:style>'
        for largeur in sorted(largeurs)
    )
    debut = (
        f'{_DECLARATION}<office:document-content {_ESPACES_NOMS} office:version="1.3">'
        f"<office:automatic-styles>{styles}{_STYLES}</office:automatic-styles>"
        f"<office:body><office:spreadsheet><table:table table:name={quoteattr(nom)}>"
        + "".join(f'<table:table-column table:style-name="l{c.largeur}"/>' for c in colonnes)
        + "<table:table-header-rows><table:table-row>"
        + "".join(_texte_ods(nettoyer(c.titre), ' table:style-name="entete"') for c in colonnes)
        + "</table:table-row></table:table-header-rows>"
    )
    flux.write(debut.encode())
    types = [colonne.type for colonne in colonnes]
    rang = 1
    for bloc in par_blocs(colonnes, lignes):
        rang += len(bloc)
        flux.write("".join(_ligne_ods(ligne, types) for ligne in bloc).encode())
    feuille = nom.replace("'", "''")
    plage = f"'{feuille}'.A1:'{feuille}'.{lettre_de_colonne(len(colonnes) - 1)}{rang}"
    flux.write(
        "</table:table><table:database-ranges><table:database-range"
        f' table:name="filtre" table:display-filter-buttons="true" table:target-range-address='
        f"{quoteattr(plage)}/></table:database-ranges>"
        "</office:spreadsheet></office:body></office:document-content>".encode()
    )


def _ligne_ods(ligne: Sequence[Any], types: Sequence[str]) -> str:
    cellules = (_cellule_ods(cellule(v, t)) for v, t in zip(ligne, types, strict=True))
    return f"<table:table-row>{''.join(cellules)}</table:table-row>"


def _cellule_ods(contenu: str | Decimal | date) -> str:
    if isinstance(contenu, str):
        return _texte_ods(contenu) if contenu else "<table:table-cell/>"
    if isinstance(contenu, Decimal):
        valeur = f'office:value-type="float" office:value="{contenu:f}"'
        return f"<table:table-cell {valeur}><text:p>{texte(contenu)}</text:p></table:table-cell>"
    return (
        '<table:table-cell table:style-name="date" office:value-type="date" office:date-value="'
        f'{contenu.isoformat()}"><text:p>{contenu:%d/%m/%Y}</text:p></table:table-cell>'
    )


def _texte_ods(contenu: str, attributs: str = "") -> str:
    """Paragraphs for lines, explicit marks for the spaces and tabs that the format would collapse."""
    corps = escape(contenu)
    if "  " in corps or "\t" in corps or "\n" in corps or corps != corps.strip(" "):
        corps = re.sub("^ +|(?<=[\t\n]) +| +(?=[\t\n])| +$|  +", _espaces, corps, flags=re.ASCII)
        corps = corps.replace("\t", "<text:tab/>").replace("\n", "</text:p><text:p>")
    return (
        f'<table:table-cell{attributs} office:value-type="string"><text:p>{corps}</text:p></table:table-cell>'
    )


def _espaces(trouve: re.Match[str]) -> str:
    return f'<text:s text:c="{len(trouve[0])}"/>'


def _reglages(nom: str) -> str:
    """The first line stays in sight when scrolling."""
    fige = "".join(
        f'<config:config-item config:name="{cle}" config:type="{type_}">{valeur}</config:config-item>'
        for cle, type_, valeur in (
            ("VerticalSplitMode", "short", 2),
            ("VerticalSplitPosition", "int", 1),
            ("ActiveSplitRange", "short", 2),
            ("PositionBottom", "int", 1),
        )
    )
    return (
        f'{_DECLARATION}<office:document-settings {_ESPACES_NOMS} office:version="1.3"><office:settings>'
        '<config:config-item-set config:name="ooo:view-settings"><config:config-item-map-indexed'
        ' config:name="Views"><config:config-item-map-entry><config:config-item-map-named'
        f' config:name="Tables"><config:config-item-map-entry config:name={quoteattr(nom)}>{fige}'
        "</config:config-item-map-entry></config:config-item-map-named></config:config-item-map-entry>"
        "</config:config-item-map-indexed></config:config-item-set>"
        "</office:settings></office:document-settings>"
    )
