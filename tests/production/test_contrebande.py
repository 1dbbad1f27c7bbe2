"""Where a message ends is said once: what could be cut in two is refused (ASVS 4.2.1, 13.4.4)."""

from __future__ import annotations

import re
import socket
from contextlib import suppress

import pytest

from tests.production.pile import HOTE, Pile

pytestmark = pytest.mark.sqlite

#: As nginx says it to gunicorn; from a visitor, nginx writes its own.
HONNETES = f"Host: {HOTE}\r\nX-Forwarded-Proto: https"
#: What the attacker hides behind the first request; seen in a log, it was served.
CACHE = "/contrebande-zq7/"
CACHEE = f"GET {CACHE} HTTP/1.1\r\n{HONNETES}\r\n\r\n"
MORCEAUX = f"0\r\n\r\n{CACHEE}"
#: Headers of the first request, and its body.
CONTREBANDES = {
    "longueur et morceaux": (("Content-Length: {n}", "Transfer-Encoding: chunked"), MORCEAUX),
    "morceaux et longueur": (("Transfer-Encoding: chunked", "Content-Length: 4"), MORCEAUX),
    "deux longueurs": (("Content-Length: 0", "Content-Length: {n}"), CACHEE),
    "deux fois la même longueur en une ligne": (("Content-Length: 0, {n}",), CACHEE),
    "longueur signée": (("Content-Length: +0",), CACHEE),
    "longueur négative": (("Content-Length: -1",), CACHEE),
    "espace avant les deux points": (("Transfer-Encoding : chunked", "Content-Length: 0"), MORCEAUX),
    "codage maquillé": (("Transfer-Encoding: xchunked", "Content-Length: 0"), MORCEAUX),
    "deux codages": (("Transfer-Encoding: chunked", "Transfer-Encoding: identity"), MORCEAUX),
    "tabulation de vapeur": (("Transfer-Encoding: \x0bchunked",), MORCEAUX),
    "ligne repliée": (("Transfer-Encoding:", " chunked", "Content-Length: 0"), MORCEAUX),
    "taille de morceau illisible": (("Transfer-Encoding: chunked",), f"0x0\r\n\r\n{CACHEE}"),
}


def dire(prise: socket.socket, texte: str) -> str:
    """All that is answered until the other side hangs up, or says nothing for two seconds."""
    prise.settimeout(2)
    prise.sendall(texte.encode("latin-1"))
    recu = b""
    with suppress(OSError):
        while morceau := prise.recv(65536):
            recu += morceau
    prise.close()
    return recu.decode(errors="replace")


def a_la_porte(pile: Pile, porte: str) -> socket.socket:
    """nginx, over TLS, or gunicorn behind it, as a process of the machine would reach it."""
    if porte == "nginx":
        return pile.connexion().sock
    return socket.create_connection(("127.0.0.1", pile.ports["web"]), timeout=10)


@pytest.mark.parametrize("porte", ["nginx", "gunicorn"])
@pytest.mark.parametrize(("entetes", "corps"), CONTREBANDES.values(), ids=CONTREBANDES)
def test_une_requete_cachee_dans_une_autre_n_est_pas_servie(pile: Pile, porte: str, entetes, corps):
    lignes = "\r\n".join(entetes).format(n=len(corps))
    texte = f"POST /connexion/ HTTP/1.1\r\n{HONNETES}\r\n{lignes}\r\n\r\n{corps}"
    reponse = dire(a_la_porte(pile, porte), texte)
    statuts = re.findall(r"HTTP/1\.1 (\d{3})", reponse)
    # The application may answer before it has met the faulty body; then the link is refused and cut.
    assert statuts[-1] in {"400", "501"}, reponse
    assert len(statuts) == 1 or (porte, statuts[0]) == ("gunicorn", "403"), reponse
    assert [nom for nom, journal in pile.journaux().items() if CACHE in journal] == []


def test_deux_requetes_honnetes_sont_servies(pile: Pile):
    """Else the refusals above would prove nothing: the same two, in order, get their two answers."""
    deux = f"GET /sante/vivant HTTP/1.1\r\n{HONNETES}\r\n\r\n"
    for porte in ("nginx", "gunicorn"):
        assert dire(a_la_porte(pile, porte), deux * 2).count("HTTP/1.1 200") == 2, porte


@pytest.mark.parametrize("verbe", ["TRACE", "TRACK", "CONNECT"])
def test_rien_n_est_renvoye_en_echo(pile: Pile, verbe: str):
    texte = f"{verbe} /connexion/ HTTP/1.1\r\n{HONNETES}\r\nX-Secret: zq7\r\nConnection: close\r\n\r\n"
    for porte in ("nginx", "gunicorn"):
        reponse = dire(a_la_porte(pile, porte), texte)
        assert reponse.split()[1][0] == "4", reponse
        assert "zq7" not in reponse
