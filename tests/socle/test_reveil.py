"""A Redis that no longer answers costs two seconds once, never a page."""

import os
import socket
import subprocess
import sys

import pytest

REVEILS = """
import time, django
django.setup()
from celery import current_app
from socle.reveil import reveiller_apres_commit
current_app.conf.task_always_eager = False
for _ in range(3):
    debut = time.monotonic()
    reveiller_apres_commit("socle.tasks.envoyer_courriels")
    print(time.monotonic() - debut)
"""


@pytest.mark.parametrize("gele", [True, False])
def test_un_redis_gele_ou_arrete_ne_gele_pas_les_pages(gele):
    with socket.create_server(("127.0.0.1", 0)) as muet:  # accepts, then says nothing
        adresse = f"redis://127.0.0.1:{muet.getsockname()[1]}/0"
        if not gele:
            muet.close()
        environnement = {"REDIS_URL": adresse, "DJANGO_SETTINGS_MODULE": "cio_network.settings.test"}
        sortie = subprocess.run(
            [sys.executable, "-c", REVEILS],
            env=os.environ | environnement,
            stdout=subprocess.PIPE,
            text=True,
            timeout=60,
            check=True,
        ).stdout
    premier, *suivants = map(float, sortie.split())
    assert premier < 5
    assert max(suivants) < 0.1
