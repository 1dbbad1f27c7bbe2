"""What must be read again but not by whoever reads the database: encrypted with a key of the service.

The key comes from SECRET_KEY, one per use; SECRET_KEY_FALLBACKS still read what former keys wrote.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Illisible(Exception):
    """Written with a key that the service no longer has."""


def chiffrer(texte: str, *, usage: str, datee: bool = True) -> str:
    """Encrypted and authenticated (AES-CBC + HMAC, Fernet); `usage` keeps apart what serves two purposes.

    Fernet writes the time in clear beside the text: `datee` False leaves it out.
    """
    chiffre = _chiffre(usage)
    jeton = chiffre.encrypt(texte.encode()) if datee else chiffre.encrypt_at_time(texte.encode(), 0)
    return jeton.decode()


def dechiffrer(chiffre: str, *, usage: str) -> str:
    """The text, or `Illisible`."""
    try:
        return _chiffre(usage).decrypt(chiffre.encode()).decode()
    except InvalidToken:
        raise Illisible from None


def _chiffre(usage: str) -> MultiFernet:
    return MultiFernet(
        Fernet(_cle(cle, usage)) for cle in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )


def _cle(secret: str, usage: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"socle.chiffrement:{usage}".encode())
    return base64.urlsafe_b64encode(derivation.derive(secret.encode()))
