"""Prepare the environment of the project: `python3 deploy/outils/installer.py [--pour …] [--port …]`.

Everything that can refuse (Python, folder, port, system libraries) refuses first, in one line; the
long work comes after, and is done once: a stamp keeps the digest of the installed lock file.
Standard library only, and readable by an old Python.
"""

import argparse
import errno
import hashlib
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import systeme

RACINE = Path(__file__).resolve().parent.parent.parent
VENV = RACINE / ".venv"
PYTHON = VENV / "bin" / "python"
TEMOIN = VENV / "verrou-installe"
VERSION_MINIMALE = (3, 11)
VERSION_MAXIMALE = 14  # the newest 3.x looked for when `python3` is too old
VERROUS = {"execution": "requirements.lock", "essais": "requirements-dev.lock"}


def exiger_python():
    """Go on with the newest suitable Python of the machine, or say which one is needed."""
    if sys.version_info[:2] >= VERSION_MINIMALE:
        return
    for mineure in range(VERSION_MAXIMALE, VERSION_MINIMALE[1] - 1, -1):
        autre = shutil.which(f"python3.{mineure}")
        if autre:
            os.execv(autre, [autre, *sys.argv])
    version = ".".join(map(str, sys.version_info[:2]))
    sys.exit(
        f"Python 3.11 ou plus récent est nécessaire ; cette machine n’a que Python {version} "
        f"({sys.executable}). Indiquez-en un autre, par exemple : make run PYTHON=/chemin/vers/python3.12"
    )


def exiger_dossier_modifiable():
    for dossier in (RACINE, VENV, Path(os.environ.get("CIO_VAR") or RACINE / "var")):
        if dossier.exists() and not _modifiable(dossier):
            sys.exit(
                f"Le dossier {dossier} est en lecture seule : copiez le projet dans un dossier où vous "
                "pouvez écrire, puis recommencez."
            )


def _modifiable(dossier):
    """Write for real: os.access answers yes to root even on a read-only disk."""
    essai = dossier / f".essai-{os.getpid()}"
    try:
        essai.touch()
        essai.unlink()
    except OSError:
        return False
    return True


def exiger_port_libre(texte):
    port = int(texte) if texte.isdigit() else 0
    if not 0 < port < 65536:
        sys.exit(f"Le port « {texte} » n’est pas un nombre de 1 à 65535.")
    with socket.socket() as prise:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            prise.bind(("127.0.0.1", port))
        except OSError as erreur:
            if erreur.errno == errno.EACCES:
                sys.exit(f"Le port {port} est réservé au système : make run PORT=8080")
            sys.exit(
                f"Le port {port} est déjà pris : arrêtez le programme qui l’occupe, ou choisissez-en "
                f"un autre, par exemple : make run PORT={port + 1 if port < 65535 else 8001}"
            )


def empreinte(verrou):
    return hashlib.sha256((RACINE / verrou).read_bytes()).hexdigest()


def environnement_valide():
    """False when there is none, or when the Python under it has been upgraded or removed."""
    if not PYTHON.exists():
        return False
    return (
        subprocess.run([str(PYTHON), "-c", "import pip"], stderr=subprocess.DEVNULL, check=False).returncode
        == 0
    )


def deja_installe(usage):
    """The lock of the tests contains the one of the service: it serves both."""
    suffisants = {empreinte(VERROUS[usage]), empreinte(VERROUS["essais"])}
    return TEMOIN.exists() and TEMOIN.read_text() in suffisants and environnement_valide()


def installer(usage):
    if not environnement_valide():
        print("Création de l’environnement Python (.venv)…", flush=True)
        _executer(sys.executable, "-m", "venv", "--clear", VENV)
    print("Installation des bibliothèques (une à deux minutes la première fois)…", flush=True)
    pip = (PYTHON, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input")
    _executer(*pip, "install", "--require-hashes", "-r", RACINE / VERROUS[usage])
    TEMOIN.write_text(empreinte(VERROUS[usage]))


def _executer(*ordre):
    code = subprocess.run(list(map(str, ordre)), cwd=str(RACINE), check=False).returncode
    if code != 0:
        sys.exit(f"L’installation s’est arrêtée (code {code}) : " + " ".join(map(str, ordre)))


def main():
    exiger_python()
    lecteur = argparse.ArgumentParser(description="Prépare l’environnement du projet.")
    lecteur.add_argument("--pour", choices=sorted(VERROUS), default="execution")
    lecteur.add_argument("--port", help="vérifie d’abord que ce port est libre")
    options = lecteur.parse_args()
    exiger_dossier_modifiable()
    if options.port is not None:
        exiger_port_libre(options.port)
    systeme.exiger(options.pour)
    if not deja_installe(options.pour):
        installer(options.pour)


if __name__ == "__main__":
    main()
