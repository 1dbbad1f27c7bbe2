"""The reader: broken files are refused with a French sentence, bombs before they explode.

Every file is made here; nothing binary is committed (reliability.md rows 17 and 18).
"""

import gzip
import re
import subprocess
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from socle.tableurs import (
    LIMITES,
    TYPES_MIME,
    Colonne,
    Limites,
    TableauIllisible,
    correspondance,
    ecrire_tableau,
    lire_tableau,
)
from socle.tableurs import lecture as module_lecture

BON = "UAI;Nom\r\n0410001A;Collège\r\n"
TYPE_ODS = TYPES_MIME["ods"]


# --- Making files ----------------------------------------------------------------------------------
def archive(membres, compression=ZIP_DEFLATED):
    sortie = BytesIO()
    with ZipFile(sortie, "w", compression) as zip_:
        for nom, contenu in membres.items():
            zip_.writestr(nom, contenu)
    return sortie.getvalue()


def xlsx(lignes="", *, textes="", suite="", feuilles="", entete=True, proprietes=""):
    """A hand-made workbook: `lignes` is raw sheetData below the header « UAI | Nom »."""
    titre = '<row r="1"><c r="A1" t="inlineStr"><is><t>UAI</t></is></c>'
    titre += '<c r="B1" t="inlineStr"><is><t>Nom</t></is></c></row>'
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return archive(
        {
            "xl/workbook.xml": f'<workbook xmlns:r="{relation}">{proprietes}<sheets>'
            f'<sheet name="Feuille" sheetId="1" r:id="rId1"/>{feuilles}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": "<Relationships>"
            f'<Relationship Id="rId1" Type="{relation}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{relation}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
            "</Relationships>",
            "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{titre if entete else ''}{lignes}"
            f"</sheetData>{suite}</worksheet>",
            "xl/sharedStrings.xml": f"<sst>{textes}</sst>",
        }
    )


def ods(lignes="", *, styles="", tables="", debut="", manifeste=""):
    """A hand-made ODS: `lignes` are raw rows below the header « UAI | Nom »."""
    titre = "".join(f"<table:table-cell><text:p>{t}</text:p></table:table-cell>" for t in ("UAI", "Nom"))
    return archive(
        {
            "mimetype": TYPE_ODS,
            "META-INF/manifest.xml": f"<manifest>{manifeste}</manifest>",
            "content.xml": f"{debut}<office:document-content>{styles}<office:spreadsheet>"
            f'<table:table table:name="Feuille"><table:table-row>{titre}</table:table-row>{lignes}'
            f"</table:table>{tables}</office:spreadsheet></office:document-content>",
        }
    )


def case(contenu, **attributs):
    ecrits = "".join(f' {cle.replace("__", ":").replace("_", "-")}="{v}"' for cle, v in attributs.items())
    return f"<table:table-cell{ecrits}><text:p>{contenu}</text:p></table:table-cell>"


def rangee(*cases, fois=1):
    return f'<table:table-row table:number-rows-repeated="{fois}">{"".join(cases)}</table:table-row>'


def openpyxl_xlsx(remplir):
    classeur = openpyxl.Workbook()
    classeur.active.append(["UAI", "Nom"])
    classeur.active.append(["0410001A", "Collège"])
    remplir(classeur)
    sortie = BytesIO()
    classeur.save(sortie)
    return sortie.getvalue()


def zip_chiffre():
    """Flag of encryption set in both headers of the first member."""
    contenu = bytearray(xlsx())
    contenu[6] |= 1
    contenu[contenu.index(b"PK\x01\x02") + 8] |= 1
    return bytes(contenu)


def valeurs(tableau):
    return [list(ligne.valeurs.values()) for ligne in tableau.lignes]


# --- Broken files ----------------------------------------------------------------------------------
REFUSES = {
    "vide": (b"", "est vide"),
    "espaces": (b"\xef\xbb\xbf \r\n\r\n", "est vide"),
    "separateurs seuls": (b";;;\r\n;;\r\n", "aucune donnée"),
    "gzip": (gzip.compress(BON.encode()), "compressé"),
    "git lfs": (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 130\n", "Git LFS"),
    "html": (b"\r\n<html><table><tr><td>x</td></tr></table></html>", "page web"),
    "xml 2003": (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "page web ou du XML"),
    "pdf": (b"%PDF-1.7 ...", "PDF"),
    "rtf": (b"{\\rtf1 x}", "RTF"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "97-2003"),
    "xlsx chiffre": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60) + "EncryptedPackage".encode("utf-16-le"),
        "mot de passe",
    ),
    "zip chiffre": (zip_chiffre(), "mot de passe"),
    "ods chiffre": (ods(manifeste="<manifest:encryption-data/>"), "mot de passe"),
    "octets nuls": (b"UAI;Nom\r\n0410001A;a\x00b\r\n", "octets nuls"),
    "utf-16 sans marque": (BON.encode("utf-16-le"), "octets nuls"),
    "utf-16 coupe": (BON.encode("utf-16")[:-1], "aucun texte lisible"),
    "encodage inconnu": (b"UAI;Nom\r\n0410001A;Coll\x81ge\r\n", "Ligne 2 : un caractère"),
    "guillemet ouvert": (b'UAI;Nom\r\n0410001A;"Coll\xc3\xa8ge\r\n0410002B;x\r\n', "Ligne 2 : un guillemet"),
    "guillemet ferme trop tot": (b'UAI;Nom\r\n1;"a"b\r\n', "Ligne 2 : un guillemet"),
    "titre en double": (b"UAI;Nom;UAI\r\n1;2;3\r\n", "figure deux fois (colonnes A et C)"),
    "titre vide": (b"UAI;;Nom\r\n1;2;3\r\n", "Ligne 2, colonne B"),
    "lignes decalees": (b"UAI,Nom\r\n1,a\r\n2,b,c\r\n3,d\r\n4,e,f\r\n", "titre : 3, 5."),
    "trop de colonnes": ((";".join(f"c{n}" for n in range(201))).encode(), "limite est de 200"),
    "cellule demesuree": (b"UAI;Nom\r\n1;" + b"x" * 40_000, "Ligne 2 : une cellule"),
    "un million de caracteres": (b"UAI;Nom\r\n1;" + b"x" * 1_000_000, "Ligne 2"),
    "trop de lignes": (b"UAI;Nom\r\n" + b"1;a\r\n" * 20_001, "20\u202f000 lignes"),
    "trop lourd": (b"UAI;Nom\r\n" + b"x" * 12_000_000, "12,0 Mo"),
    "zip tronque": (xlsx()[:-40], "tronqué ou abîmé"),
    "zip abime": (xlsx().replace(b"PK\x01\x02", b"PK\x01\x07"), "tronqué ou abîmé"),
    "zip sans classeur": (archive({"notes.txt": "x"}), "pas un tableau"),
    "document odt": (
        archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}),
        "pas un tableau",
    ),
    "xml mal forme": (xlsx("<row"), "tronqué ou abîmé"),
    "feuille absente": (
        archive({"xl/workbook.xml": '<w><sheet name="x" id="r"/></w>', "xl/_rels/workbook.xml.rels": "<R/>"}),
        "introuvable",
    ),
    "xlsx vide": (xlsx(entete=False), "aucune donnée"),
    "formule non calculee": (
        openpyxl_xlsx(lambda classeur: classeur.active.append(["x", "=1+1"])),
        "B3 contient une formule dont le résultat",
    ),
    "formule en erreur": (
        xlsx('<row r="2"><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'),
        "B2 affiche",
    ),
    "formule ods non calculee": (
        ods('<table:table-row><table:table-cell table:formula="of:=1+1"/></table:table-row>'),
        "A2 contient une formule",
    ),
    "erreur ods": (
        ods(rangee(case("#REF!", calcext__value_type="error", office__value_type="string"))),
        "A2 affiche l’erreur « #REF! »",
    ),
    "cellules fusionnees": (
        openpyxl_xlsx(lambda classeur: classeur.active.merge_cells("A2:A3")),
        "fusionnées (A2:A3)",
    ),
    "cellules fusionnees ods": (
        ods(rangee(case("x", table__number_columns_spanned="2"))),
        "fusionnées (A2:B2)",
    ),
    "lignes en desordre": (xlsx('<row r="3"/><row r="2"/>'), "désordre"),
    "adresse folle": (xlsx('<row r="2"><c r="AAAA2"><v>1</v></c></row>'), "pas d’adresse"),
    "nombre illisible": (xlsx('<row r="2"><c r="A2"><v>beaucoup</v></c></row>'), "A2 contient une valeur"),
    "texte partage absent": (xlsx('<row r="2"><c r="A2" t="s"><v>7</v></c></row>'), "A2 contient une valeur"),
    "date ods illisible": (
        ods(rangee(case("x", office__value_type="date", office__date_value="31/02"))),
        "A2 contient une valeur",
    ),
    "tout est masque": (
        archive({"xl/workbook.xml": '<w><sheet name="x" state="hidden" id="r"/></w>', "xl/_rels/x": ""}),
        "aucune feuille visible",
    ),
}


@pytest.mark.parametrize("cas", REFUSES)
def test_un_fichier_defectueux_est_refuse_avec_sa_raison(cas):
    contenu, raison = REFUSES[cas]
    with pytest.raises(TableauIllisible) as refus:
        lire_tableau(contenu, nom="fichier.csv")
    assert raison in str(refus.value)
    assert str(refus.value).endswith((".", ")"))


def test_il_y_a_au_moins_vingt_cinq_fichiers_defectueux():
    assert len(REFUSES) >= 25


# --- Files that people really have -----------------------------------------------------------------
@pytest.mark.parametrize(
    "contenu",
    [
        BON.encode(),
        BON.encode("utf-8-sig"),
        BON.encode("cp1252"),
        BON.encode("utf-16"),
        BON.replace(";", ",").encode(),
        BON.replace(";", "\t").encode(),
        BON.replace("\r\n", "\n").encode(),
        BON.replace("\r\n", "\r").encode(),
        BON.replace("UAI;Nom", '"UAI";"Nom"').encode(),
        b"sep=;\r\n" + BON.encode(),
        BON.encode() + b";\r\n\r\n",
        BON.replace("UAI;Nom", "UAI;Nom;;").encode(),
    ],
)
def test_les_csv_courants_se_lisent(contenu):
    tableau = lire_tableau(contenu, nom="x.csv")
    assert tableau.entetes == ["UAI", "Nom"]
    assert valeurs(tableau) == [["0410001A", "Collège"]]


def test_le_windows_1252_est_signale():
    assert "Windows-1252" in lire_tableau(BON.encode("cp1252"), nom="x.csv").avertissements[0]


def test_un_texte_a_virgules_ne_trompe_pas_le_choix_du_separateur():
    contenu = "Nom, prénom, etc;Quotité\nA, B, C;0,5\nD;0,8\n".encode()
    assert lire_tableau(contenu, nom="x.csv").entetes == ["Nom, prénom, etc", "Quotité"]


def test_les_lignes_portent_le_numero_que_voit_la_personne():
    contenu = 'Titre;Quotité\r\n\r\n"deux\nlignes";1\r\nx;2\r\n'.encode()
    tableau = lire_tableau(contenu, nom="x.csv")
    assert [ligne.numero for ligne in tableau.lignes] == [3, 4]
    assert tableau.reperer(tableau.lignes[1], "Quotité") == "ligne 4, colonne B « Quotité »"


def test_une_colonne_vide_ne_decale_pas_les_lettres():
    tableau = lire_tableau(b"UAI;;Nom\r\n1;;3\r\n", nom="x.csv")
    assert tableau.reperer(2, "Nom") == "ligne 2, colonne C « Nom »"


def test_une_ligne_csv_trop_courte_est_signalee():
    tableau = lire_tableau(b"UAI;Nom\r\n1\r\n", nom="x.csv")
    assert valeurs(tableau) == [["1", ""]]
    assert "la première : 2" in tableau.avertissements[0]


def test_un_entete_seul_est_un_tableau_sans_ligne():
    for contenu in (b"UAI;Nom\r\n", xlsx(), ods()):
        tableau = lire_tableau(contenu, nom="x")
        assert (tableau.entetes, tableau.lignes) == (["UAI", "Nom"], [])


def test_un_xlsx_d_openpyxl_se_lit_comme_on_le_voit():
    def remplir(classeur):
        feuille = classeur.active
        feuille.append(["00045", 42.0, 0.1 + 0.2, True, "a_x0041_\nb"])
        feuille["F1"], feuille["G1"], feuille["H1"] = "Jour", "Heure", "Part"
        feuille["C1"], feuille["D1"], feuille["E1"] = "Décimal", "Vrai", "Texte"
        feuille["F3"], feuille["F3"].number_format = 46266, "dd/mm/yyyy"
        feuille["G3"], feuille["G3"].number_format = 1.125, '[h]:mm" h"'
        feuille["H3"], feuille["H3"].number_format = 0.5, '0" années (days)"'
        feuille.row_dimensions[3].hidden = True
        classeur.create_sheet("Cachée").sheet_state = "hidden"
        classeur.create_sheet("Autre")

    tableau = lire_tableau(openpyxl_xlsx(remplir), nom="x.csv")
    assert valeurs(tableau)[1] == ["00045", "42", "0,3", "oui", "aA\nb", "2026-09-01", "27:00", "0,5"]
    assert len(tableau.avertissements) == 3
    assert "« Autre »" in tableau.avertissements[0]
    assert "Feuille masquée non lue : « Cachée »" in tableau.avertissements[1]
    assert "lignes masquées" in tableau.avertissements[2]


def test_la_premiere_feuille_visible_est_lue():
    classeur = openpyxl.Workbook()
    classeur.active.append(["Secret"])
    classeur.active.sheet_state = "veryHidden"
    classeur.create_sheet("Visible").append(["UAI", "Nom"])
    sortie = BytesIO()
    classeur.save(sortie)
    assert lire_tableau(sortie.getvalue(), nom="x").entetes == ["UAI", "Nom"]


def test_les_dates_se_lisent_dans_les_deux_calendriers_d_excel():
    def remplir(classeur, epoque):
        classeur.epoch = epoque
        for jour in (datetime(2026, 9, 1), datetime(2026, 9, 1, 8, 30), datetime(1904, 1, 5)):
            classeur.active.append([jour])

    for epoque in (CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904):
        contenu = openpyxl_xlsx(lambda classeur, epoque=epoque: remplir(classeur, epoque))
        jours = [ligne["UAI"] for ligne in (ligne.valeurs for ligne in lire_tableau(contenu, nom="x").lignes)]
        assert jours[1:] == ["2026-09-01", "2026-09-01 08:30", "1904-01-05"]


def test_une_date_iso_se_lit():
    lignes = '<row r="2"><c r="A2" t="d"><v>2026-09-01T08:30:00</v></c></row>'
    assert valeurs(lire_tableau(xlsx(lignes), nom="x")) == [["2026-09-01 08:30", ""]]


def test_le_dernier_resultat_d_une_formule_est_lu_et_signale():
    lignes = '<row r="2"><c r="A2"><f>40+2</f><v>42</v></c><c r="B2" t="str"><f>""</f><v></v></c></row>'
    tableau = lire_tableau(xlsx(lignes), nom="x")
    assert valeurs(tableau) == [["42", ""]]
    assert "(la première : A2)" in tableau.avertissements[0]


def test_les_cellules_mises_en_forme_mais_vides_ne_comptent_pas():
    lignes = '<row r="2"><c r="A2"><v>1</v></c><c r="XFD2" s="0"/></row>'
    lignes += '<row r="1048576" hidden="0"><c r="A1048576"/></row>'
    assert valeurs(lire_tableau(xlsx(lignes), nom="x")) == [["1", ""]]


def test_un_guide_phonetique_n_est_pas_le_texte():
    textes = "<si><r><t>Cha</t></r><r><t>rtres</t></r><rPh><t>xx</t></rPh></si>"
    lignes = '<row r="2"><c r="A2" t="s"><v>0</v></c></row>'
    assert valeurs(lire_tableau(xlsx(lignes, textes=textes), nom="x")) == [["Chartres", ""]]


def test_les_repetitions_legitimes_d_un_ods_sont_gardees():
    lignes = rangee(case("x", table__number_columns_repeated="2"), fois=3) + rangee(
        '<table:table-cell table:number-columns-repeated="16384"/>', fois=1_048_000
    )
    tableau = lire_tableau(ods(lignes), nom="x")
    assert valeurs(tableau) == [["x", "x"]] * 3
    assert [ligne.numero for ligne in tableau.lignes] == [2, 3, 4]


def test_un_ods_se_lit_comme_on_le_voit():
    note = "<office:annotation><text:p>note</text:p></office:annotation>"
    masque = '<style:style style:name="m"><style:table-properties table:display="false"/></style:style>'
    lignes = rangee(
        case("42,0", office__value_type="float", office__value="42.0"),
        f"<table:table-cell>{note}<text:p>a <text:s text:c='2'/> b\n  c</text:p>"
        "<text:p>d</text:p></table:table-cell>",
    ) + rangee(
        case("x", office__value_type="boolean", office__boolean_value="true"),
        case("x", office__value_type="time", office__time_value="PT27H00M00S"),
    )
    cachee = '<table:table table:name="Cachée" table:style-name="m"/><table:table table:name="Autre"/>'
    tableau = lire_tableau(ods(lignes, styles=masque, tables=cachee), nom="x")
    assert valeurs(tableau) == [["42", "a    b c\nd"], ["oui", "27:00"]]
    assert len(tableau.avertissements) == 2


# --- Bombs -----------------------------------------------------------------------------------------
def gonfle(contenu, membre, taille):
    """Replace a member by `taille` bytes of spaces after its content."""
    with ZipFile(BytesIO(contenu)) as source:
        membres = {nom: source.read(nom) for nom in source.namelist()}
    membres[membre] += b" " * taille
    return archive(membres)


def entites(debut="<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>"):
    for rang, lettre in enumerate("bcdefghij"):
        debut += f"<!ENTITY {lettre} '{f'&{chr(97 + rang)};' * 10}'>"
    return debut + "]>"


def archive_imbriquee():
    interieur = b" " * 1_000_000
    for _ in range(6):
        interieur = archive({f"{n}.zip": interieur for n in range(10)})
    return interieur


BOMBES = {
    "cellule lointaine": lambda: xlsx('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "ligne lointaine": lambda: xlsx('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
    "ods lignes repetees": lambda: ods(rangee(case("x"), fois=1_048_576)),
    "ods colonnes repetees": lambda: ods(rangee(case("x", table__number_columns_repeated="16384"))),
    "ods texte repete": lambda: ods(
        rangee(case("x" * 32_000, table__number_columns_repeated="200"), fois=20_000)
    ),
    "ods espaces": lambda: ods(rangee(case("<text:s text:c='999999999'/>" * 9))),
    "entites xlsx": lambda: archive({"xl/workbook.xml": entites() + "<w>&j;</w>"}),
    "entites ods": lambda: ods(rangee(case("&j;")), debut=entites()),
    "dix mille membres": lambda: archive({f"{n}": "" for n in range(10_000)}, ZIP_STORED),
    "archives imbriquees": archive_imbriquee,
    "feuille de 130 Mo": lambda: gonfle(xlsx(), "xl/worksheets/sheet1.xml", 130_000_000),
    "texte de 100 Mo": lambda: xlsx(f'<row r="2"><c r="A2" t="str"><v>{"x" * 100_000_000}</v></c></row>'),
    "attribut de 100 Mo": lambda: xlsx(f'<row r="2" x="{"x" * 100_000_000}"/>'),
    "textes partages": lambda: xlsx(textes=f"<si><t>{'y' * 32_000}</t></si>" * 3_000),
    "texte partage mille fois": lambda: xlsx(
        "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 3_000)),
        textes=f"<si><t>{'y' * 32_000}</t></si>",
    ),
    "styles sans fin": lambda: xlsx("<row/>" * 6_000_000),
    "profondeur": lambda: xlsx("<a>" * 5_500_000),
}


@pytest.mark.parametrize("cas", BOMBES)
def test_une_bombe_est_refusee(cas, monkeypatch):
    """Refused by the reader itself; the child holds in 200 MB of address space by construction."""
    appels = []
    lancer = subprocess.run
    monkeypatch.setattr(module_lecture.subprocess, "run", lambda *a, **k: appels.append(a) or lancer(*a, **k))
    bombe = BOMBES[cas]()
    with pytest.raises(TableauIllisible) as refus:
        lire_tableau(bombe, nom="bombe")
    assert len(appels) == 1
    assert re.search("limite|refusé|caractères|pas un tableau", str(refus.value))


def test_la_memoire_du_lecteur_est_bornee_par_le_noyau():
    """The proof of the 200 MB: with a smaller limit, the same good file is refused, not read."""
    assert LIMITES.memoire <= 200_000_000
    lignes = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(2, 20_000))
    textes = f"<si><t>{'y' * 30_000}</t></si>" * 900
    contenu = xlsx(lignes, textes=textes)
    assert len(lire_tableau(contenu, nom="x").lignes) == 19_998
    with pytest.raises(TableauIllisible, match="mémoire ou de temps"):
        lire_tableau(contenu, nom="x", limites=Limites(memoire=40_000_000))


def test_le_temps_du_lecteur_est_borne_par_le_noyau():
    contenu = xlsx("<row/>" * 4_000_000)
    with pytest.raises(TableauIllisible, match="mémoire ou de temps"):
        lire_tableau(contenu, nom="x", limites=Limites(secondes_de_calcul=1))
    with pytest.raises(TableauIllisible, match="mémoire ou de temps"):
        lire_tableau(contenu, nom="x", limites=Limites(secondes=0.2))


def test_le_bac_a_sable_ne_voit_aucun_secret(monkeypatch):
    vu = {}

    def lancer(*args, **options):
        vu.update(options)
        return subprocess.CompletedProcess(args, 0, b'{"erreur":"x."}\n', b"")

    monkeypatch.setattr(module_lecture.subprocess, "run", lancer)
    with pytest.raises(TableauIllisible, match="x"):
        lire_tableau(xlsx(), nom="x")
    assert vu["env"] == {}


def test_un_membre_menteur_ne_deborde_pas():
    """A member that declares less than it unpacks is cut, then refused."""
    contenu = bytearray(xlsx("<row/>" * 1_000))
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        debut = -1
        while (debut := contenu.find(signature, debut + 1)) >= 0:
            contenu[debut + place : debut + place + 4] = (5).to_bytes(4, "little")
    with pytest.raises(TableauIllisible, match="abîmé"):
        lire_tableau(bytes(contenu), nom="x")


# --- Headers ---------------------------------------------------------------------------------------
ATTENDUS = {"uai": ["Numéro UAI", "Code établissement"], "nom": ["Nom"], "quotite": ["Quotité"]}


def test_les_titres_se_reconnaissent_malgre_la_casse_et_les_accents():
    lien = correspondance(["NUMERO_UAI", " nom", "quotité", "Remarque"], ATTENDUS)
    assert lien.colonnes == {"uai": "NUMERO_UAI", "nom": " nom", "quotite": "quotité"}
    assert lien.erreurs == []
    assert lien.avertissements == ["Colonnes non reconnues, laissées de côté : « Remarque »."]
    assert lien.valeurs({"NUMERO_UAI": "1", " nom": "a", "quotité": "0,5"})["uai"] == "1"


def test_les_colonnes_manquantes_et_doubles_sont_dites():
    lien = correspondance(["Code établissement", "uai"], ATTENDUS, facultatives={"quotite"})
    assert lien.erreurs == [
        "Colonnes manquantes : « Nom ».",
        "Les colonnes « Code établissement », « uai » disent la même chose : gardez-en une seule.",
    ]


def test_un_modele_de_classeur_cree_ici_se_relit():
    contenu = ecrire_tableau("ods", colonnes=[Colonne("uai", "UAI")], lignes=[["0410001A"]], titre="x")
    assert valeurs(lire_tableau(contenu, nom="x.xlsx")) == [["0410001A"]]
