"""A former release as data: its migrations and a small base that it had written, loaded by its own models.

`version_1_0.json.gz` is a part of the demonstration as version 1.0 made it: some rows of each table, and
all those that they refer to. It never changes; the next release adds its own file.
"""

import base64
import gzip
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.core.management.color import no_style
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor

from tests.pieges import declencheurs_endormis


@dataclass(frozen=True)
class Version:
    migrations: dict[str, list[str]]
    #: Label of the model → its rows, by column.
    lignes: dict[str, list[dict[str, Any]]]

    def cibles(self) -> list[tuple[str, str]]:
        """Where each app stood, among those that are still installed."""
        connues = MigrationExecutor(connection).loader.graph.nodes
        return [(app, noms[-1]) for app, noms in self.migrations.items() if (app, noms[-1]) in connues]

    def apps(self) -> Apps:
        """Its models, as its migrations say them."""
        return MigrationExecutor(connection).loader.project_state(self.cibles()).apps


@cache
def version_1_0() -> Version:
    brut = gzip.decompress((Path(__file__).parent / "version_1_0.json.gz").read_bytes())
    return Version(**json.loads(brut))


def charger(version: Version, *, types_de_contenu: dict[int, int] | None = None) -> None:
    """Writes its rows with its own models. Frozen tables take no new row: their triggers sleep meanwhile.

    `types_de_contenu`: where the base already has its content types, the number of each there.
    """
    apps, ecrits = version.apps(), []
    with declencheurs_endormis(), connection.constraint_checks_disabled():
        for modele in apps.get_models(include_auto_created=True):
            label = modele._meta.label_lower
            if label == "contenttypes.contenttype" and types_de_contenu is not None:
                continue
            lignes = version.lignes.get(label, [])
            modele._base_manager.bulk_create(_objet(modele, ligne, types_de_contenu) for ligne in lignes)
            ecrits.append(modele)
    connection.check_constraints()
    with connection.cursor() as curseur:
        for ordre in connection.ops.sequence_reset_sql(no_style(), ecrits):
            curseur.execute(ordre)


def _objet(
    modele: type[models.Model], ligne: dict[str, Any], types_de_contenu: dict[int, int] | None
) -> models.Model:
    valeurs = {}
    for champ in modele._meta.concrete_fields:
        if champ.attname not in ligne:
            continue
        valeur = ligne[champ.attname]
        if isinstance(champ, models.BinaryField):
            valeur = base64.b64decode(valeur["b64"])
        elif types_de_contenu is not None and _vers_un_type(champ) and valeur is not None:
            valeur = types_de_contenu[valeur]
        valeurs[champ.attname] = valeur if isinstance(champ, models.JSONField) else champ.to_python(valeur)
    return modele(**valeurs)


def _vers_un_type(champ: models.Field) -> bool:
    return champ.is_relation and champ.related_model._meta.label_lower == "contenttypes.contenttype"
