"""`make bench`: the speed of the service on a set of national size, against the bounds we hold ourselves to.

Starts its own PostgreSQL, Redis and gunicorn with the production settings, loads the set, asks each page in
turn on one connection kept open (interleaved rounds, median of the rounds), and fails when a bound is passed.
Ratios are what to read: absolute times move with the machine.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "outils"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "tests"))

import environ
import psycopg
from courriels import EXECUTANTS, mesurer_courriels, vider_la_file
from navigateur import Navigateur
from releve import Releve, imprimer, lancer, nombre
from requetes import REQUETES
from services_jetables import port_libre, postgresql_jetable, redis_jetable
from verifier_production import environnement

RACINE = Path(__file__).resolve().parent.parent.parent
ANNUAIRE = RACINE / "cio_network" / "demonstration" / "donnees" / "annuaire_national.csv.gz"
#: Requests of a page in one round; an export is asked for less often.
PAR_TOUR, EXPORTS_PAR_TOUR = 20, 3
#: No real académie is that large: a figure without a bound, asked once the memory is read.
POUR_INFORMATION = "missions par autorité, pays entier"


def gerer(*ordre, env):
    return lancer([sys.executable, "manage.py", *ordre], env, RACINE)


class Banc:
    """The environment of each command: embedded to load, production to serve."""

    def __init__(self, base, redis, dossier):
        self.dossier = dossier
        self.statiques = dossier / "statiques"
        self.production = environnement(str(self.statiques)) | {
            "DATABASE_URL": base,
            "REDIS_URL": redis,
            "DJANGO_SETTINGS_MODULE": "banc.reglages",
            "PYTHONPATH": os.pathsep.join(f"{RACINE}/{nom}" for nom in ("", "deploy", "deploy/outils")),
        }
        self.hote = self.production["ALLOWED_HOSTS"]

    def embarque(self, base=None):
        """Demonstration mode on that base; SQLite in the folder of the bench without one."""
        env = os.environ | {"CIO_VAR": str(self.dossier / "var"), "PYTHONUTF8": "1"}
        env = {cle: valeur for cle, valeur in env.items() if cle != "DJANGO_SETTINGS_MODULE"}
        return env | {"DATABASE_URL": base} if base else {c: v for c, v in env.items() if c != "DATABASE_URL"}

    def epreuve(self, nom, **variables):
        return json.loads(gerer("epreuve", nom, env=self.production | variables)[2])


# --- Import and loading ---------------------------------------------------------------------------
def mesurer_import(banc, base):
    """The national annuaire, command and start of Python included, on both engines."""
    for nom, env in (("SQLite", banc.embarque()), ("PostgreSQL", banc.embarque(base))):
        gerer("migrate", "-v0", env=env)
        secondes, memoire, _ = gerer("importer_annuaire", ANNUAIRE, env=env)
        yield Releve(f"import de l’annuaire national, {nom}", secondes, "s", 20)
        yield Releve(f"import de l’annuaire national, {nom}, mémoire", memoire, "Mo", 300)


def charger(banc, base):
    env = banc.embarque(base)
    gerer("migrate", "-v0", env=env)
    secondes, memoire, _ = gerer("generer_jeu_national", env=env)
    with connecter(base) as connexion:
        connexion.execute("VACUUM ANALYZE")  # as the nightly autovacuum would have done
    yield Releve("chargement du jeu national, PostgreSQL", secondes, "s", 300)
    yield Releve("chargement du jeu national, mémoire", memoire, "Mo")


# --- Pages ----------------------------------------------------------------------------------------
@contextmanager
def gunicorn(banc, remplacement=("--max-requests", "0")):
    """The production server on a free port, its workers kept until the end to read their memory, unless
    `remplacement` is empty.
    """
    gerer("collectstatic", "--noinput", "-v0", env=banc.production)
    port = port_libre()
    ordre = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", *remplacement]
    journal = (banc.dossier / "gunicorn.log").open("wb")
    processus = subprocess.Popen(
        [*ordre, "--bind", f"127.0.0.1:{port}", "cio_network.wsgi"],
        cwd=RACINE,
        env=banc.production,
        stdout=journal,
        stderr=journal,
    )
    try:
        attendre(port, processus, banc)
        yield port, processus.pid
    except SystemExit:
        print((banc.dossier / "gunicorn.log").read_text()[-3000:])
        raise
    finally:
        processus.terminate()
        processus.wait(30)
        journal.close()


def attendre(port, processus, banc):
    limite = time.monotonic() + 60
    while time.monotonic() < limite and processus.poll() is None:
        try:
            Navigateur(port, banc.hote).demander("GET", "/connexion/", "")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("gunicorn n’a pas démarré.")


def calcul(pids):
    """Seconds of processor spent so far by these processes, all threads."""
    fils = (fil for pid in pids for fil in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    return sum(int(fil.read_text().split()[0]) for fil in fils) / 1e9


def mesurer_pages(navigateur, adresses, tours, travailleurs):
    """Name → (median of the p50 of the rounds, of the p95, of the processor's ms by request, bytes)."""
    p50, p95, cpu, tailles = {}, {}, {}, {}
    for nom, (qui, chemin) in adresses.items():
        for _ in range(5):
            tailles[nom] = len(navigateur.lire(chemin, qui)[0])
    for _ in range(tours):
        for nom, (qui, chemin) in adresses.items():
            fois = EXPORTS_PAR_TOUR if "format=" in chemin else PAR_TOUR
            avant = calcul(travailleurs)
            durees = sorted(navigateur.lire(chemin, qui)[1] for _ in range(fois))
            cpu.setdefault(nom, []).append((calcul(travailleurs) - avant) * 1000 / fois)
            p50.setdefault(nom, []).append(statistics.median(durees))
            p95.setdefault(nom, []).append(durees[int(0.95 * (fois - 1))])
    tours_de = (p50, p95, cpu)
    return {nom: (*(statistics.median(d[nom]) for d in tours_de), tailles[nom]) for nom in adresses}


def rapports(mesures):
    """The bounds of the issue « Speed », from the medians."""
    p50 = {nom: mesure[0] for nom, mesure in mesures.items()}

    def rapport(intitule, a, b, borne, **options):
        return Releve(intitule, p50[a] / p50[b], "×", borne, detail=f"{a} / {b}", **options)

    yield rapport("liste de 50 lignes contre le plancher", "liste", "plancher", 2)
    for profonde in ("liste, page du milieu", "liste, dernière page"):
        yield rapport(f"{profonde} contre la première", profonde, "liste", 1.5)
    yield rapport("recherche sans accent contre la liste", "liste, recherche sans accent", "liste", 1.5)
    yield rapport("admin de Django contre la liste", "admin", "liste", 2, au_moins=True)
    for grille in ("grille, par réseau", "grille, vue d’ensemble"):
        yield rapport(f"{grille} contre le plancher", grille, "plancher du DCIO", 4)
    yield rapport("tableau de bord contre le plancher", "tableau de bord", "plancher de l’IEN-IO", 4)
    autorites = "missions par autorité"
    yield rapport(f"{autorites}, 60 CIO, contre le plancher", autorites, "plancher", 4)
    yield rapport(f"{autorites}, 461 CIO (pour information)", POUR_INFORMATION, "plancher", None)
    yield rapport("matrice contre le plancher", "matrice", "plancher de l’IEN-IO", 4)
    for page in ("campagne d’évaluation", "comparer les CIO"):
        yield rapport(f"{page} contre le plancher", page, "plancher de l’IEN-IO", 4)
    for export in ("CSV de tous", "CSV filtré"):
        yield Releve(export, p50[export], "ms", 150)


def processus_web(maitre):
    return Path(f"/proc/{maitre}/task/{maitre}/children").read_text().split()


def memoire_des_travailleurs(travailleurs):
    """Resident memory of each web worker, in MB."""
    for rang, pid in enumerate(travailleurs, start=1):
        statut = Path(f"/proc/{pid}/status").read_text()
        resident = next(ligne for ligne in statut.splitlines() if ligne.startswith("VmRSS"))
        yield Releve(f"mémoire du processus web n° {rang}", int(resident.split()[1]) / 1024, "Mo", 120)


def requetes_constantes(nombres):
    """A page that asks more of the national set than of the three rows of the tests follows its size."""
    autres = [f"{nom} : {nombres[nom]} au lieu de {n}" for nom, n in REQUETES.items() if nombres[nom] != n]
    intitule = "pages dont les requêtes diffèrent des essais"
    return Releve(intitule, len(autres), "", 0, detail=" ; ".join(autres))


def mesurer_service(banc, tours):
    banc.epreuve("preparer_plans")
    banc.epreuve("preparer_matrice")
    banc.epreuve("preparer_autorites")
    banc.epreuve("preparer_campagnes")
    adresses = banc.epreuve("adresses")
    with gunicorn(banc) as (port, maitre):
        navigateur = Navigateur(port, banc.hote)
        navigateur.temoins = banc.epreuve("temoins")
        travailleurs = processus_web(maitre)
        bornees = {nom: adresse for nom, adresse in adresses.items() if nom != POUR_INFORMATION}
        mesures = mesurer_pages(navigateur, bornees, tours, travailleurs)
        memoire = list(memoire_des_travailleurs(travailleurs))
        pays = {POUR_INFORMATION: adresses[POUR_INFORMATION]}
        mesures |= mesurer_pages(navigateur, pays, tours, travailleurs)
    nombres = banc.epreuve("requetes")
    details = [
        Releve(
            nom,
            p50,
            "ms",
            detail=f"p95 {p95:.0f}, calcul {cpu:.1f}, {taille // 1024} Ko, {nombres[nom]} requêtes",
        )
        for nom, (p50, p95, cpu, taille) in mesures.items()
    ]
    imprimer("Pages (p50 ; p95 et temps de calcul du serveur en ms)", details)
    bornes = [*rapports(mesures), *memoire, requetes_constantes(nombres)]
    imprimer("Rapports et bornes", bornes)
    return bornes


def mesurer_affectations(banc):
    mesure = banc.epreuve("affectations")
    rapport = mesure["export"] / mesure["copie"]
    detail = f"{mesure['lignes']} lignes, {nombre(mesure['export'])} s contre {nombre(mesure['copie'])} s"
    yield Releve("CSV des affectations contre psql \\copy", rapport, "×", 3, detail=detail)
    yield Releve("CSV des affectations, mémoire", mesure["memoire"], "Mo", 100)


def mesurer_arrete(banc):
    mesure = banc.epreuve("arrete")
    detail = f"{mesure['octets'] // 1024} Ko"
    yield Releve(
        "arrêté du grand CIO, premier (chargement compris)", mesure["premier"], "s", 2.5, detail=detail
    )
    yield Releve("arrêté du grand CIO, suivants", mesure["suivants"], "s")
    yield Releve("arrêté du grand CIO, mémoire", mesure["memoire"], "Mo", 150)


def mesurer_lettres(banc):
    mesure = banc.epreuve("lettres")
    yield Releve("lettre de mission, première (chargement compris)", mesure["premiere"], "s")
    yield Releve("lettre de mission, la plus longue des suivantes", mesure["plus_longue"], "s", 1)
    nombre = mesure["emises"]
    yield Releve(
        f"{nombre} lettres d’un CIO, en archive", mesure["ensemble"], "s", 20, False, mesure["message"]
    )
    yield Releve("lettres du grand CIO émises", nombre, "", 30, au_moins=True)


def mesurer_indicateurs(banc):
    mesure = banc.epreuve("indicateurs")
    detail = f"{mesure['departement']}, {mesure['ecoles']} EPLE, {mesure['requetes']} requêtes par année, "
    detail += f"calcul {nombre(mesure['calcul'])} s"
    intitule = f"indicateurs d’un département, {mesure['annees']} années"
    yield Releve(intitule, mesure["six_annees"], "s", 3, detail=detail)
    detail = f"{mesure['departements']} départements, {mesure['mesures']} mesures, "
    detail += f"calcul {nombre(mesure['calcul_du_pays'])} s"
    yield Releve("indicateurs du pays, une campagne chacun", mesure["pays"], "s", 300, detail=detail)
    yield Releve("indicateurs du pays, mémoire", mesure["memoire"], "Mo", 500)


def mesurer_rapport(banc):
    mesure = banc.epreuve("rapport")
    detail = (
        f"{mesure['pages']} pages, {mesure['octets'] // 1024} Ko, chiffres lus en {mesure['lecture']:.2f} s"
    )
    yield Releve("rapport d’évaluation, pages", mesure["pages"], "", 60, True)
    yield Releve("rapport d’évaluation", mesure["duree"], "s", 15, detail=detail)
    yield Releve("rapport d’évaluation, mémoire", mesure["memoire"], "Mo", 250)


def mesurer_rappels(banc):
    """Last: it leaves a country of plans behind it."""
    prepare = banc.epreuve("preparer_rappels")
    mesure = banc.epreuve("passage")
    detail = f"{prepare['plans']} plans, {mesure['rien']} rappel dû"
    yield Releve(f"passage sur {prepare['jalons']} jalons", mesure["attente"], "s", 5, detail=detail)
    detail = f"{mesure['ecrits']} rappels écrits"
    yield Releve("premier passage du lendemain", mesure["matin"], "s", detail=detail)
    yield Releve("passage, mémoire", mesure["memoire"], "Mo", 200)
    ecriture = banc.epreuve("ecrire_rappels")
    yield Releve(f"passage qui écrit {ecriture['ecrits']} rappels", ecriture["duree"], "s")
    yield Releve("passage qui les écrit, mémoire", ecriture["memoire"], "Mo", 200)
    nombre = ecriture["courriels"]
    envoi = vider_la_file(banc.epreuve, nombre)
    debit, detail = nombre / (ecriture["duree"] + envoi.duree), f"envoyés {envoi.partage}, vérifiés un à un"
    yield Releve(f"rappels écrits puis envoyés, {EXECUTANTS} exécutants", debit, "par s", 100, True, detail)
    yield Releve("rappels perdus ou doublés", envoi.faux, "", 0)


def connecter(base):
    """On the unix socket that the address of a throwaway base names."""
    adresse = environ.Env.db_url_config(base)
    return psycopg.connect(
        host=adresse["HOST"], user=adresse["USER"], dbname=adresse["NAME"], autocommit=True
    )


def creer_base(serveur, nom):
    """Another base of the throwaway server."""
    with connecter(serveur) as connexion:
        connexion.execute(f"CREATE DATABASE {nom}")
    return f"{serveur.rpartition('/')[0]}/{nom}"


def main():
    lecteur = argparse.ArgumentParser(description="Mesure la vitesse du service sur un jeu national.")
    lecteur.add_argument("--tours", type=int, default=7, help="tours de mesure des pages")
    lecteur.add_argument("--base", help="une base PostgreSQL où le jeu national est déjà chargé")
    lecteur.add_argument("--plans", type=Path, help="le document des plans à réécrire : docs/plans.md")
    options = lecteur.parse_args()
    if os.getloadavg()[0] > 0.5 * (os.cpu_count() or 1):
        print("Cette machine travaille déjà : les temps seront trop longs, et même les rapports peu sûrs.")
    releves = []
    with ExitStack() as pile:
        dossier = Path(pile.enter_context(tempfile.TemporaryDirectory(prefix="cio-banc-")))
        base = options.base or pile.enter_context(postgresql_jetable())
        banc = Banc(base, pile.enter_context(redis_jetable()), dossier)
        if not options.base:
            chargement = [*mesurer_import(banc, creer_base(base, "annuaire")), *charger(banc, base)]
            imprimer("Import et chargement", chargement)
            releves += chargement
        releves += mesurer_service(banc, options.tours)
        if options.plans:
            options.plans.write_text(banc.epreuve("explications"), encoding="utf-8")
        affectations = list(mesurer_affectations(banc))
        imprimer("Affectations", affectations)
        releves += affectations
        arrete = list(mesurer_arrete(banc))
        imprimer("Arrêté", arrete)
        releves += arrete
        lettres = list(mesurer_lettres(banc))
        imprimer("Lettres de mission", lettres)
        releves += lettres
        indicateurs = list(mesurer_indicateurs(banc))
        imprimer("Indicateurs", indicateurs)
        releves += indicateurs
        rapport = list(mesurer_rapport(banc))
        imprimer("Rapport d’évaluation", rapport)
        releves += rapport
        courriels = list(mesurer_courriels(banc.epreuve))
        imprimer("Courriels", courriels)
        releves += courriels
        passage = list(mesurer_rappels(banc))
        imprimer("Rappels", passage)
        releves += passage
    manques = [releve.intitule for releve in releves if not releve.tenu]
    if manques:
        sys.exit("\nBornes dépassées : " + " ; ".join(manques))
    print("\nToutes les bornes sont tenues.")


if __name__ == "__main__":
    main()
