"""Check the libraries and programs of the machine; as root on Debian, install what is missing.

Standard library only, and readable by an old Python: it runs before anything is installed.
"""

import ctypes
import ctypes.util
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

# need → (name on Debian/Ubuntu, Fedora, Homebrew)
PAQUETS = {
    "venv": ("python3-venv", "python3", "python"),
    "pango": ("libpango-1.0-0", "pango", "pango"),
    "pangoft2": ("libpangoft2-1.0-0", "pango", "pango"),
    "harfbuzz": ("libharfbuzz-subset0", "harfbuzz", "harfbuzz"),
    "postgresql": ("postgresql", "postgresql-server", "postgresql"),
    "redis": ("redis-server", "redis", "redis"),
    "chromium": ("chromium", "chromium", "chromium"),
    "nginx": ("nginx", "nginx", "nginx"),
    "openssl": ("openssl", "openssl", "openssl"),
}
COMMANDES = {
    "apt-get": "sudo apt-get update && sudo apt-get install -y --no-install-recommends",
    "dnf": "sudo dnf install -y",
    "brew": "brew install",
}
# WeasyPrint draws the arrêtés with these libraries (base of the name, name of the file on Linux).
BIBLIOTHEQUES = {
    "pango": ("pango-1.0", "libpango-1.0.so.0"),
    "pangoft2": ("pangoft2-1.0", "libpangoft2-1.0.so.0"),
    "harfbuzz": ("harfbuzz-subset", "libharfbuzz-subset.so.0"),
}
BESOINS = {
    "execution": ("venv", "pango", "pangoft2", "harfbuzz"),
    "essais": (
        "venv",
        "pango",
        "pangoft2",
        "harfbuzz",
        "postgresql",
        "redis",
        "chromium",
        "nginx",
        "openssl",
    ),
}


def trouver_postgresql():
    """Folder of initdb and postgres: PG_BINDIR, the PATH, then where Debian hides them (newest first)."""
    chemin = shutil.which("initdb")
    candidats = [os.environ.get("PG_BINDIR"), chemin and Path(chemin).resolve().parent]
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    candidats += sorted(debian, key=lambda dossier: float(dossier.parent.name), reverse=True)
    for dossier in filter(None, candidats):
        if all(os.access(Path(dossier) / nom, os.X_OK) for nom in ("initdb", "postgres")):
            return Path(dossier)
    return None


def trouver_redis():
    return shutil.which("redis-server") or shutil.which("valkey-server")


def trouver_chromium():
    """A Chromium of the machine, or the one that Playwright downloads for itself."""
    for nom in (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"):
        chemin = shutil.which(nom) if nom else None
        if chemin:
            return chemin
    playwright = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright")
    return next(map(str, playwright.glob("chromium-*/chrome-linux*/chrome")), None)


def trouver_nginx():
    """Debian keeps it out of the PATH of those who are not root."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


PROGRAMMES = {
    "postgresql": trouver_postgresql,
    "redis": trouver_redis,
    "chromium": trouver_chromium,
    "nginx": trouver_nginx,
    "openssl": lambda: shutil.which("openssl"),
}


def _bibliotheque_presente(base, fichier):
    for nom in (fichier, ctypes.util.find_library(base)):
        try:
            if nom and ctypes.CDLL(nom):
                return True
        except OSError:
            continue
    return False


def _present(besoin):
    if besoin in BIBLIOTHEQUES:
        return _bibliotheque_presente(*BIBLIOTHEQUES[besoin])
    if besoin == "venv":
        return importlib.util.find_spec("ensurepip") is not None
    return PROGRAMMES[besoin]() is not None


def manquants(usage):
    return [besoin for besoin in BESOINS[usage] if not _present(besoin)]


def commande(besoins):
    """The exact command which installs the needs on this machine (Debian's names when unknown)."""
    outil = next((outil for outil in COMMANDES if shutil.which(outil)), "apt-get")
    noms = sorted({PAQUETS[besoin][list(COMMANDES).index(outil)] for besoin in besoins})
    return COMMANDES[outil] + " " + " ".join(noms)


def _installer_par_apt(besoins):
    environnement = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    noms = sorted({PAQUETS[besoin][0] for besoin in besoins})
    print("Installation des paquets du système : " + ", ".join(noms) + "…", flush=True)
    for ordre in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-y", "-q", "--no-install-recommends", *noms],
    ):
        essai = subprocess.run(
            ordre, env=environnement, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        if essai.returncode != 0:
            print(essai.stdout.decode(errors="replace")[-2000:], file=sys.stderr)
            return


def exiger(usage):
    """Return when everything is there; otherwise install it (root on Debian) or say how, and stop."""
    absents = manquants(usage)
    if absents and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        _installer_par_apt(absents)
        absents = manquants(usage)
    if not absents:
        return
    message = f"Il manque à cette machine : {', '.join(absents)}. Pour l’installer : {commande(absents)}"
    if absents == ["chromium"]:
        message += " (ou : .venv/bin/python -m playwright install --with-deps chromium)"
    sys.exit(message)


if __name__ == "__main__":
    exiger(sys.argv[1] if len(sys.argv) > 1 else "execution")
