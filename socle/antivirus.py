"""The antivirus of the authority, when there is one: clamd, asked with INSTREAM before a file is kept.

Fail closed: a scanner that does not answer refuses the file.
"""

import logging
import socket
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

logger = logging.getLogger(__name__)

PORT = 3310
DELAI = 20.0  # seconds, for each exchange
MORCEAU = 65_536
REPONSE_AU_PLUS = 4_096


def exiger_sain(*, nom: str, contenu: bytes) -> None:
    """ValidationError on `fichier` when the scanner found something, or could not be asked."""
    if not settings.ANTIVIRUS:
        return
    try:
        reponse = _interroger(settings.ANTIVIRUS, contenu)
    except (OSError, ValueError) as erreur:
        logger.error("Antivirus injoignable (%s) : %s", settings.ANTIVIRUS, erreur)
        reponse = ""
    if reponse.endswith(" FOUND"):
        menace = reponse.removesuffix(" FOUND").partition(": ")[2]
        logger.warning("Antivirus : %s reconnu dans un fichier déposé", menace)
        raise ValidationError(
            {
                "fichier": f"L’antivirus a reconnu « {menace} » dans « {nom} » : le fichier n’est pas "
                "enregistré. Ne l’ouvrez pas et prévenez l’assistance informatique."
            }
        )
    if not reponse.endswith(": OK"):
        if reponse:
            logger.error("Antivirus : réponse inattendue « %s »", reponse)
        raise ValidationError(
            {
                "fichier": f"« {nom} » n’a pas pu être vérifié par l’antivirus : il n’est pas enregistré. "
                "Réessayez dans quelques minutes, puis prévenez l’administrateur."
            }
        )


def lire_adresse(adresse: str) -> str | tuple[str, int]:
    """A socket path (`clamd:///run/clamd.sock`) or host and port (`clamd://antivirus:3310`)."""
    parties = urlsplit(adresse)
    if parties.scheme == "clamd" and parties.hostname:
        return parties.hostname, parties.port or PORT
    if parties.scheme == "clamd" and len(parties.path) > 1:
        return parties.path
    raise ValueError("adresse attendue : clamd://hôte:port ou clamd:///chemin")


def est_adresse(adresse: str) -> bool:
    """Can be understood; whether someone answers there is known at the first file."""
    try:
        return bool(lire_adresse(adresse))
    except ValueError:
        return False


def _interroger(adresse: str, contenu: bytes) -> str:
    """One answer: « stream: OK », « stream: <name> FOUND », « … ERROR »."""
    lieu = lire_adresse(adresse)
    famille = socket.AF_UNIX if isinstance(lieu, str) else socket.AF_INET
    with socket.socket(famille) if isinstance(lieu, str) else socket.create_connection(lieu, DELAI) as prise:
        prise.settimeout(DELAI)
        if isinstance(lieu, str):
            prise.connect(lieu)
        prise.sendall(b"zINSTREAM\0")
        for debut in range(0, len(contenu), MORCEAU):
            morceau = contenu[debut : debut + MORCEAU]
            prise.sendall(len(morceau).to_bytes(4) + morceau)
        prise.sendall(bytes(4))
        return _lire_reponse(prise)


def _lire_reponse(prise: socket.socket) -> str:
    recu = b""
    while not recu.endswith(b"\0") and len(recu) < REPONSE_AU_PLUS:
        suite = prise.recv(REPONSE_AU_PLUS)
        if not suite:
            break
        recu += suite
    return recu.rstrip(b"\0\n").decode("utf-8", "replace")
