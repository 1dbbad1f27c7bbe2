"""docker-compose.yml as this machine can play it: same commands, same settings, other addresses.

No container engine runs where the tests do. What the engine does (isolation, limits, read-only root) is read
by `test_deploiement`; what the processes do is played for real.
"""

import os
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.depot import RACINE

COMPOSE = yaml.safe_load((RACINE / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (RACINE / "deploy" / "Dockerfile").read_text()


def exemple() -> dict[str, str]:
    """What .env.example sets."""
    lignes = (RACINE / ".env.example").read_text().splitlines()
    return dict(ligne.split("=", 1) for ligne in lignes if ligne and not ligne.startswith("#"))


def variables_de_l_image() -> dict[str, str]:
    """`ENV` of the Dockerfile: the values that hold no other variable."""
    suite = "\n".join(re.findall(r"^ENV ((?:.*\\\n)*.*)$", DOCKERFILE, re.MULTILINE))
    return dict(mot.split("=", 1) for mot in shlex.split(suite.replace("\\\n", " ")) if "$" not in mot)


def deplacer(texte: str, adresses: dict[str, str]) -> str:
    """Each address of the containers by the one of this machine, in one pass."""
    return re.sub("|".join(map(re.escape, adresses)), lambda trouve: adresses[trouve[0]], texte)


def environnement(nom: str, adresses: dict[str, str]) -> dict[str, str]:
    """Of a service: image, then .env, then compose file, its addresses replaced by those of this machine."""
    voulu = variables_de_l_image() | exemple() | SERVICES[nom]["environment"]
    voulu = {cle: deplacer(valeur, adresses) for cle, valeur in voulu.items()}
    systeme = {cle: os.environ[cle] for cle in ("PATH", "LANG") if cle in os.environ}
    # Nothing may be written beside: the home of the image's user does not exist.
    return systeme | {"HOME": "/nonexistent", "PYTHONUTF8": "1"} | voulu


def commande(nom: str, dossier: Path) -> list[str]:
    """Of a service: the words of the compose file, run by this Python."""
    premier, *suite = (mot.replace("/tmp/", f"{dossier}/") for mot in SERVICES[nom]["command"])
    return [sys.executable, *([] if premier == "python" else ["-m", premier]), *suite]
