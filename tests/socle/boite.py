"""A mail server that keeps what it is sent, and a mail to send."""

import asyncio
import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core.mail.backends.locmem import EmailBackend

from socle.courriels import envoyer_en_attente, mettre_en_file
from socle.models import Courriel

MODELE = "comptes/courriels/adresse_modifiee"


def ecrire(destinataire: str = "ana@ac-essai.fr", cle: str = "", **champs) -> Courriel:
    return mettre_en_file(
        cle=cle or f"essai:{destinataire}",
        destinataire=destinataire,
        modele=MODELE,
        contexte={"nouveau": "<ana> & l’autre"},
        **champs,
    )


def etats() -> dict[str, str]:
    return dict(Courriel.objects.values_list("destinataire", "etat"))


class ProcessusTueError(BaseException):
    """What a kill -9 leaves behind: nothing after this line runs."""


def mourir_pendant_l_envoi(monkeypatch, *, apres: bool) -> None:
    """The worker dies while sending, before or after the server has the text."""
    envoyer = EmailBackend.send_messages

    def mourir(self, messages):
        if apres:
            envoyer(self, messages)
        raise ProcessusTueError

    with monkeypatch.context() as provisoire:
        provisoire.setattr(EmailBackend, "send_messages", mourir)
        with pytest.raises(ProcessusTueError):
            envoyer_en_attente()


class Puits:
    """Answers what it is told to, address by address, and keeps what it accepts."""

    def __init__(self):
        self.recus = []
        self.refus = {}
        self.refus_du_message = {}
        #: Recipients whose text is never acknowledged.
        self.muets = set()
        #: One per conversation; `raccroche` cuts it before the next mail.
        self.liaisons = []
        self.raccroche = False

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        self.liaisons.append(session.peer)
        return responses

    async def handle_RSET(self, server, session, envelope):
        if self.raccroche:
            server.transport.abort()
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in self.refus:
            return self.refus[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.recus.append(envelope)
        if envelope.rcpt_tos[0] in self.muets:
            await asyncio.sleep(3)
        return self.refus_du_message.get(envelope.rcpt_tos[0], "250 OK")

    @property
    def destinataires(self):
        return [envelope.rcpt_tos[0] for envelope in self.recus]

    @property
    def messages(self):
        return [email.message_from_bytes(e.content, policy=email.policy.default) for e in self.recus]


def port_libre() -> int:
    with socket.create_server(("127.0.0.1", 0)) as prise:
        return prise.getsockname()[1]


@contextmanager
def puits_ouvert(boite: Puits, port: int | None = None, **options: Any) -> Iterator[int]:
    """Serves it on a port of this machine, a free one unless told which; `options` are aiosmtpd’s."""
    controleur = Controller(boite, hostname="127.0.0.1", port=port or port_libre(), **options)
    controleur.start()
    try:
        yield controleur.port
    finally:
        controleur.stop()
