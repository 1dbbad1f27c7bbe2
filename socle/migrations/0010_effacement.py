"""Who was erased; and the one change that the journal allows: the words of a line about an erased object.

Such a line keeps who, when, which act on which object; its label becomes « Personne effacée », what it kept
before and after and its reason go. Any other change is refused, as before.
"""

import django.db.models.deletion
from django.db import migrations, models

from socle.declencheurs import Refus, poser, retirer

JOURNAL = "socle_entreejournal"
ANCIEN = f"{JOURNAL}_sans_modification"
MESSAGE = "Le journal et les fichiers ne se modifient pas."
GARDEES = "id le auteur_id habilitation_id habilitation_libelle departement_id action objet_type_id objet_id".split()
EFFACE = (
    "NEW.objet_libelle = 'Personne effacée' AND NEW.recherche = '' AND NEW.motif = '' "
    "AND NEW.avant IS NULL AND NEW.apres IS NULL AND EXISTS (SELECT 1 FROM socle_effacement e "
    "WHERE e.objet_type_id = OLD.objet_type_id AND CAST(e.objet_id AS text) = OLD.objet_id)"
)


def refus(vendor):
    pareil = "IS NOT DISTINCT FROM" if vendor == "postgresql" else "IS"
    gardees = " AND ".join(f"NEW.{colonne} {pareil} OLD.{colonne}" for colonne in GARDEES)
    return [
        Refus(JOURNAL, "UPDATE", f"NOT ({gardees} AND {EFFACE})", "journal_intangible"),
        Refus("socle_effacement", "UPDATE", "1 = 1", "effacement_intangible"),
        Refus("socle_effacement", "DELETE", "1 = 1", "effacement_intangible"),
    ]


def aller(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    schema_editor.execute(f"DROP TRIGGER {ANCIEN}" + (f" ON {JOURNAL}" if vendor == "postgresql" else ""))
    poser(schema_editor, refus(vendor))


def revenir(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    retirer(schema_editor, refus(vendor))
    if vendor == "postgresql":
        corps = f"FOR EACH ROW EXECUTE FUNCTION socle_ecriture_seule('{MESSAGE}')"
    else:
        corps = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    schema_editor.execute(f"CREATE TRIGGER {ANCIEN} BEFORE UPDATE ON {JOURNAL} {corps}", params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('socle', '0009_battement'),
    ]

    operations = [
        migrations.CreateModel(
            name='Effacement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateTimeField(auto_now_add=True, verbose_name='effacé le')),
                ('objet_id', models.BigIntegerField(verbose_name='identifiant de l’objet')),
                ('motif', models.CharField(max_length=200, verbose_name='motif')),
                ('objet_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
            ],
            options={
                'verbose_name': 'effacement',
                'verbose_name_plural': 'effacements',
                'constraints': [models.UniqueConstraint(fields=('objet_type', 'objet_id'), name='effacement_une_fois', violation_error_message='Cet objet est déjà effacé.')],
            },
        ),
        migrations.RunPython(aller, revenir),
    ]
