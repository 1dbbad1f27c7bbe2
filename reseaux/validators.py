"""The UAI code: seven digits and a key letter."""

import re

from django.core.exceptions import ValidationError

#: No I, O nor Q: they read like 1 and 0.
LETTRES_CLE = "ABCDEFGHJKLMNPRSTUVWXYZ"


def normaliser_uai(saisie: str) -> str:
    """Drop spaces, raise the case: « 041 0001 d » → « 0410001D »."""
    return re.sub(r"\s", "", saisie).upper()


def cle_uai(chiffres: str) -> str:
    """Key letter expected after the seven digits (checked on 21 236 real codes)."""
    return LETTRES_CLE[int(chiffres) % 23]


def valider_uai(uai: str) -> None:
    """Refuse a UAI whose form or key letter is wrong, naming the letter expected."""
    if not re.fullmatch(r"[0-9]{7}[A-Z]", uai):
        raise ValidationError(
            "« %(uai)s » n’est pas un code UAI : attendu sept chiffres puis une lettre, "
            "par exemple 0410017W.",
            code="uai_forme",
            params={"uai": uai},
        )
    attendue = cle_uai(uai[:7])
    if uai[7] != attendue:
        raise ValidationError(
            "%(uai)s : la clé attendue est %(attendue)s. Vérifiez les chiffres ou corrigez la lettre.",
            code="uai_cle",
            params={"uai": uai, "attendue": attendue},
        )
