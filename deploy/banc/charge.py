"""`make charge`: two hundred signed-in people of all roles at work together, for ten minutes.

PostgreSQL, Redis, gunicorn, worker and beat as docker-compose.yml starts them, on a set of national size. No
answer that is not expected, no acknowledged write lost or doubled, memory flat: otherwise the command fails.
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import Popen

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "outils"))

from aiosmtpd.controller import Controller
from courriels import Puits
from habitues import chauffer, faire_vivre
from mesurer import RACINE, Banc, charger, connecter, gunicorn, processus_web
from releve import Releve, imprimer
from services_jetables import port_libre, postgresql_jetable, redis_jetable
from verdict import Lecture, centile, derive, verifier

from tests.production.composition import commande

#: Every so many seconds, more often when the test is short.
PAS = 10
#: A shorter test says nothing of the memory: the first minutes load code and fill caches.
DUREE_QUI_JUGE_LA_MEMOIRE = 300
#: Last third over middle third.
DERIVE_ADMISE = 5
MONTREES = 10


class Releveur(threading.Thread):
    """Samples the memory of the processes and the connections to the base until told to stop."""

    def __init__(self, base, pids, pas):
        super().__init__(daemon=True)
        self.base, self.pids, self.pas = base, pids, pas
        self.memoires = {pid: [] for pid in pids}
        self.connexions = []
        self.fini = threading.Event()

    def run(self):
        with connecter(self.base) as connexion:
            while not self.fini.wait(self.pas):
                for pid in self.pids:
                    self.memoires[pid].append(memoire(pid))
                compte = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
                self.connexions.append(connexion.execute(compte).fetchone()[0] - 1)

    def arreter(self):
        self.fini.set()
        self.join()


def memoire(pid):
    """Resident memory in MB."""
    statut = Path(f"/proc/{pid}/status").read_text()
    return int(next(ligne for ligne in statut.splitlines() if ligne.startswith("VmRSS")).split()[1]) / 1024


@contextmanager
def taches(banc):
    """Worker and beat of the compose file, their mails going to a server of this machine."""
    puits = Puits()
    serveur = Controller(puits, hostname="127.0.0.1", port=port_libre())
    serveur.start()
    banc.production["EMAIL_URL"] = f"smtp://127.0.0.1:{serveur.port}"
    processus = []
    with (banc.dossier / "taches.log").open("wb") as journal, ExitStack() as pile:
        pile.callback(serveur.stop)
        for nom in ("worker", "beat"):
            env = banc.production | {"TEMOIN_DE_VIE": str(banc.dossier / f"temoin-{nom}")}
            ordre = commande(nom, banc.dossier)
            processus.append(Popen(ordre, cwd=RACINE, env=env, stdout=journal, stderr=journal))
            pile.callback(processus[-1].wait)
            pile.callback(processus[-1].terminate)
        yield puits


def base_lue(banc):
    return {
        (genre, objet): Lecture(nombre, derniere)
        for genre, objet, nombre, derniere in banc.epreuve("ecritures_en_base")
    }


def eprouver(banc, base, options):
    """The test itself; every figure with its bound."""
    personnes = banc.epreuve("preparer_monde", BANC_UTILISATEURS=str(options.utilisateurs))
    avant = base_lue(banc)
    remplacement = () if options.remplacer else ("--max-requests", "0")
    with taches(banc) as puits, gunicorn(banc, remplacement) as (port, maitre):
        print(f"\n{len(personnes)} personnes, {options.duree} s : {_dire_les_roles(personnes)}", flush=True)
        chauffer(personnes, port, banc.hote)
        releveur = Releveur(base, () if options.remplacer else processus_web(maitre), _pas(options.duree))
        releveur.start()
        debut = time.monotonic()
        carnet = faire_vivre(personnes, port, banc.hote, duree=options.duree, pause=options.pause)
        duree = time.monotonic() - debut
        releveur.arreter()
        charge = os.getloadavg()
    apres = base_lue(banc)
    _imprimer_les_pages(carnet, duree)
    releves = [*_erreurs(carnet), *_ecritures(verifier(carnet.ecritures, avant, apres), carnet)]
    releves += [*_memoires(releveur, options.duree), Releve("courriels partis", len(puits.recus), "")]
    charges = " ".join(f"{c:.1f}" for c in charge)
    releves.append(Releve("charge de la machine à la fin (1, 5, 15 min)", charge[0], "", detail=charges))
    imprimer("Bornes", releves)
    return releves


def _pas(duree):
    return min(PAS, duree / 12)


def _dire_les_roles(personnes):
    return ", ".join(
        f"{nombre} {role}" for role, nombre in Counter(p["role"] for p in personnes).most_common()
    )


def _imprimer_les_pages(carnet, duree):
    print(f"\n{'Page':<46} {'nombre':>7} {'p50':>7} {'p95':>7} {'p99':>7}  (ms)")
    toutes = [d for durees in carnet.durees.values() for d in durees]
    lignes = [*sorted(carnet.durees.items(), key=lambda page: -len(page[1])), ("toutes", toutes)]
    for nom, durees in lignes:
        centiles = " ".join(f"{centile(durees, part):7.0f}" for part in (0.5, 0.95, 0.99))
        print(f"{nom:<46} {len(durees):>7} {centiles}")
    print(f"{len(toutes)} requêtes, {len(toutes) / duree:.1f} par seconde", flush=True)


def _erreurs(carnet):
    for erreur in carnet.erreurs[:MONTREES]:
        print(f"  erreur : {erreur}")
    yield Releve("réponses inattendues", len(carnet.erreurs), "", 0)


def _ecritures(verdict, carnet):
    for phrase in (*verdict.perdues, *verdict.doublees)[:MONTREES]:
        print(f"  écriture : {phrase}")
    genres = Counter(ecriture.genre for ecriture in carnet.ecritures)
    detail = ", ".join(f"{nombre} {genre}" for genre, nombre in genres.most_common())
    yield Releve("écritures vérifiées en base", len(carnet.ecritures), "", 1, True, detail)
    yield Releve("écritures perdues", len(verdict.perdues), "", 0)
    yield Releve("écritures doublées", len(verdict.doublees), "", 0)


def _memoires(releveur, duree):
    """Flat, from the middle third to the last."""
    borne = DERIVE_ADMISE if duree >= DUREE_QUI_JUGE_LA_MEMOIRE else None
    for rang, releves in enumerate(releveur.memoires.values(), start=1):
        tiers = releves[len(releves) // 3]
        detail = f"{releves[0]:.0f} Mo au début, {tiers:.0f} au tiers, {releves[-1]:.0f} à la fin"
        intitule = f"mémoire du processus web n° {rang}, croissance"
        yield Releve(intitule, 100 * derive(releves), "%", borne, detail=detail)
    yield Releve("connexions à la base, au plus", max(releveur.connexions), "")


def main():
    lecteur = argparse.ArgumentParser(description="Éprouve le service sous la charge d’un jour de rentrée.")
    lecteur.add_argument("--duree", type=int, default=600, help="secondes")
    lecteur.add_argument("--utilisateurs", type=int, default=200, help="personnes connectées")
    lecteur.add_argument("--pause", type=float, default=12, help="secondes entre deux gestes d’une personne")
    lecteur.add_argument(
        "--remplacer",
        action="store_true",
        help="gunicorn remplace ses processus comme en production ; la mémoire n’est alors pas jugée",
    )
    lecteur.add_argument("--base", help="une base PostgreSQL où le jeu national est déjà chargé")
    options = lecteur.parse_args()
    print("Charge de la machine au départ : " + " ".join(f"{c:.1f}" for c in os.getloadavg()))
    with ExitStack() as pile:
        dossier = Path(pile.enter_context(tempfile.TemporaryDirectory(prefix="cio-charge-")))
        base = options.base or pile.enter_context(postgresql_jetable())
        banc = Banc(base, pile.enter_context(redis_jetable()), dossier)
        if not options.base:
            imprimer("Chargement", charger(banc, base))
        releves = eprouver(banc, base, options)
    manques = [releve.intitule for releve in releves if not releve.tenu]
    if manques:
        sys.exit("\nBornes dépassées : " + " ; ".join(manques))
    print("\nToutes les bornes sont tenues.")


if __name__ == "__main__":
    main()
