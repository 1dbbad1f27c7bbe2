"""The users of the load test: each opens a page, thinks, and now and then sends a form.

Threads and `http.client`: they share the machine with what they measure. One connection by request, as nginx
opens them to gunicorn.
"""

import contextlib
import http.client
import random
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from formulaires import FormulaireAbsentError, lire_formulaire
from verdict import Ecriture

#: Above gunicorn's own limit: the server gives up first.
DELAI = 90
#: Among the things that a person does, those that write.
PART_ECRITURE = 0.25
#: As many requests at once as gunicorn has threads, by the people of one département.
A_LA_FOIS, CHAUFFEURS = 8, 25


class Carnet:
    """What all of them saw; a list takes one line at a time from any thread."""

    def __init__(self):
        self.durees = defaultdict(list)
        self.ecritures = []
        self.erreurs = []
        self.verrou = threading.Lock()

    def noter(self, page, duree):
        with self.verrou:
            self.durees[page].append(duree)


class InattenduError(Exception):
    """An answer that such a page or gesture does not give."""


class Habitue:
    """One signed-in person, for `duree` seconds, a request every `pause` seconds or so."""

    def __init__(self, rang, personne, port, hote, carnet):
        self.rang, self.personne, self.port, self.carnet = rang, personne, port, carnet
        self.entetes = {"Host": hote, "X-Forwarded-Proto": "https", "Referer": f"https://{hote}/"}
        self.temoins = dict(personne["temoins"])
        self.hasard = random.Random(rang)
        self.noms, self.adresses, self.poids = zip(*personne["lectures"], strict=True)
        #: By kind of gesture.
        self.faites = Counter()

    def vivre(self, fin, pause):
        prochaine = time.monotonic() + self.hasard.uniform(0, pause)
        while prochaine < fin:
            time.sleep(max(0, prochaine - time.monotonic()))
            with self._sans_bruit():
                self._agir()
            prochaine = max(time.monotonic(), prochaine) + self.hasard.uniform(0.5, 1.5) * pause

    def lire_les_rares(self):
        for nom, chemin, poids in self.personne["lectures"]:
            if poids < 1:
                self._lire(nom, chemin)

    @contextlib.contextmanager
    def _sans_bruit(self):
        try:
            yield
        except (InattenduError, FormulaireAbsentError, OSError, http.client.HTTPException) as erreur:
            self.carnet.erreurs.append(f"{self.personne['role']} : {erreur!r}")

    def _agir(self):
        gestes = self.personne["gestes"]
        if gestes and self.hasard.random() < PART_ECRITURE:
            self._ecrire(self.hasard.choice(gestes))
        else:
            (rang,) = self.hasard.choices(range(len(self.noms)), self.poids)
            self._lire(self.noms[rang], self.adresses[rang])

    def _lire(self, nom, chemin):
        statut, contenu, _ = self._demander(nom, chemin)
        if statut != 200:
            raise InattenduError(f"{chemin} a répondu {statut}")
        return contenu

    def _ecrire(self, geste):
        """Opens the form, types, sends, and reads the page that follows as a browser does."""
        genre, marque = geste["genre"], f"{self.rang}-{self.faites[geste['genre']] + 1}"
        page = self._lire(f"formulaire : {genre}", geste["page"]).decode()
        champs = lire_formulaire(page, geste["vers"])
        saisis = {nom: textes[self.faites[genre] % len(textes)] for nom, textes in geste["champs"].items()}
        saisis = {nom: texte.format(marque=marque) for nom, texte in saisis.items()}
        if absents := saisis.keys() - champs.keys():
            raise FormulaireAbsentError(f"{geste['page']} sans {absents}")
        texte = next(iter(saisis.values()))
        ecriture = Ecriture(genre, geste["objet"] or texte, texte)
        try:
            statut, _, suite = self._demander(
                f"envoi : {genre}", geste["vers"] or geste["page"], champs | saisis
            )
        except (OSError, http.client.HTTPException):
            self.carnet.ecritures.append(ecriture._replace(certaine=False))
            raise
        if statut not in (302, 303) or suite.startswith("/connexion/"):
            self.carnet.ecritures.append(ecriture._replace(certaine=False))
            raise InattenduError(f"{genre} : {geste['page']} a répondu {statut} {suite}")
        self.faites[genre] += 1
        self.carnet.ecritures.append(ecriture)
        self._lire(f"suite : {genre}", suite.partition("#")[0])

    def _demander(self, nom, chemin, donnees=None):
        """(status, body, where it leads)."""
        corps = None if donnees is None else urlencode(donnees, doseq=True)
        entetes = self.entetes | {"Cookie": "; ".join(f"{nom}={v}" for nom, v in self.temoins.items())}
        if corps is not None:
            entetes["Content-Type"] = "application/x-www-form-urlencoded"
        debut = time.perf_counter()
        connexion = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DELAI)
        with contextlib.closing(connexion):
            connexion.request("GET" if corps is None else "POST", chemin, corps, entetes)
            reponse = connexion.getresponse()
            contenu = reponse.read()
        self.carnet.noter(nom, (time.perf_counter() - debut) * 1000)
        for ligne in reponse.headers.get_all("Set-Cookie") or ():
            self.temoins |= {nom: temoin.value for nom, temoin in SimpleCookie(ligne).items()}
        return reponse.status, contenu, reponse.headers.get("Location", "")


def chauffer(personnes, port, hote):
    """The rare pages of some, all at once: each process then holds what draws a PDF and writes a file."""
    habitues = [Habitue(rang, personne, port, hote, Carnet()) for rang, personne in enumerate(personnes)]
    with ThreadPoolExecutor(A_LA_FOIS) as fils:
        for lecture in [fils.submit(h.lire_les_rares) for h in habitues[:CHAUFFEURS]]:
            lecture.result()


def faire_vivre(personnes, port, hote, *, duree, pause):
    """All of them at once, one thread each; what they saw."""
    carnet, fin = Carnet(), time.monotonic() + duree
    habitues = [Habitue(rang, personne, port, hote, carnet) for rang, personne in enumerate(personnes)]
    with ThreadPoolExecutor(len(habitues)) as fils:
        for vie in [fils.submit(habitue.vivre, fin, pause) for habitue in habitues]:
            vie.result()
    return carnet
