"""What a person may join: known by its content, never by its name alone; nothing that runs or hides.

Each refusal is a sentence that says what, why and how to mend.
"""

import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple, NoReturn

from django.conf import settings
from django.core.exceptions import ValidationError

ACCEPTES = "PDF, PNG, JPEG, ODT, ODS, ODP, DOCX, XLSX, PPTX, TXT ou CSV"
NOM_AU_PLUS = 150  # characters
#: An honest office file stays far below; a bomb does not.
MEMBRES_AU_PLUS = 5_000
OCTETS_DEPLIES_AU_PLUS = 200_000_000
#: The parts that are read here: type of the file, list of its parts.
OCTETS_LUS_AU_PLUS = 1_000_000

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."


class Format(NamedTuple):
    """What an extension promises."""

    nature: str
    type_mime: str


FORMATS = {
    "pdf": Format("PDF", "application/pdf"),
    "png": Format("PNG", "image/png"),
    "jpg": Format("JPEG", "image/jpeg"),
    "jpeg": Format("JPEG", "image/jpeg"),
    "odt": Format("ODT", f"{_ODF}text"),
    "ods": Format("ODS", f"{_ODF}spreadsheet"),
    "odp": Format("ODP", f"{_ODF}presentation"),
    "docx": Format("DOCX", f"{_OOXML}wordprocessingml.document"),
    "xlsx": Format("XLSX", f"{_OOXML}spreadsheetml.sheet"),
    "pptx": Format("PPTX", f"{_OOXML}presentationml.presentation"),
    "txt": Format("texte", "text/plain; charset=utf-8"),
    "csv": Format("texte", "text/csv; charset=utf-8"),
}
#: Type of the main part of an OOXML file, its place → its nature.
_PARTIES = {
    "DOCX": (f"{_OOXML}wordprocessingml.document.main+xml", "word/document.xml"),
    "XLSX": (f"{_OOXML}spreadsheetml.sheet.main+xml", "xl/workbook.xml"),
    "PPTX": (f"{_OOXML}presentationml.presentation.main+xml", "ppt/presentation.xml"),
}
_MACROS = re.compile(
    r"(^|/)(vbaproject|vbadata|macrosheets|activex|basic|scripts)(/|[^/]*\.(bin|xml)$)", re.IGNORECASE
)
_COMMANDES = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_ILLISIBLES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class Refus(Exception):
    """Why, without the name of the file."""


def controler_piece(*, nom: str, contenu: bytes) -> tuple[str, str]:
    """(name to keep, MIME type) of a file that may be kept; ValidationError on `fichier` otherwise."""
    nom = nom_propre(nom)
    try:
        return nom, _controler(nom, contenu)
    except Refus as refus:
        raise ValidationError({"fichier": f"« {nom} » {refus}"}) from None


def nom_propre(nom: str) -> str:
    """Without folder, control or direction characters (a name read backwards hides its extension)."""
    dernier = re.split(r"[\\/]", unicodedata.normalize("NFC", nom))[-1]
    lisible = "".join(c for c in dernier if unicodedata.category(c)[0] != "C").strip(" .")
    racine, point, extension = lisible.rpartition(".")
    return f"{racine[:NOM_AU_PLUS]}{point}{extension[:NOM_AU_PLUS]}" or "document"


def taille_maximale() -> int:
    """In bytes."""
    return settings.DOCUMENT_MO_MAXIMUM * 1_000_000


def _controler(nom: str, contenu: bytes) -> str:
    promis = FORMATS.get(nom.rpartition(".")[2].lower() if "." in nom else "")
    if promis is None:
        _refuser(f"n’est pas d’un type accepté. Enregistrez-le en {ACCEPTES}.")
    if not contenu:
        _refuser("est vide. Vérifiez le fichier d’origine.")
    if len(contenu) > taille_maximale():
        poids = f"{len(contenu) / 1e6:.1f}".replace(".", ",")
        _refuser(f"pèse {poids} Mo ; la limite est de {settings.DOCUMENT_MO_MAXIMUM} Mo. Allégez-le.")
    nature = _nature(contenu)
    if nature != promis.nature:
        _refuser(
            f"ne contient pas ce que son nom annonce : c’est un fichier {nature}. "
            "Rendez-lui son extension d’origine."
        )
    return promis.type_mime


def _refuser(raison: str) -> NoReturn:
    raise Refus(raison)


def _nature(contenu: bytes) -> str:
    """By the first bytes, then by the whole structure of what they announce."""
    if contenu.startswith(b"\xd0\xcf\x11\xe0"):
        _refuser(
            "est d’un ancien format Office, ou protégé par un mot de passe. Enregistrez-le sans mot de "
            "passe en DOCX, XLSX, PPTX ou PDF."
        )
    if b"%PDF-" in contenu[:1024] and not contenu.startswith(b"%PDF-"):
        _refuser("est un PDF précédé d’autre chose. Enregistrez-le de nouveau en PDF.")
    for signature, (nature, entier) in _SIGNATURES.items():
        if contenu.startswith(signature):
            if not entier(contenu):
                _refuser(f"est un {nature} incomplet, ou suivi d’autre chose. Enregistrez-le de nouveau.")
            return nature
    if contenu.startswith(b"PK\x03\x04"):
        return _nature_archive(contenu)
    return _nature_texte(contenu)


# --- PDF and pictures: whole, and nothing after their end -------------------------------------------


def _pdf_entier(contenu: bytes) -> bool:
    fin = contenu.rfind(b"%%EOF")
    return fin > 0 and not contenu[fin + 5 :].strip(b"\r\n\t \x00")


def _png_entier(contenu: bytes) -> bool:
    position = 8
    if contenu[12:16] != b"IHDR":
        return False
    while position + 12 <= len(contenu):
        genre = contenu[position + 4 : position + 8]
        position += 12 + int.from_bytes(contenu[position : position + 4])
        if genre == b"IEND":
            return position == len(contenu)
    return False


def _jpeg_entier(contenu: bytes) -> bool:
    """Phones write their own data after the picture: all but an archive, which ends with its directory."""
    return b"\xff\xd9" in contenu and b"PK\x05\x06" not in contenu[-70_000:]


_SIGNATURES: dict[bytes, tuple[str, Callable[[bytes], bool]]] = {
    b"%PDF-": ("PDF", _pdf_entier),
    b"\x89PNG\r\n\x1a\n": ("PNG", _png_entier),
    b"\xff\xd8\xff": ("JPEG", _jpeg_entier),
}


# --- Office files: archives read by their directory, no part is unfolded but two small ones ----------


def _nature_archive(contenu: bytes) -> str:
    # Counted before it is read: a directory of a million entries costs memory by itself.
    if contenu.count(b"PK\x01\x02") > MEMBRES_AU_PLUS:
        _refuser("contient trop d’éléments pour être vérifié. Enregistrez-le en PDF.")
    try:
        with zipfile.ZipFile(BytesIO(contenu)) as archive:
            _controler_archive(archive)
            return _nature_odf(archive) or _nature_ooxml(archive)
    except _ILLISIBLES:
        _refuser(f"est une archive abîmée ou d’un type refusé. Enregistrez-le en {ACCEPTES}.")


def _controler_archive(archive: zipfile.ZipFile) -> None:
    membres = archive.infolist()
    noms = [membre.filename for membre in membres]
    if len(membres) > MEMBRES_AU_PLUS or sum(m.file_size for m in membres) > OCTETS_DEPLIES_AU_PLUS:
        _refuser("prendrait trop de place une fois ouvert. Enregistrez-le en PDF.")
    if any(membre.flag_bits & 1 for membre in membres):
        _refuser("est protégé par un mot de passe. Enregistrez-le sans mot de passe.")
    if any(_MACROS.search(nom) for nom in noms):
        _refuser("contient des macros. Enregistrez-le sans macros (DOCX, XLSX, PPTX ou PDF).")
    suspect = any(nom.startswith("/") or "\\" in nom or ".." in nom.split("/") for nom in noms)
    # Readers differ on what is before the archive, after it, or written twice in it.
    decale = not membres or min(membre.header_offset for membre in membres) != 0
    if suspect or decale or archive.comment or len(set(noms)) != len(noms):
        raise zipfile.BadZipFile


def _lire(archive: zipfile.ZipFile, nom: str) -> bytes:
    with archive.open(nom) as membre:
        return membre.read(OCTETS_LUS_AU_PLUS)


def _nature_odf(archive: zipfile.ZipFile) -> str:
    """OpenDocument: « mimetype » comes first, as it is; « » when it is something else."""
    premier = archive.infolist()[0]
    if premier.filename != "mimetype" or premier.compress_type != zipfile.ZIP_STORED:
        return ""
    annonce = _lire(archive, "mimetype").decode("ascii")
    for promis in FORMATS.values():
        if promis.type_mime == annonce and promis.type_mime.startswith(_ODF):
            archive.getinfo("content.xml")
            if b"encryption-data" in _lire(archive, "META-INF/manifest.xml"):
                _refuser("est protégé par un mot de passe. Enregistrez-le sans mot de passe.")
            return promis.nature
    raise zipfile.BadZipFile


def _nature_ooxml(archive: zipfile.ZipFile) -> str:
    """Office Open XML: the declared type of its main part, at its place."""
    types = _lire(archive, "[Content_Types].xml")
    if b"macroEnabled" in types:
        _refuser("peut contenir des macros. Enregistrez-le sans macros (DOCX, XLSX, PPTX ou PDF).")
    archive.getinfo("_rels/.rels")
    noms = set(archive.namelist())
    for nature, (type_principal, partie) in _PARTIES.items():
        if f'"{type_principal}"'.encode() in types and partie in noms:
            return nature
    raise zipfile.BadZipFile


# --- Texts -------------------------------------------------------------------------------------------


def _nature_texte(contenu: bytes) -> str:
    try:
        contenu.decode("utf-8")
    except UnicodeDecodeError:
        lisible = False
    else:
        lisible = not _COMMANDES.search(contenu)
    if not lisible:
        _refuser(
            f"n’est d’aucun type accepté ({ACCEPTES}). S’il s’agit d’un texte, enregistrez-le avec le "
            "codage UTF-8."
        )
    return "texte"
