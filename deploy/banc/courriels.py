"""The outbox at full speed: two senders, as two workers, into a mail server of this machine."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

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


class Envoi(NamedTuple):
    """From the first mail claimed to the last one marked."""

    duree: float
    partage: str
    #: Lost or sent twice.
    faux: int


def vider_la_file(epreuve, nombre):
    """Two senders at once, until nothing waits; `nombre` mails must arrive, each once."""
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
    distincts = len(set(puits.recus))
    return Envoi(
        duree=max(envoi["fin"] for envoi in envois) - min(envoi["debut"] for envoi in envois),
        partage=" + ".join(str(envoi["envoyes"]) for envoi in envois),
        faux=nombre - distincts + len(puits.recus) - distincts,
    )


def mesurer_courriels(epreuve):
    """Mails written, then sent."""
    nombre = int(os.environ.get("BANC_COURRIELS", NOMBRE))
    ecriture = epreuve("ecrire_courriels", BANC_COURRIELS=str(nombre))
    envoi = vider_la_file(epreuve, nombre)
    yield Releve("courriels écrits dans la file", nombre / ecriture["duree"], "par s")
    debit = nombre / envoi.duree
    yield Releve(f"{nombre} courriels, {EXECUTANTS} exécutants", debit, "par s", 100, True, envoi.partage)
    yield Releve("courriels perdus ou doublés", envoi.faux, "", 0)
