"""The survey that a report read is written down with it, and never changes once it is issued."""

import django.db.models.deletion
from django.db import migrations, models

from socle.declencheurs import Refus, poser, retirer

REFUS = [
    Refus(
        "evaluation_rapport",
        "UPDATE",
        "OLD.etat = 'emis' AND COALESCE(NEW.enquete_id, 0) <> COALESCE(OLD.enquete_id, 0)",
        "enquete_du_rapport",
    )
]


def aller(apps, schema_editor):
    poser(schema_editor, REFUS)


def revenir(apps, schema_editor):
    retirer(schema_editor, REFUS)


class Migration(migrations.Migration):
    # A nullable column is added without rebuilding the table: the triggers of 0007 stay.
    dependencies = [("evaluation", "0007_rapports_intangibles")]
    operations = [
        migrations.AddField(
            model_name="rapport",
            name="enquete",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="evaluation.enquete",
                verbose_name="enquête",
            ),
        ),
        migrations.RunPython(aller, revenir),
    ]
