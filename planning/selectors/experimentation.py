"""The work plan and the objectives of the experiment, as the source writes them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FICHIER = Path(__file__).resolve().parent.parent / "donnees" / "experimentation.json"


@cache
def experimentation() -> dict[str, Any]:
    """`annee` of the source's calendars, `objectifs` (parents first) and `actions` in their order."""
    return json.loads(FICHIER.read_text(encoding="utf-8"))
