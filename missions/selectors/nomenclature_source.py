"""The missions and publics of fiche 1 and of the experiment, as the sources write them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FICHIER = Path(__file__).resolve().parent.parent / "donnees" / "nomenclature.json"


@cache
def nomenclature_source() -> dict[str, Any]:
    """`debut` of the entries, `missions` (parents first) and `publics`, in their order."""
    return json.loads(FICHIER.read_text(encoding="utf-8"))
