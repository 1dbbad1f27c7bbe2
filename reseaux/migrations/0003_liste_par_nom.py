"""The list of schools by name reads its perimeter in the index: 2 ms instead of 14 in the middle of the list."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseaux', '0002_recherche_trigramme'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='etablissement',
            name='etablissement_par_nom',
        ),
        migrations.AddIndex(
            model_name='etablissement',
            index=models.Index(fields=['nom', 'id', 'departement'], name='etablissement_par_nom'),
        ),
    ]
