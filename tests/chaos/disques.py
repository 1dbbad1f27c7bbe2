"""Small disks that fill up: file systems in memory, which root alone may mount."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

BLOC = bytes(64 * 1024)
ROOT = (
    "Cet essai remplit de petits disques, que seul l’administrateur de la machine peut monter : "
    "lancez « make chaos » en root."
)


class PetitDisque:
    """A plain folder when nobody may mount: it serves, and refuses to be filled."""

    def __init__(self, dossier: Path, mo: int) -> None:
        self.dossier = dossier
        self._mo = mo
        self._lest = dossier / "lest"

    @contextmanager
    def monte(self, identite: dict[str, Any]) -> Iterator[None]:
        self.dossier.mkdir()
        if os.geteuid() != 0:
            yield
            return
        options = f"size={self._mo}m,mode=1777"
        if identite:
            options += f",uid={identite['user']},gid={identite['group']}"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.dossier], check=True)
        try:
            yield
        finally:
            subprocess.run(["umount", "--lazy", self.dossier], check=True)

    @contextmanager
    def plein(self, *, reste: int = 0) -> Iterator[None]:
        """Not one byte left, or that many; then all of them."""
        if os.geteuid() != 0:
            pytest.fail(ROOT)
        self.remplir()
        os.truncate(self._lest, max(0, self._lest.stat().st_size - reste))
        try:
            yield
        finally:
            self._lest.unlink()

    def remplir(self) -> None:
        """To the last byte, whatever was freed since."""
        with self._lest.open("ab", buffering=0) as sortie:
            bloc = BLOC
            while bloc:
                try:
                    sortie.write(bloc)
                except OSError as erreur:
                    if erreur.errno != errno.ENOSPC:
                        raise
                    bloc = bloc[: len(bloc) // 2]
