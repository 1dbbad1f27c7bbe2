"""The matrix that a département starts from, drawn from fiche 1 and from the experiment."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FICHIER = Path(__file__).resolve().parent.parent / "donnees" / "matrice.json"


@cache
def matrice_modele() -> dict[str, Any]:
    """`titre`, `acteurs` (label, role), `dossiers` (label, presentation), `lignes` (letters by actor)."""
    return json.loads(FICHIER.read_text(encoding="utf-8"))
