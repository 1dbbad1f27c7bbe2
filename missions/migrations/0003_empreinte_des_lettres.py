"""What a letter says has a print. SQLite rebuilds the table and loses its triggers: put back here."""

from django.db import migrations, models

from socle.declencheurs import Refus, poser, retirer

REFUS = [
    Refus("missions_lettredemission", ordre, "1 = 1", "lettre_intangible") for ordre in ("UPDATE", "DELETE")
]


def lever(apps, schema_editor):
    retirer(schema_editor, REFUS)


def remettre(apps, schema_editor):
    poser(schema_editor, REFUS)


class Migration(migrations.Migration):
    dependencies = [("missions", "0002_regles_en_base")]
    operations = [
        migrations.RunPython(lever, remettre),
        migrations.AddField(
            model_name="lettredemission",
            name="empreinte",
            field=models.CharField(default="", editable=False, max_length=64, verbose_name="empreinte"),
        ),
        migrations.RunPython(remettre, lever),
    ]
