"""The repository as the tests read it: its files, its layers, the imports of a module."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
# Each app may point to those on its right only (conception: layers).
COUCHES = ["cio_network", "evaluation", "planning", "missions", "psyen", "reseaux", "comptes", "socle"]


def fichiers_suivis(*motifs: str) -> list[Path]:
    """The files of the project as git knows them; new ones count before they are added."""
    sortie = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", *motifs],
        cwd=RACINE,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    chemins = (RACINE / nom for nom in sorted(set(sortie.split("\0"))) if nom)
    return [chemin for chemin in chemins if chemin.is_file()]


def imports(chemin: Path) -> Iterator[str]:
    for noeud in ast.walk(ast.parse(chemin.read_text())):
        if isinstance(noeud, ast.Import):
            yield from (alias.name for alias in noeud.names)
        elif isinstance(noeud, ast.ImportFrom) and noeud.module:
            yield noeud.module
            yield from (f"{noeud.module}.{alias.name}" for alias in noeud.names)
