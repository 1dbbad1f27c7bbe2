"""Child process that opens an untrusted workbook: bounded memory, time and output, no environment.

Reads the file on stdin and writes JSON lines: [number, [cells]] for each line, then one object with
"avertissements" or "erreur". Run by `socle.tableurs.lecture`, never imported by it.
"""

import json
import resource
import sys
from io import BytesIO
from typing import Any
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile, ZipFile
from zlib import error as ErreurDeCompression  # noqa: N812 - a class in spite of its name

from socle.tableurs.lecture_ods import lire_ods
from socle.tableurs.lecture_xlsx import lire_xlsx
from socle.tableurs.modele import Limites, TableauIllisible
from socle.tableurs.recolte import Recolte

ABIME = "Le classeur est tronqué ou abîmé. Ouvrez-le dans un tableur, enregistrez-le, puis recommencez."
TROP_LOURD = "Le classeur demande trop de mémoire ou de temps pour être lu : il est refusé. Partagez-le."


def principal(limites: Limites) -> None:
    """Read stdin under the limits and speak JSON on stdout."""
    resource.setrlimit(resource.RLIMIT_AS, (limites.memoire, limites.memoire))
    resource.setrlimit(resource.RLIMIT_CPU, (limites.secondes_de_calcul, limites.secondes_de_calcul))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    recolte = Recolte(limites, lambda numero, valeurs: _dire([numero, valeurs]))
    try:
        with ZipFile(BytesIO(sys.stdin.buffer.read())) as archive:
            _lire(archive, recolte)
        _dire({"avertissements": recolte.conclure()})
    except TableauIllisible as erreur:
        _dire({"erreur": str(erreur)})
    except (MemoryError, RecursionError):
        _dire({"erreur": TROP_LOURD})
    except (BadZipFile, ExpatError, ErreurDeCompression, KeyError, EOFError, NotImplementedError, ValueError):
        _dire({"erreur": ABIME})


def _dire(message: Any) -> None:
    sys.stdout.write(json.dumps(message, separators=(",", ":")) + "\n")


def _lire(archive: ZipFile, recolte: Recolte) -> None:
    membres = archive.infolist()
    limites = recolte.limites
    if len(membres) > limites.membres:
        raise TableauIllisible(f"Le classeur contient {len(membres)} fichiers internes : il est refusé.")
    if sum(membre.file_size for membre in membres) > limites.octets_decompresses:
        raise TableauIllisible("Le classeur est trop volumineux une fois décompressé : il est refusé.")
    noms = {membre.filename for membre in membres}
    if any(membre.flag_bits & 1 for membre in membres) or _ods_chiffre(archive, noms):
        raise TableauIllisible("Le classeur est protégé par un mot de passe. Enregistrez-le sans protection.")
    if "xl/workbook.xml" in noms:
        lire_xlsx(archive, recolte)
    elif "content.xml" in noms and archive.read("mimetype")[:200].startswith(
        b"application/vnd.oasis.opendocument.spreadsheet"
    ):
        lire_ods(archive, recolte)
    else:
        raise TableauIllisible(
            "Ce fichier est une archive ou un document, pas un tableau. Formats acceptés : CSV, XLSX, ODS."
        )


def _ods_chiffre(archive: ZipFile, noms: set[str]) -> bool:
    manifeste = "META-INF/manifest.xml"
    if manifeste not in noms:
        return False
    with archive.open(manifeste) as flux:
        return b"encryption-data" in flux.read(1_000_000)


if __name__ == "__main__":
    principal(Limites(**json.loads(sys.argv[1])))
