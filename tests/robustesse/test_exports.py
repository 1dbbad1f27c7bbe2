"""A formula in every text column of every table, then every export: no cell of theirs is one (row 19).

The exports are found by asking: an address that answers `?format=csv` with a spreadsheet is one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from comptes.enums import Role
from socle.tableurs import TYPES_MIME
from socle.views import ListeView
from tests.robustesse.charges import AMORCES, empoisonner, formule_pour
from tests.robustesse.conftest import Scene
from tests.robustesse.hostile import tour
from tests.robustesse.lieux import NOMS
from tests.robustesse.visite import Visiteur

pytestmark = [pytest.mark.django_db, pytest.mark.hostile]

ROLES = (Role.DCIO, Role.DASEN, Role.ADMIN, Role.PSYEN, Role.CHEF_ETABLISSEMENT)
NOMBRE = re.compile(r"-\d+(,\d+)?")


def formules(contenu: bytes) -> list[str]:
    """Cells that a spreadsheet would compute, whatever the format."""
    if not contenu.startswith(b"PK"):
        cellules = [c for ligne in lire_csv(contenu) for c in ligne]
        return [c for c in cellules if c.lstrip(" \u00a0").startswith(AMORCES) and not NOMBRE.fullmatch(c)]
    with ZipFile(BytesIO(contenu)) as archive:
        feuilles = [n for n in archive.namelist() if n == "content.xml" or n.startswith("xl/worksheets/")]
        textes = [archive.read(feuille).decode() for feuille in feuilles]
    return [
        trouvee for texte in textes for trouvee in re.findall(r"<f[\s>/].{,80}|<[^>]*:formula=.{,80}", texte)
    ]


def lire_csv(contenu: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(contenu.decode("utf-8-sig"), newline=""), delimiter=";"))


def exports(nom: str, scene: Scene) -> Iterator[tuple[str, Visiteur]]:
    """(address of the CSV, who reads it), for each export that one of the roles reads."""
    for adresse in tour(scene.adresses(nom), 2, nom):
        for role in ROLES:
            visite = scene.visiteurs[role].demander("get", adresse, {"format": "csv"})
            assert visite.statut < 500, (adresse, role, visite.faute)
            if visite.statut == 200 and visite.entetes["Content-Type"] == TYPES_MIME["csv"]:
                yield adresse, scene.visiteurs[role]
            if visite.statut not in {302, 403, 404}:
                break


def octets(visiteur: Visiteur, adresse: str, format_: str) -> bytes:
    with transaction.atomic():
        contenu = visiteur.client.get(adresse, {"format": format_}).getvalue()
        transaction.set_rollback(True)
    visiteur.client.cookies.load(visiteur.temoins)
    return contenu


def listes(motifs=None, espace: str = "") -> Iterator[str]:
    """The names of the lists of the site that offer an export."""
    for motif in motifs if motifs is not None else get_resolver().url_patterns:
        if isinstance(motif, URLResolver):
            dessous = f"{espace}{motif.namespace}:" if motif.namespace else espace
            yield from listes(motif.url_patterns, dessous)
        elif isinstance(motif, URLPattern):
            vue = getattr(motif.callback, "view_class", None)
            if vue and issubclass(vue, ListeView) and vue.colonnes_export:
                yield f"{espace}{motif.name}"


def test_une_formule_se_reconnait():
    assert formules("a;b\r\n=1+1;x\r\n".encode("utf-8-sig")) == ["=1+1"]
    assert formules(b"a;-0,5;-3\r\n") == []
    for membre, texte in (
        ("xl/worksheets/sheet1.xml", "<c><f>1+1</f></c>"),
        ("content.xml", '<c t:formula="=1"/>'),
    ):
        sortie = BytesIO()
        with ZipFile(sortie, "w") as archive:
            archive.writestr(membre, texte)
        assert len(formules(sortie.getvalue())) == 1


def test_aucune_cellule_d_aucun_export_n_est_une_formule(scene: Scene):
    """One test: the tables are poisoned once."""
    assert empoisonner(formule_pour) > 45
    trouvees, exportes, gardees = [], set(), 0
    for nom in NOMS:
        for adresse, visiteur in exports(nom, scene):
            for format_ in TYPES_MIME:
                chemin = re.sub(r"\bcsv\b", format_, adresse)
                contenu = octets(visiteur, chemin, format_)
                trouvees += [(chemin, format_, cellule) for cellule in formules(contenu)]
                if format_ == "csv":
                    gardees += contenu.count(b"1+1")
            exportes.add(nom)
    assert trouvees == []
    assert set(listes()) - exportes == set()
    assert len(exportes) > len(set(listes()))
    assert gardees > 50
