"""Text made comparable: what a person types finds what a file spells otherwise."""

import unicodedata


def normaliser_recherche(*morceaux: str) -> str:
    """Join, strip accents and punctuation, lower the case: « Saint-Amand » and « saint amand » meet."""
    decompose = unicodedata.normalize("NFKD", " ".join(m for m in morceaux if m).replace("œ", "oe"))
    lettres = "".join(c if c.isalnum() else " " for c in decompose.lower() if not unicodedata.combining(c))
    return " ".join(lettres.split())
