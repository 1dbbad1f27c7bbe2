"""Who opened a page about someone: append-only, erasable after six months."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from socle.declencheurs import Refus, poser, retirer

#: Six months: what the CNIL asks at least of a log.
TABLE, JOURS = "socle_consultation", 180


def refus(vendor):
    jeune = f"OLD.jour > CURRENT_DATE - {JOURS}"
    if vendor == "sqlite":
        jeune = f"OLD.jour > date('now', '-{JOURS} days')"
    return [
        Refus(TABLE, "UPDATE", "1 = 1", "consultation_intangible"),
        Refus(TABLE, "DELETE", jeune, "consultation_recente"),
    ]


def aller(apps, schema_editor):
    poser(schema_editor, refus(schema_editor.connection.vendor))


def revenir(apps, schema_editor):
    retirer(schema_editor, refus(schema_editor.connection.vendor))


class Migration(migrations.Migration):

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('socle', '0006_au_moins_une_fois'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Consultation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('jour', models.DateField(verbose_name='jour')),
                ('sujet_id', models.BigIntegerField(verbose_name='personne concernée')),
                ('page', models.CharField(max_length=60, verbose_name='page')),
                ('habilitation_id', models.BigIntegerField(verbose_name='habilitation')),
                ('qualite', models.TextField(verbose_name='en qualité de')),
                ('lecteur', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='lecteur')),
                ('sujet_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
            ],
            options={
                'verbose_name': 'consultation',
                'verbose_name_plural': 'consultations',
                'indexes': [models.Index(fields=['lecteur', 'jour'], name='consultation_du_lecteur')],
                'constraints': [models.UniqueConstraint(fields=('sujet_type', 'sujet_id', 'jour', 'lecteur', 'habilitation_id', 'page'), name='consultation_une_par_jour', violation_error_message='Cette consultation est déjà notée.')],
            },
        ),
        migrations.RunPython(aller, revenir),
    ]
