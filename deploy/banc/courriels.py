"""The outbox at full speed: two senders, as two workers, into a mail server of this machine."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from aiosmtpd.controller import Controller
from releve import Releve
from services_jetables import port_libre

NOMBRE, EXECUTANTS = 10_000, 2


class Puits:
    """Accepts everything, keeps the Message-ID of each mail: none twice, none missing."""

    def __init__(self):
        self.recus = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        entete = envelope.content.partition(b"\r\n\r\n")[0]
        self.recus.append(next(ligne for ligne in entete.split(b"\r\n") if ligne.startswith(b"Message-ID:")))
        return "250 OK"


def mesurer_courriels(env, racine):
    """Mails written, then sent; from the first one claimed to the last one marked."""

    def epreuve(nom, **variables):
        ordre = [sys.executable, "manage.py", "epreuve", nom]
        fin = subprocess.run(ordre, cwd=racine, env=env | variables, check=True, stdout=subprocess.PIPE)
        return json.loads(fin.stdout)

    nombre = os.environ.get("BANC_COURRIELS", str(NOMBRE))
    ecriture = epreuve("ecrire_courriels", BANC_COURRIELS=nombre)
    puits = Puits()
    serveur = Controller(puits, hostname="127.0.0.1", port=port_libre())
    serveur.start()
    try:
        adresse = f"smtp://127.0.0.1:{serveur.port}"
        with ThreadPoolExecutor(EXECUTANTS) as fils:
            envois = list(
                fils.map(lambda _: epreuve("envoyer_courriels", EMAIL_URL=adresse), range(EXECUTANTS))
            )
    finally:
        serveur.stop()
    duree = max(envoi["fin"] for envoi in envois) - min(envoi["debut"] for envoi in envois)
    partage = " + ".join(str(envoi["envoyes"]) for envoi in envois)
    distincts = len(set(puits.recus))
    faux = int(nombre) - distincts + len(puits.recus) - distincts
    yield Releve("courriels écrits dans la file", ecriture["nombre"] / ecriture["duree"], "par s")
    debit = int(nombre) / duree
    yield Releve(f"{nombre} courriels, {EXECUTANTS} exécutants", debit, "par s", 100, True, partage)
    yield Releve("courriels perdus ou doublés", faux, "", 0)
