"""Text made comparable, and text made harmless to whatever shows it."""

import json
import re
import unicodedata

#: The no-break spaces of French typography stay what they are.
_BLANCS = re.compile(r"[^\S\u00a0\u202f]+")


def normaliser_recherche(*morceaux: str) -> str:
    """Join, strip accents and punctuation, lower the case: « Saint-Amand » and « saint amand » meet."""
    decompose = unicodedata.normalize("NFKD", " ".join(m for m in morceaux if m).replace("œ", "oe"))
    lettres = "".join(c if c.isalnum() else " " for c in decompose.lower() if not unicodedata.combining(c))
    return " ".join(lettres.split())


def sur_une_ligne(texte: str) -> str:
    """What a single-line field holds, whoever wrote the request: no end of line, no control character."""
    return "".join(c for c in _BLANCS.sub(" ", texte) if unicodedata.category(c) != "Cc")


def sans_controle(texte: str) -> str:
    """As a terminal or a log may show it: nothing ends the line, hides it or moves the cursor."""
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in texte)
