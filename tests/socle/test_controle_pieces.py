"""What may be joined: known by its content, refused in French, and nothing else is ever raised."""

from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socle import controle_pieces
from socle.controle_pieces import ACCEPTES, FORMATS, controler_piece, nom_propre
from socle.tableurs import Colonne, ecrire_tableau
from tests.socle.fichiers_essai import JPEG, PDF, PNG, archive, docx, odt


def classeur(format_: str) -> bytes:
    return ecrire_tableau(format_, colonnes=[Colonne("nom", "Nom")], lignes=[("Blois",)], titre="Essai")


def classeur_openpyxl() -> bytes:
    sortie = BytesIO()
    openpyxl.Workbook().save(sortie)
    return sortie.getvalue()


def refus(nom: str, contenu: bytes) -> str:
    with pytest.raises(ValidationError) as leve:
        controler_piece(nom=nom, contenu=contenu)
    (message,) = leve.value.message_dict["fichier"]
    return message


BONS = {
    "note.pdf": PDF,
    "plan.png": PNG,
    "photo.jpg": JPEG,
    "photo.JPEG": JPEG + b"trailer of a phone",
    "courrier.odt": odt(),
    "tableau.ods": classeur("ods"),
    "tableau.xlsx": classeur("xlsx"),
    "autre.xlsx": classeur_openpyxl(),
    "courrier.docx": docx(),
    "notes.txt": "Réunion du 3 – à 14 h\r\n\tpoint n° 1".encode(),
    "liste.csv": "\ufeffnom;ville\r\nRabelais;Blois\r\n".encode(),
    "page.txt": b"<html><script>alert(1)</script></html>",
}


@pytest.mark.parametrize("nom", BONS)
def test_ce_que_chacun_a_se_depose(nom):
    garde, type_mime = controler_piece(nom=nom, contenu=BONS[nom])
    assert garde == nom
    assert type_mime == FORMATS[nom.rpartition(".")[2].lower()].type_mime
    if nom.endswith((".txt", ".csv")):
        assert type_mime.startswith("text/")
        assert "html" not in type_mime


@pytest.mark.parametrize(
    ("nom", "contenu", "attendu"),
    [
        ("note.exe", PDF, "type accepté"),
        ("note", PDF, "type accepté"),
        ("page.html", b"<html></html>", "type accepté"),
        ("dessin.svg", b"<svg/>", "type accepté"),
        ("note.docm", docx(), "type accepté"),
        ("note.pdf", b"", "est vide"),
        ("note.docx", PDF, "c’est un fichier PDF"),
        ("note.pdf", docx(), "c’est un fichier DOCX"),
        ("note.txt", PDF, "c’est un fichier PDF"),
        ("note.xlsx", docx(), "c’est un fichier DOCX"),
        ("note.pdf", b"<html>" + PDF, "précédé d’autre chose"),
        ("note.txt", b"GIF89a\n" + PDF, "précédé d’autre chose"),
        ("note.pdf", PDF + archive({"a.class": b"x"}), "suivi d’autre chose"),
        ("note.pdf", PDF[:-6], "incomplet"),
        ("plan.png", PNG + b"<?php", "suivi d’autre chose"),
        ("plan.png", PNG[:-12], "incomplet"),
        ("photo.jpg", JPEG + archive({"a.class": b"x"}), "suivi d’autre chose"),
        ("note.doc", b"\xd0\xcf\x11\xe0" + bytes(600), "type accepté"),
        ("note.docx", b"\xd0\xcf\x11\xe0" + bytes(600), "mot de passe"),
        ("note.docx", docx(**{"word/vbaProject.bin": b"x"}), "macros"),
        ("note.docx", docx(**{"word/activeX/activeX1.xml": b"x"}), "macros"),
        ("note.xlsx", docx(**{"xl/macrosheets/sheet1.xml": b"x"}), "macros"),
        ("note.docx", docx("application/vnd.ms-word.document.macroEnabled.main+xml"), "macros"),
        ("note.odt", odt(**{"Basic/Standard/Module1.xml": b"x"}), "macros"),
        ("note.odt", odt(**{"META-INF/manifest.xml": b"<manifest:encryption-data/>"}), "mot de passe"),
        ("note.docx", archive({"word/document.xml": b"x"}), "abîmée"),
        ("note.docx", archive({}), "type accepté"),
        ("note.docx", docx(**{"../../etc/passwd": b"x"}), "abîmée"),
        ("note.docx", docx(**{"/etc/passwd": b"x"}), "abîmée"),
        ("note.docx", docx()[:-40], "abîmée"),
        ("note.docx", b"PK\x03\x04" + docx(), "abîmée"),
        ("note.txt", b"un\x00deux", "UTF-8"),
        ("note.txt", "été".encode("latin-1"), "UTF-8"),
        ("note.csv", "\ufeffa".encode("utf-16"), "UTF-8"),
        ("note.txt", b"\x1b[31mrouge", "UTF-8"),
    ],
)
def test_le_reste_est_refuse_avec_sa_raison(nom, contenu, attendu):
    message = refus(nom, contenu)
    assert message.startswith(f"« {nom} » ")
    assert attendu in message


def test_un_fichier_trop_lourd_dit_son_poids(settings):
    settings.DOCUMENT_MO_MAXIMUM = 1
    assert "pèse 1,5 Mo ; la limite est de 1 Mo" in refus("note.txt", b"a" * 1_500_000)
    assert controler_piece(nom="note.txt", contenu=b"a" * 1_000_000)


def test_une_bombe_est_refusee_sur_ses_tailles_annoncees():
    """Nothing is unfolded: 250 MB of zeros are known by the directory of the archive."""
    bombe = docx(**{f"word/media/{rang}.bmp": bytes(50_000_000) for rang in range(5)})
    assert len(bombe) < 1_000_000
    assert "trop de place" in refus("note.docx", bombe)


def test_une_archive_de_mille_milliers_d_elements_n_est_pas_lue(monkeypatch):
    monkeypatch.setattr(controle_pieces, "MEMBRES_AU_PLUS", 10)
    assert "trop d’éléments" in refus("note.docx", docx(**{f"x{rang}": b"" for rang in range(20)}))


def test_un_membre_chiffre_est_refuse():
    contenu = bytearray(docx())
    position = contenu.find(b"PK\x01\x02")
    contenu[position + 8] |= 1
    assert "mot de passe" in refus("note.docx", bytes(contenu))


@pytest.mark.parametrize(
    ("recu", "garde"),
    [
        ("C:\\Users\\ana\\note.pdf", "note.pdf"),
        ("../../etc/note.pdf", "note.pdf"),
        ("note\u202efdp.exe", "notefdp.exe"),
        ("no\x00te\r\n.pdf", "note.pdf"),
        (" note.pdf. ", "note.pdf"),
        ("a" * 300 + ".pdf", "a" * 150 + ".pdf"),
        ("", "document"),
        ("e\u0301te\u0301.txt", "été.txt"),
    ],
)
def test_le_nom_garde_est_propre(recu, garde):
    assert nom_propre(recu) == garde


# --- Whatever the bytes ----------------------------------------------------------------------------------

EXTENSIONS = st.sampled_from([*FORMATS, "exe", ""])
VRAIS = st.sampled_from([*BONS.values(), docx(**{"word/vbaProject.bin": b"x"})])


@st.composite
def abimes(draw):
    """A real file with bytes changed, cut or added: where readers break."""
    contenu = bytearray(draw(VRAIS))
    for position, octet in draw(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=6)):
        contenu[position % len(contenu)] = octet
    debut, fin = draw(st.integers(0, 8)), draw(st.integers(0, len(contenu)))
    return (
        bytes(contenu[debut:]) if draw(st.booleans()) else bytes(contenu[:fin]) + draw(st.binary(max_size=8))
    )


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(nom=st.text(max_size=30), extension=EXTENSIONS, contenu=st.binary(max_size=400) | abimes())
def test_aucun_contenu_ne_leve_autre_chose(nom, extension, contenu):
    try:
        garde, type_mime = controler_piece(nom=f"{nom}.{extension}", contenu=contenu)
    except ValidationError:
        return
    assert type_mime in {format_.type_mime for format_ in FORMATS.values()}
    assert garde == nom_propre(garde)


def test_chaque_type_accepte_est_annonce():
    assert {e.upper() for e in FORMATS} - {"JPG"} == set(ACCEPTES.replace(" ou", ",").split(", "))
