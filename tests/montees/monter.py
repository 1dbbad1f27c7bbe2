"""Upgrades a base of version 1.0 in place, down and up again, and tells what it holds: run on a new base."""

import json
import os

import django
import time_machine

os.environ["DJANGO_SETTINGS_MODULE"] = "cio_network.settings.test"
django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse

from cio_network.coherence import anomalies
from comptes.models import Utilisateur
from comptes.selectors import MOT_DE_PASSE_DEMONSTRATION
from psyen.models import Arrete
from reseaux.models import Habilitation
from tests.montees.versions import charger, version_1_0

version = version_1_0()
# Read on the day that it was written: later, its waiting mails would be late, and rightly said so.
time_machine.travel(max(ligne["cree_le"] for ligne in version.lignes["socle.courriel"])).start()


def compter() -> dict[str, int]:
    with connection.cursor() as curseur:
        lues = {}
        for modele in version.apps().get_models():
            curseur.execute(f'SELECT COUNT(*) FROM "{modele._meta.db_table}"')
            lues[modele._meta.label_lower] = curseur.fetchone()[0]
    return lues


MigrationExecutor(connection).migrate(version.cibles())
charger(version)
avant = compter()
call_command("migrate", verbosity=0)
montee = {"lignes": compter(), "anomalies": anomalies()}
MigrationExecutor(connection).migrate(version.cibles())
call_command("migrate", verbosity=0)
remontee = {"lignes": compter(), "anomalies": anomalies()}

# The release wrote its passwords with the hasher of production.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
arrete = Arrete.objects.filter(fichier__isnull=False).select_related("repartition").order_by("pk")[0]
dcios = Habilitation.objects.en_vigueur().filter(role="dcio", cio=arrete.repartition.cio_id)
client = Client()
identifiants = {"username": dcios[0].utilisateur.courriel, "password": MOT_DE_PASSE_DEMONSTRATION}
entree = client.post(reverse("comptes:connexion"), identifiants)
pdf = client.get(reverse("psyen:arrete_document", args=[arrete.pk]))
print(
    json.dumps(
        {
            "avant": avant,
            "montee": montee,
            "remontee": remontee,
            "comptes": Utilisateur.objects.count(),
            "connexion": entree.status_code,
            "pdf": pdf.status_code,
        }
    )
)
