"""How the tables of figures name a territory; the figures asked for. The triggers of `evaluation_mesure` go and
come back around: SQLite rebuilds the table.
"""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

from socle.declencheurs import Refus, poser, retirer

FIGEE = "EXISTS (SELECT 1 FROM evaluation_campagne c WHERE c.id = {ligne}.campagne_id AND c.etat = 'figee')"


def refus():
    for ordre, lignes in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])):
        condition = " OR ".join(FIGEE.format(ligne=ligne) for ligne in lignes)
        yield Refus("evaluation_mesure", ordre, condition, "campagne_figee")


def remettre(apps, schema_editor):
    poser(schema_editor, refus())


def oter(apps, schema_editor):
    retirer(schema_editor, refus())


class Migration(migrations.Migration):
    dependencies = [
        ("evaluation", "0002_campagnes_figees"),
        ("planning", "0003_source_de_la_cible"),
        ("reseaux", "0004_groupe"),
    ]

    operations = [
        migrations.RunPython(oter, remettre),
        migrations.AddField(
            model_name="mesure",
            name="cle_territoire",
            field=models.CharField(default="", max_length=250, verbose_name="clé du territoire"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="mesure",
            name="reseau",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="reseaux.reseau",
                verbose_name="réseau",
            ),
        ),
        migrations.AddConstraint(
            model_name="mesure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("personnes", None),
                    ("personnes", 0),
                    ("personnes__gte", 5),
                    ("valeur", None),
                    _connector="OR",
                ),
                name="mesure_de_cinq_personnes_au_moins",
                violation_error_message="Un chiffre sur des personnes porte sur au moins cinq d’entre elles.",
            ),
        ),
        migrations.RunPython(remettre, oter),
        migrations.CreateModel(
            name="SaisieDemandee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "campagne",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saisies_demandees",
                        to="evaluation.campagne",
                    ),
                ),
                (
                    "cio",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reseaux.cio",
                    ),
                ),
                (
                    "indicateur",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="evaluation.indicateur",
                    ),
                ),
                (
                    "jalon",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="planning.jalon"
                    ),
                ),
            ],
            options={
                "verbose_name": "saisie demandée",
                "verbose_name_plural": "saisies demandées",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("jalon"),
                        models.F("indicateur"),
                        django.db.models.functions.comparison.Coalesce("cio", 0),
                        name="saisie_demandee_une_fois_par_jalon",
                        violation_error_message="Ce chiffre est déjà demandé par ce jalon.",
                    )
                ],
            },
        ),
    ]
