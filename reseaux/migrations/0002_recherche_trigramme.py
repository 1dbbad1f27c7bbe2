"""Accent-blind search by trigrams on PostgreSQL: a scan of `recherche` costs four times as much."""

from django.db import migrations

TABLES = ("reseaux_etablissement", "reseaux_cio")


def poser(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for table in TABLES:
        schema_editor.execute(
            f"CREATE INDEX {table}_trigramme ON {table} USING gin (recherche gin_trgm_ops)"
        )


def retirer(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(f"DROP INDEX {table}_trigramme")


class Migration(migrations.Migration):
    dependencies = [("reseaux", "0001_initial")]
    operations = [migrations.RunPython(poser, retirer)]
