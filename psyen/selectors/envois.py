"""When those concerned by an arrêté were told by mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Q

from socle.enums import EtatCourriel
from socle.models import Courriel

#: The column of the outbox holds 200 characters, an address up to 254.
LONGUEUR_DE_CLE = 200


def cle_d_envoi(arrete: int, adresse: str) -> str:
    """One mail by arrêté and address, whatever happens."""
    return f"{_prefixe(arrete)}{adresse}"[:LONGUEUR_DE_CLE]


def notifies_le(arretes: Collection[int]) -> dict[int, dt.datetime | None]:
    """Arrêté → when the last of its mails left, those that failed for good aside; None while one has yet to
    leave. One that had no one to write to, or whose mails are not written yet, is absent. One query.
    """
    if not arretes:
        return {}
    vises = Q()
    for arrete in arretes:
        vises |= Q(cle__startswith=_prefixe(arrete))
    courriels = Courriel.objects.filter(vises).exclude(etat__in=(EtatCourriel.SANS_OBJET, EtatCourriel.ECHEC))
    envois: dict[int, dt.datetime | None] = {}
    for cle, envoye_le in courriels.order_by("pk").values_list("cle", "envoye_le"):
        arrete = int(cle.split(":")[1])
        if arrete not in envois:
            envois[arrete] = envoye_le
        elif envoye_le is None or envois[arrete] is None:
            envois[arrete] = None
        else:
            envois[arrete] = max(envois[arrete] or envoye_le, envoye_le)
    return envois


def _prefixe(arrete: int) -> str:
    return f"psyen.arrete:{arrete}:"
