"""Files as people have them, built by hand: small, and whole."""

import struct
import zipfile
import zlib
from io import BytesIO

ODT = "application/vnd.oasis.opendocument.text"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\x12" * 40 + b"\xff\xd9"


def _morceau(genre: bytes, donnees: bytes) -> bytes:
    somme = zlib.crc32(genre + donnees)
    return struct.pack("!I", len(donnees)) + genre + donnees + struct.pack("!I", somme)


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _morceau(b"IHDR", struct.pack("!IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    + _morceau(b"IDAT", zlib.compress(bytes(4)))
    + _morceau(b"IEND", b"")
)


def archive(membres: dict[str, bytes | str], *, commentaire: bytes = b"") -> bytes:
    """A zip; « mimetype » is stored as it is, as OpenDocument asks."""
    sortie = BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as zip_:
        for nom, contenu in membres.items():
            zip_.writestr(nom, contenu, zipfile.ZIP_STORED if nom == "mimetype" else None)
        zip_.comment = commentaire
    return sortie.getvalue()


def odt(**autres: bytes) -> bytes:
    membres = {
        "mimetype": ODT,
        "content.xml": "<office:document-content/>",
        "META-INF/manifest.xml": "<manifest:manifest/>",
    }
    return archive(membres | autres)


def docx(principal: str = WORD, **autres: bytes | str) -> bytes:
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{principal}"/></Types>'
    membres = {
        "[Content_Types].xml": types,
        "_rels/.rels": "<Relationships/>",
        "word/document.xml": "<w:document/>",
    }
    return archive(membres | autres)
