"""The journal and the stored files are append-only in the database itself, on both engines.

A row trigger does not see TRUNCATE (PostgreSQL): that order is a privilege of the owner of the table.
SQLite rebuilds a table, and loses its triggers, when a migration changes it: a later migration on one of
these tables must run `retirer` before and `poser` after (tests/socle/test_journal.py fails otherwise).
"""

from django.db import migrations

MESSAGE = "Le journal et les fichiers ne se modifient pas."

SQLITE = """
CREATE TRIGGER {table}_sans_{verbe} BEFORE {ordre} ON {table}
BEGIN SELECT RAISE(ABORT, '{message}'); END
"""

POSTGRESQL_FONCTION = """
CREATE OR REPLACE FUNCTION socle_ecriture_seule() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END
$$ LANGUAGE plpgsql
"""
POSTGRESQL = """
CREATE TRIGGER {table}_sans_{verbe} BEFORE {ordre} ON {table}
FOR EACH ROW EXECUTE FUNCTION socle_ecriture_seule('{message}')
"""

TABLES = ("socle_entreejournal", "socle_fichier")
ORDRES = (("modification", "UPDATE"), ("suppression", "DELETE"))


def poser(apps, schema_editor):
    est_postgresql = schema_editor.connection.vendor == "postgresql"
    if est_postgresql:
        # No parameters: the % of RAISE is plpgsql's own.
        schema_editor.execute(POSTGRESQL_FONCTION, params=None)
    modele = POSTGRESQL if est_postgresql else SQLITE
    for table in TABLES:
        for verbe, ordre in ORDRES:
            schema_editor.execute(modele.format(table=table, verbe=verbe, ordre=ordre, message=MESSAGE))


def retirer(apps, schema_editor):
    suite = " ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
    for table in TABLES:
        for verbe, _ in ORDRES:
            schema_editor.execute(f"DROP TRIGGER {table}_sans_{verbe}{suite.format(table=table)}")
    if suite:
        schema_editor.execute("DROP FUNCTION socle_ecriture_seule()")


class Migration(migrations.Migration):
    dependencies = [("socle", "0001_initial")]
    operations = [migrations.RunPython(poser, retirer)]
