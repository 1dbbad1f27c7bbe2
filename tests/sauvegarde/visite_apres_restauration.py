"""What a person finds on the restored server, told as JSON: run by the drill on the new base.

`python visite_apres_restauration.py EMAIL PASSWORD SESSION ARRETE`
"""

import hashlib
import json
import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "cio_network.settings.test"
django.setup()

from django.db import connection
from django.test import Client
from django.urls import reverse

from socle.models import Courriel, Fichier

courriel, mot_de_passe, session, arrete = sys.argv[1:]
ancienne = Client()
ancienne.cookies["session"] = session
avant = ancienne.get(reverse("psyen:arrete", args=[arrete]))
client = Client()
entree = client.post(reverse("comptes:connexion"), {"username": courriel, "password": mot_de_passe})
pdf = client.get(reverse("psyen:arrete_document", args=[arrete]))
with connection.cursor() as curseur:
    tables = [nom for nom in connection.introspection.table_names(curseur) if nom != "comptes_session"]
    lignes = {}
    for table in tables:
        curseur.execute(f'SELECT COUNT(*) FROM "{table}"')
        lignes[table] = curseur.fetchone()[0]
print(
    json.dumps(
        {
            "session_d_avant": avant.status_code,
            "connexion": entree.status_code,
            "pdf": pdf.status_code,
            "sha256_servi": hashlib.sha256(b"".join(pdf)).hexdigest(),
            "sha256": {
                str(f.pk): [f.sha256, hashlib.sha256(bytes(f.contenu)).hexdigest()]
                for f in Fichier.objects.order_by("pk")
            },
            "courriels": sorted(Courriel.objects.values_list("etat", flat=True)),
            "lignes": lignes,
        }
    )
)
