"""The mail server of these tests, on the port that the workers know: it refuses, cuts, or is deaf."""

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.socle.boite import Puits, puits_ouvert


class PuitsDesPannes(Puits):
    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port
        #: Recipients in the middle of whose text the link is cut.
        self.coupes: set[str] = set()
        self._pile = ExitStack()

    def ouvrir(self) -> None:
        self._pile.enter_context(puits_ouvert(self, self.port))

    def fermer(self) -> None:
        self._pile.close()

    @contextmanager
    def sourd(self) -> Iterator[None]:
        """The calls wait in the queue of the kernel, nobody picks up."""
        self.fermer()
        with socket.create_server(("127.0.0.1", self.port)):
            yield
        self.ouvrir()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if envelope.rcpt_tos[0] in self.coupes:
            server.transport.abort()
            return "421 Coupé"
        return await super().handle_DATA(server, session, envelope)

    @property
    def identifiants(self) -> Counter[str]:
        """How many times each Message-ID came."""
        return Counter(message["Message-ID"] for message in self.messages)
