"""What nobody types, and what somebody sends one day.

Every address meets three attacks of nine, and a share of the inputs, which turn with its name: over the site
everything is tried. ADVERSAIRE_COMPLET=1 (`make test-adversaire`) sends everything to every address, in about
an hour; with `-m hostile -k <name>`, to the addresses that one has just written.
"""

import os
from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import quote
from zlib import crc32

COMPLET = bool(os.environ.get("ADVERSAIRE_COMPLET"))
T = TypeVar("T")


def tour(valeurs: Sequence[T], nombre: int, cle: str) -> list[T]:
    """`nombre` of the values, from a place that depends on `cle`; all of them when the adversary has time."""
    if COMPLET or len(valeurs) <= nombre:
        return list(valeurs)
    depart = crc32(cle.encode())
    return [valeurs[(depart + rang * len(valeurs) // nombre) % len(valeurs)] for rang in range(nombre)]


#: What is done to addresses, minutes long over the whole site.
ATTAQUES = (
    "requêtes",
    "saisies",
    "arguments",
    "colonnes de trop",
    "métamorphose",
    "clés étrangères",
    "en-têtes",
    "verbes",
    "redirections",
)


def part(noms: Sequence[str], attaque: str) -> list[str]:
    """One address in three for each attack, so that each address meets three of them; all of them when the
    adversary has time.
    """
    rang = ATTAQUES.index(attaque)
    return [nom for nom in noms if COMPLET or (crc32(nom.encode()) + rang) % 3 == 0]


#: The short list, tried on each parameter by itself.
ESSENTIELLES = (
    "",
    "-1",
    "abc",
    str(2**63),
    "1e3",
    "NaN",
    "١٢",
    "32/13/2020",
    "0001-01-01",
    "9999-12-31",
    "'",
    "a\x00b",
)
#: The long list, given to every parameter at once.
VALEURS = (
    *ESSENTIELLES,
    " ",
    "0",
    "-0",
    "999999999999",
    str(2**31),
    str(-(2**63) - 1),
    "9" * 5000,
    "Infinity",
    "-Infinity",
    "1,5,5",
    "½",
    "0,25",
    "2026-02-30",
    "10000-01-01",
    "2026-13",
    '"',
    "\x00",
    "\r\nSet-Cookie: vol=1",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }}{% now 'Y' %}",
    "../../../../etc/passwd",
    "%",
    "\\",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "\N{PILE OF POO}" * 50,
    "é" * 5_000,
)
LONGUE = "x" * 100_000
#: Written as such in the address: bytes that are no UTF-8, a NUL, half a surrogate.
BRUTES = ("%FF%FE", "%00", "%ED%A0%80", "%", "%zz", quote("'") * 50)
INCONNUS = {"is_superuser": "1", "__class__": "x", "form-TOTAL_FORMS": "9" * 30, "form-INITIAL_FORMS": "-1"}
CODES_ADMIS = frozenset({200, 302, 400, 403, 404, 405, 409, 410, 413, 429})
