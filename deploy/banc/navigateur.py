"""A client that keeps its connection, as a browser does, and sends what the reverse proxy would send."""

import http.client
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode


class Navigateur:
    """One connection to the server; one jar of cookies by signed-in person (`temoins`, made by `epreuve`)."""

    def __init__(self, port, hote):
        self.connexion = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.entetes = {"Host": hote, "X-Forwarded-Proto": "https", "Referer": f"https://{hote}/"}
        self.temoins = {}

    def demander(self, methode, chemin, qui, donnees=None):
        """(status, body, milliseconds until the last byte)."""
        temoins = self.temoins.setdefault(qui, {})
        entetes = self.entetes | {"Cookie": "; ".join(f"{nom}={valeur}" for nom, valeur in temoins.items())}
        corps = None
        if donnees is not None:
            corps = urlencode(donnees)
            entetes["Content-Type"] = "application/x-www-form-urlencoded"
        debut = time.perf_counter()
        self.connexion.request(methode, chemin, corps, entetes)
        reponse = self.connexion.getresponse()
        contenu = reponse.read()
        duree = (time.perf_counter() - debut) * 1000
        for ligne in reponse.headers.get_all("Set-Cookie") or ():
            temoins.update({nom: temoin.value for nom, temoin in SimpleCookie(ligne).items()})
        return reponse.status, contenu, duree

    def lire(self, chemin, qui):
        """(body, milliseconds) of a page that must be there."""
        statut, contenu, duree = self.demander("GET", chemin, qui)
        if statut != 200:
            raise SystemExit(f"{chemin} a répondu {statut} à {qui}.")
        return contenu, duree
