"""PDF: tagged, in French, the same bytes twice, and nothing fetched whatever a user wrote."""

import logging
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pikepdf
import pytest

from socle import documents
from socle.documents import AdresseRefusee, render_pdf

SECRET = b"secret-jamais-imprime-4f1c"
GABARIT = """{% extends "documents/base.html" %}
{% block contenu %}<h2>Texte</h2><p>{{ texte }}</p><p title="{{ texte }}">fin</p>
<table><thead><tr><th scope="col">Nom</th></tr></thead><tbody><tr><td>Blois</td></tr></tbody></table>
{% endblock contenu %}"""
# {h} = local listener, {f} = folder of a secret (file:// address).
VECTEURS = {
    "link": '<link rel="stylesheet" href="{h}/a.css"><link rel="stylesheet" href="{f}/secret.css">',
    "import": '<style>@import url("{h}/b.css"); @import url("{f}/secret.css");</style>',
    "police": '<style>@font-face{{font-family:x;src:url("{h}/x.woff2")}} p{{font-family:x}}</style><p>x</p>',
    "fond": '<p style="background:url({h}/c.png)">x</p><p style="background:url({f}/secret.svg)">x</p>',
    "image": '<img src="{h}/d.png"><img src="{f}/secret.svg"><img srcset="{h}/dd.png 2x">',
    "redirection": '<img src="{h}/redirige">',
    "image svg": '<svg><image href="{h}/e.png"/><image href="{f}/secret.svg"/>'
    '<use href="{f}/secret.svg#s"/></svg>',
    "object": '<object data="{h}/f.svg"></object><object data="{f}/secret.svg"></object>',
    "embed": '<embed src="{h}/g.svg"><embed src="{f}/secret.svg"><iframe src="{f}/secret.svg"></iframe>',
    "piece jointe link": '<link rel="attachment" href="{h}/h.txt">'
    '<link rel="attachment" href="{f}/secret.txt">',
    "piece jointe a": '<a rel="attachment" href="{h}/i.txt">x</a>'
    '<a rel="attachment" href="{f}/secret.txt">x</a>',
    "contenu": '<style>p::before{{content:url({h}/j.png) url({f}/secret.svg)}}</style><p>x</p>',
    "data": '<img src="data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22>'
    '<image href=%22{h}/k.png%22/></svg>">',
    "base": '<base href="{h}/"><img src="relatif.png"><base href="{f}/"><img src="secret.svg">',
    "chemin": '<img src="statique:../secret.svg"><img src="statique:css/../../manage.py">',
}  # fmt: skip


@pytest.fixture
def gabarits(tmp_path, settings):
    (tmp_path / "essai.html").write_text(GABARIT, encoding="utf-8")
    moteur = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**moteur, "DIRS": [*moteur["DIRS"], tmp_path]}]
    return tmp_path


@pytest.fixture
def ecoute():
    """A listener of this machine that notes what it is asked."""
    recues = []

    class Oreille(BaseHTTPRequestHandler):
        def do_GET(self):
            recues.append(self.path)
            self.send_response(302 if self.path == "/redirige" else 200)
            self.send_header("Location", "/suite.png")
            self.end_headers()

        def log_message(self, *args):
            """Silent."""

    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Oreille)
    fil = threading.Thread(target=serveur.serve_forever, daemon=True)
    fil.start()
    yield f"http://127.0.0.1:{serveur.server_port}", recues
    serveur.shutdown()
    serveur.server_close()
    fil.join()


@pytest.fixture
def secret(tmp_path):
    for nom, avant, apres in (
        ("secret.txt", b"", b""),
        ("secret.css", b"p::after{content:'", b"'}"),
        ("secret.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><text id="s" y="9">', b"</text></svg>"),
    ):
        (tmp_path / nom).write_bytes(avant + SECRET + apres)
    return tmp_path.as_uri()


def contenu_lisible(pdf: bytes) -> bytes:
    """Every stream of the document, unpacked, attachments included."""
    with pikepdf.open(BytesIO(pdf)) as document:
        flux = [objet.read_bytes() for objet in document.objects if isinstance(objet, pikepdf.Stream)]
        return b"".join(flux)


def nombre_de_lettres(pdf: bytes) -> int:
    """A leaked text would be drawn as glyphs, not as bytes: count what each page draws."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return sum(
            len(operation.operands)
            for page in document.pages
            for operation in pikepdf.parse_content_stream(page)
            if str(operation.operator) in {"Tj", "TJ", "Do"}
        )


@pytest.mark.parametrize("vecteur", VECTEURS)
def test_rien_n_est_charge_meme_si_du_html_passait(vecteur, ecoute, secret, monkeypatch):
    adresse, recues = ecoute
    html = VECTEURS[vecteur].format(h=adresse, f=secret)
    monkeypatch.setattr(documents, "render_to_string", lambda *args: f"<html lang=fr><title>t</title>{html}")
    pdf = render_pdf("essai.html", {}, titre="Essai")
    assert recues == []
    assert SECRET not in contenu_lisible(pdf)
    sans_adresse = VECTEURS[vecteur].format(h="statique:rien", f="statique:rien")
    monkeypatch.setattr(
        documents, "render_to_string", lambda *args: f"<html lang=fr><title>t</title>{sans_adresse}"
    )
    assert nombre_de_lettres(pdf) == nombre_de_lettres(render_pdf("essai.html", {}, titre="Essai"))


@pytest.mark.parametrize("vecteur", VECTEURS)
def test_le_texte_d_une_personne_s_imprime_tel_quel(vecteur, gabarits, ecoute, secret):
    adresse, recues = ecoute
    texte = VECTEURS[vecteur].format(h=adresse, f=secret)
    pdf = render_pdf("essai.html", {"texte": texte}, titre=texte)
    assert recues == []
    assert SECRET not in contenu_lisible(pdf)
    with pikepdf.open(BytesIO(pdf)) as document:
        assert str(document.docinfo["/Title"]) == " ".join(texte.split())


@pytest.mark.parametrize(
    "adresse",
    [
        "http://127.0.0.1/", "https://exemple.fr/x.png", "file:///etc/passwd", "data:text/css,p{}", "x.css",
        "statique:/etc/passwd.css", "statique:../manage.py", "statique:css/../../x.css", "statique:css/a.py",
        "statique:css/absente.css", "STATIQUE:css/documents.css", "statique:css/documents.css\n", "",
    ],
)  # fmt: skip
def test_toute_autre_adresse_est_refusee(adresse):
    with pytest.raises(AdresseRefusee):
        documents._servir(adresse)


def test_le_document_est_balise_en_francais_et_titre(gabarits, caplog):
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        pdf = render_pdf("essai.html", {"texte": "Élève", "projet": True}, titre="Arrêté n° 2026-1")
    assert not [trace for trace in caplog.records if trace.name.startswith("weasyprint")]
    with pikepdf.open(BytesIO(pdf)) as document:
        assert str(document.Root.Lang) == "fr"
        assert bool(document.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in document.Root
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
        assert document.docinfo["/Title"] == "Arrêté n° 2026-1"
        polices = {str(objet.FontName).partition("+")[2] for objet in document.objects
                   if isinstance(objet, pikepdf.Dictionary) and "/FontName" in objet}  # fmt: skip
        assert polices
        assert all(police.startswith("Marianne") for police in polices)
        assert document.Root.Metadata.read_bytes().count(b"<rdf:RDF") == 1
        with document.open_metadata() as xmp:
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "A")
            assert xmp["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"


def test_projet_et_paysage_valent_pour_chaque_page(gabarits):
    texte = "Une ligne assez longue pour remplir la page. " * 150
    definitif = render_pdf("essai.html", {"texte": texte}, titre="Essai")
    projet = render_pdf("essai.html", {"texte": texte, "projet": True, "paysage": True}, titre="Essai")
    with pikepdf.open(BytesIO(projet)) as document:
        largeurs = {round(page.mediabox[2]) for page in document.pages}
        assert (len(document.pages) > 1, largeurs) == (True, {842})
    with pikepdf.open(BytesIO(definitif)) as document:
        assert {round(page.mediabox[2]) for page in document.pages} == {595}


def test_le_meme_document_donne_les_memes_octets(gabarits):
    contexte = {"texte": "Blois", "date_document": date(2026, 6, 1)}
    premier = render_pdf("essai.html", contexte, titre="Essai")
    assert premier == render_pdf("essai.html", contexte, titre="Essai")
    assert premier != render_pdf("essai.html", {**contexte, "texte": "Dreux"}, titre="Essai")
    with pikepdf.open(BytesIO(premier)) as document:
        assert str(document.docinfo["/CreationDate"]).startswith("D:20260601000000+02")
