"""No secret in the technical log: no key of an address that opens by itself, no password, no mail address."""

import logging
import re

#: Calendar feeds, personal links to a survey, links that replace a password or confirm an address
#: (`comptes.urls`).
ADRESSES_SECRETES = re.compile(
    r"(/calendriers/|/enquetes/repondre/|/mot-de-passe/nouveau/|/compte/courriel/confirmer/)[^\s\"'<>)\]]+",
    re.IGNORECASE,
)
MASQUE = r"\1***"
#: Identifiers written in an address: postgres://user:password@host.
IDENTIFIANTS = re.compile(r"://[^\s/@\"']+@")
#: A mail address is a person's, in a refusal of the mail server as elsewhere.
COURRIELS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class MasquerLesSecrets(logging.Filter):
    """On each handler: it sees the records of every logger, traceback included, and lets them all through."""

    def filter(self, record: logging.LogRecord) -> bool:
        texte = record.getMessage()
        masque = masquer(texte)
        if masque != texte:
            record.msg, record.args = masque, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = masquer(record.exc_text)
        return True


def masquer(texte: str) -> str:
    """The same text: secret addresses cut after what they are for, passwords and mail addresses gone."""
    texte = ADRESSES_SECRETES.sub(MASQUE, texte)
    return COURRIELS.sub("***@***", IDENTIFIANTS.sub("://***@", texte))
