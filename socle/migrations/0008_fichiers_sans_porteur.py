"""A stored file never changes; it goes once nothing holds it any more.

What holds one is a foreign key, which the base protects: an arrêté, a letter or a version of a document cannot
lose its file. The bytes of an old export or of the piece of an old mail could not be erased before.
"""

from django.db import migrations

TABLE = "socle_fichier"
MESSAGE = "Le journal et les fichiers ne se modifient pas."
NOM = f"{TABLE}_sans_suppression"


def lever(apps, schema_editor):
    suite = f" ON {TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER {NOM}{suite}")


def remettre(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE TRIGGER {NOM} BEFORE DELETE ON {TABLE} "
            f"FOR EACH ROW EXECUTE FUNCTION socle_ecriture_seule('{MESSAGE}')",
            params=None,
        )
    else:
        schema_editor.execute(
            f"CREATE TRIGGER {NOM} BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
            params=None,
        )


class Migration(migrations.Migration):
    dependencies = [("socle", "0007_consultation")]
    operations = [migrations.RunPython(lever, remettre)]
