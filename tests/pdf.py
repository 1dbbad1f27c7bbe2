"""What a PDF says, for the tests."""

import io

from pypdf import PdfReader


def texte_du_pdf(contenu: bytes) -> str:
    """The text of every page, spaces and line ends folded."""
    pages = PdfReader(io.BytesIO(contenu)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
