"""What an answer tells its reader, whatever its format: page, PDF, workbook, calendar, headers."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from typing import Any

from pypdf.errors import PyPdfError

from tests.pdf import texte_du_pdf


def texte_de_la_reponse(reponse: Any) -> str:
    """Headers and content as a reader would see them; a compressed file hides no name from a search."""
    entetes = " ".join(f"{nom}: {valeur}" for nom, valeur in reponse.headers.items())
    return f"{entetes}\n{texte_du_contenu(reponse.getvalue())}"


def texte_du_contenu(contenu: bytes) -> str:
    """Of an archive, the text of its members, one inside the other."""
    if contenu.startswith(b"%PDF"):
        # A deposited file may only pretend: then its bytes hide nothing.
        with suppress(PyPdfError):
            return texte_du_pdf(contenu)
    if contenu.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
            return "\n".join(texte_du_contenu(archive.read(nom)) for nom in archive.namelist())
    return contenu.decode(errors="replace")
