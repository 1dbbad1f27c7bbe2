"""What a long password may still be: guessed."""

import re
from functools import lru_cache
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from socle.texte import normaliser_recherche

#: Printed in our own documents, or made of the name of the service.
PUBLICS = frozenset({"demonstrationcio", "reseauxcio", "reseaucio", "motdepasse", "educationnationale"})


@lru_cache(maxsize=1)
def _courants() -> frozenset[str]:
    """Django's twenty thousand: nearly all shorter than what we ask, hence typed twice or lengthened."""
    return frozenset(CommonPasswordValidator().passwords)


class MotDePasseDevinableValidator:
    """Refuses a long password made of a short one: repeated, or lengthened by a run of digits."""

    def validate(self, password: str, user: Any = None) -> None:
        lettres = re.sub(r"[\W_]", "", normaliser_recherche(password))
        racine = re.sub(r"^\d+|\d+$", "", _motif(lettres))
        if len(set(lettres)) < 5 or _motif(lettres) != lettres or racine in PUBLICS | _courants():
            raise ValidationError(
                "Ce mot de passe se devine : il répète un motif, ou prolonge un mot de passe très courant. "
                "Choisissez plutôt une suite de mots sans rapport entre eux.",
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return "Il ne répète pas un même motif et ne prolonge pas un mot de passe très courant."


def _motif(texte: str) -> str:
    """What this text repeats, one time and a half at least; the text itself otherwise."""
    periode = next((p for p in range(1, 2 * len(texte) // 3 + 1) if texte.startswith(texte[p:])), 0)
    return texte[:periode] or texte
