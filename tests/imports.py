"""What the tests of every import share: files made on the spot, the count of every row, the three steps."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client


def tableau_csv(
    lignes: Iterable[Mapping[str, str]], *, separateur: str = ";", fin: str = "\r\n", bom: bool = True
) -> bytes:
    """A CSV as the portal writes it; the headers are the keys of the first line."""
    lignes = list(lignes)
    textes = [separateur.join(lignes[0])]
    textes += [separateur.join(_cellule(v, separateur) for v in ligne.values()) for ligne in lignes]
    return ("\ufeff" if bom else "").encode() + (fin.join(textes) + fin).encode()


def _cellule(valeur: str, separateur: str) -> str:
    return f'"{valeur}"' if separateur in valeur else valeur


def compter_tout() -> dict[str, int]:
    """Number of rows of every table: equal before and after means that nothing was written."""
    return {modele._meta.label: modele._default_manager.count() for modele in apps.get_models()}


def deposer(client: Client, url: str, contenu: bytes, nom: str = "fichier.csv", **options: Any):
    """Step 1: the upload, which answers with the preview or with what is wrong."""
    return client.post(url, {"fichier": SimpleUploadedFile(nom, contenu), **options})


def confirmer(client: Client, url: str, reponse: Any, etape: str = "confirmer"):
    """Step 2: the button of the preview (or « xlsx », « ods », « csv » for the report)."""
    return client.post(url, {"depot": reponse.context["depot"], "etape": etape})


def motifs(refus: Sequence[Any]) -> str:
    return "\n".join(map(str, refus))
