"""The one way to make a PDF: WeasyPrint, tagged PDF/A-3a, and nothing fetched but our own static files.

Block layout only in the templates (nested flex is exponential); more than 20 pages go to a background
job (ecosystem.md §3). The identifiers of PDF/UA are declared; formal conformance is not proven.
"""

import hashlib
import mimetypes
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone

from socle.debit import compter_la_demande

# « statique:css/documents.css » in our print templates and style sheets; no other address is opened.
_ADRESSE = re.compile(r"statique:([a-z0-9_-]+(?:/[A-Za-z0-9_-]+)*/[A-Za-z0-9_-]+\.(?:css|svg|png|woff2))")
_PARIS = ZoneInfo("Europe/Paris")
_PDF_UA = b'<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>'


class AdresseRefusee(ValueError):
    """A document asked for something else than one of our static files."""


def render_pdf(template: str, contexte: Mapping[str, Any], *, titre: str) -> bytes:
    """Draw `template` (which extends documents/base.html) as a PDF in French.

    `contexte` may hold `projet` (« PROJET » across each page), `paysage` (A4 landscape) and
    `date_document` (day or instant written in the file's properties; now by default). The same
    template, context and date give the same bytes.
    """
    compter_la_demande()
    html = render_to_string(
        template,
        {
            "projet": False,
            "paysage": False,
            "organisme": settings.ORGANISME,
            **contexte,
            "titre": titre,
            "instant_du_document": _instant(contexte.get("date_document")).isoformat(timespec="seconds"),
        },
    )
    html_class, guichet = _weasyprint()
    options = {
        "pdf_variant": "pdf/a-3a",
        "pdf_identifier": hashlib.sha256(html.encode()).hexdigest()[:32].encode(),
    }
    document = html_class(string=html, url_fetcher=guichet, base_url="statique:").render(**options)
    _declarer_pdf_ua(document.metadata)
    return document.write_pdf(**options)


def _declarer_pdf_ua(proprietes: Any) -> None:
    """Both identifiers in the one RDF block that XMP allows; WeasyPrint's option would add a second."""
    produire = proprietes.generate_rdf_metadata

    def produire_aussi(*args: Any) -> bytes:
        return produire(*args).replace(b"</rdf:RDF>", _PDF_UA + b"</rdf:RDF>")

    proprietes.generate_rdf_metadata = produire_aussi


@cache
def _weasyprint() -> tuple[Any, Any]:
    """Its HTML class and our fetcher, imported at the first PDF only: 0.5 s and 40 MB saved elsewhere."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Guichet(URLFetcher):
        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            contenu, type_mime = _servir(url)
            return URLFetcherResponse(url, contenu, {"Content-Type": type_mime})

    return HTML, Guichet(allowed_protocols=("statique",), allow_redirects=False)


def _instant(jour: date | datetime | None) -> datetime:
    if jour is None:
        return timezone.now()
    if isinstance(jour, datetime):
        return jour
    return datetime.combine(jour, time(), tzinfo=_PARIS)


def _servir(adresse: str) -> tuple[bytes, str]:
    """Deny by default (reliability.md row 21): http, file, data, relative paths are all refused."""
    trouve = _ADRESSE.fullmatch(adresse)
    chemin = fichier_statique(trouve[1]) if trouve else None
    if chemin is None:
        raise AdresseRefusee(f"Adresse refusée dans un document : {adresse[:100]}")
    return chemin.read_bytes(), mimetypes.guess_type(chemin.name)[0] or "font/woff2"


@cache
def fichier_statique(nom: str) -> Path | None:
    """Where a static file stands: in static/ or in the package that ships it (the fonts of the DSFR)."""
    chemin = finders.find(nom)
    return Path(chemin) if chemin else None
