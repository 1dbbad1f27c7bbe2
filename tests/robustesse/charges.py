"""Payloads, where to put them, and how to see that one came alive."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from zlib import crc32

from django.apps import apps
from django.db import IntegrityError, models, transaction

from socle.models import EntreeJournal
from tests.depot import COUCHES
from tests.pieges import declencheurs_endormis

COURTE = "'\"><xss-o onx=1>"
LONGUE = (
    "'\"> xss-o=1 onx=1 <xss-o></textarea></title></script></select><xss-o onx=1><svg onload=alert(1)>"
    "<script>alert(1)</script>&lt;xss-o&gt;{{ 7|add:7 }}javascript:alert(1)"
)
LIEN = "javascript:alert(1)//xss-o"
#: Columns that the code reads to find its way, and secrets; what they may hold is checked elsewhere.
INTACTES = {
    "password",
    "sha256",
    "type_mime",
    "message_id",
    "cle",
    "action",
    "calcul",
    "genre",
    "code",
    "nature",
    "recherche",
    "session_data",
    "session_key",
    "url",
    "uai",
    "objet_id",
}


class Lecteur(HTMLParser):
    """Notes elements, attributes and links that only a payload can have made."""

    def __init__(self) -> None:
        super().__init__()
        self.nes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for nom, valeur in attrs:
            adresse = re.sub(r"[\s\x00-\x1f]", "", valeur or "").lower()
            est_active = nom in {"href", "src", "action", "formaction", "xlink:href"}
            if (
                nom.startswith("on")
                or nom in {"xss-o", "style", "srcdoc"}
                or (est_active and adresse.startswith(("javascript:", "vbscript:", "data:text")))
            ):
                self.nes.append(f"<{tag} {nom}={valeur!r}>")
        if tag == "xss-o" or (tag == "script" and not dict(attrs).get("src")):
            self.nes.append(f"<{tag}>")


def nes_d_une_charge(html: str) -> list[str]:
    lecteur = Lecteur()
    lecteur.feed(html)
    return lecteur.nes


def charge_pour(champ: models.Field) -> str:
    """As much of a payload as the column holds."""
    if champ.name == "site":
        return LIEN
    longueur = champ.max_length or 10_000
    return LONGUE if longueur >= len(LONGUE) else COURTE[:longueur]


#: What a spreadsheet takes for a formula, by its first character.
AMORCES = ("=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\uff1d")


def formule_pour(champ: models.Field) -> str:
    """Each column has its own way to begin."""
    charge = AMORCES[crc32(str(champ).encode()) % len(AMORCES)] + "1+1"
    return charge[: champ.max_length or None]


def empoisonner(charge_de: Callable[[models.Field], str] = charge_pour) -> int:
    """Writes a payload in every free text column of our tables; their number."""
    colonnes = 0
    with declencheurs_endormis():
        for modele in apps.get_models():
            if modele._meta.app_label not in COUCHES:
                continue
            for champ in modele._meta.fields:
                if not isinstance(champ, models.CharField | models.TextField) or champ.choices:
                    continue
                if champ.name not in INTACTES and _ecrire(modele, champ, charge_de(champ).lower()):
                    colonnes += 1
        EntreeJournal.objects.update(avant={LONGUE: LONGUE}, apres={LONGUE: COURTE})
    return colonnes


def _ecrire(modele: type[models.Model], champ: models.Field, charge: str) -> bool:
    """Unique columns get the number of the row in front."""
    uniques = champ.unique or any(
        champ.name in contrainte.fields
        for contrainte in modele._meta.constraints
        if isinstance(contrainte, models.UniqueConstraint)
    )
    if not uniques:
        try:
            with transaction.atomic():
                return bool(modele._base_manager.update(**{champ.name: charge}))
        except IntegrityError:
            # The base allows that text in some states only: the rows that have one.
            return bool(modele._base_manager.exclude(**{champ.name: ""}).update(**{champ.name: charge}))
    for pk in modele._base_manager.order_by("pk").values_list("pk", flat=True):
        texte = f"{pk}{charge}"[: champ.max_length or None]
        modele._base_manager.filter(pk=pk).update(**{champ.name: texte})
    return True
