"""The whole composition in native processes: PostgreSQL, Redis, gunicorn, worker, beat, nginx."""

import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import psycopg
import systeme

from tests.depot import RACINE
from tests.pannes.attente import attendre
from tests.production.composition import SERVICES, commande, deplacer, environnement, exemple
from tests.services_jetables import (
    ServiceManquant,
    dossier_court,
    identite_du_service,
    port_libre,
    postgresql_jetable,
    redis_jetable,
)
from tests.socle.boite import Puits, puits_ouvert

HOTE = exemple()["ALLOWED_HOSTS"]
APPLICATIONS = ("web", "worker", "beat")


class Reponse(NamedTuple):
    statut: int
    entetes: dict[str, str]
    texte: str


class Visiteur:
    """A browser's cookies, on nginx's door; certificates are verified."""

    def __init__(self, pile: "Pile") -> None:
        self.pile = pile
        self.temoins: dict[str, str] = {}

    def demander(self, chemin: str, donnees: dict | bytes | None = None, **entetes: str) -> Reponse:
        """GET, or POST with `donnees` (a form, or the bytes of a body)."""
        tous = {"Host": HOTE, "Cookie": "; ".join(f"{nom}={v}" for nom, v in self.temoins.items())}
        tous |= {nom.replace("_", "-"): valeur for nom, valeur in entetes.items()}
        corps = (
            donnees
            if isinstance(donnees, bytes) or donnees is None
            else urlencode(donnees, doseq=True).encode()
        )
        if corps is not None:
            genre = "application/x-www-form-urlencoded"
            tous = {"Content-Type": genre, "Referer": f"https://{HOTE}/"} | tous
        connexion = self.pile.connexion()
        try:
            connexion.request("GET" if corps is None else "POST", chemin, corps, tous)
            reponse = connexion.getresponse()
            for ligne in reponse.headers.get_all("Set-Cookie") or ():
                self.temoins |= {nom: temoin.value for nom, temoin in SimpleCookie(ligne).items()}
            texte = reponse.read().decode(errors="replace")
            return Reponse(reponse.status, dict(reponse.headers), texte)
        finally:
            connexion.close()

    def soumettre(self, chemin: str, **champs: str) -> Reponse:
        """The form of that page, with its token."""
        page = self.demander(chemin).texte
        jeton = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        return self.demander(chemin, {**champs, "csrfmiddlewaretoken": jeton})


class Pile:
    def __init__(self, dossier: Path, base: str, redis: str = "", **variables: str) -> None:
        """`variables`: settings of every process, beside those of the composition."""
        self.dossier = dossier
        self.base = base
        self.variables = variables
        self.puits = Puits()
        self.ports = {nom: port_libre() for nom in ("web", "https", "http", "vivant", "smtp", "redis")}
        self.processus: dict[str, subprocess.Popen[bytes]] = {}
        self.adresses = {
            "postgres://reseaux_cio@postgres:5432/reseaux_cio": base,
            "redis://redis:6379/0": redis or f"redis://127.0.0.1:{self.ports['redis']}/0",
            "/run/secrets/": f"{dossier}/secrets/",
            "/registre/": f"{dossier}/registre/",
        }

    # --- What the operator prepares -----------------------------------------------------------------
    def preparer(self) -> None:
        """Secrets and certificate, as docs/deploiement.md says; static files and schema, as the images do."""
        coffre = self.dossier / "secrets"
        coffre.mkdir()
        (coffre / "cle_secrete").write_text(secrets.token_urlsafe(50) + "\n")
        (coffre / "mot_de_passe_postgres").write_text(secrets.token_urlsafe(20) + "\n")
        (coffre / "mot_de_passe_redis").write_text(secrets.token_urlsafe(20) + "\n")
        (coffre / "courriel_url").write_text(f"smtp://127.0.0.1:{self.ports['smtp']}\n")
        self._certifier(coffre)
        with ThreadPoolExecutor(2) as fils:
            ordres = ([sys.executable, "manage.py", "collectstatic", "--noinput"], self.commande("migrate"))
            for essai in fils.map(self.executer, ordres):
                assert essai.returncode == 0, essai.stdout + essai.stderr

    def _certifier(self, coffre: Path) -> None:
        if shutil.which("openssl") is None:
            raise ServiceManquant("openssl")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-days", "2", "-subj", f"/CN={HOTE}", "-addext", f"subjectAltName=DNS:{HOTE}",
             "-keyout", coffre / "cle_du_certificat", "-out", coffre / "certificat"],
            check=True,
            capture_output=True,
        )  # fmt: skip

    def redis(self) -> AbstractContextManager[str]:
        """The script of the compose file, its secret moved."""
        script = SERVICES["redis"]["command"][-1].replace("$$", "$")
        return redis_jetable(self.ports["redis"], deplacer(script, self.adresses))

    # --- Commands and processes ---------------------------------------------------------------------
    def environnement(self, nom: str) -> dict[str, str]:
        prive = self.prive(nom)
        env = environnement(nom, {**self.adresses, "/tmp/": f"{prive}/"})
        adresse = f"127.0.0.1:{self.ports['web']}"
        return env | {
            "CIO_VAR": str(prive),
            "XDG_CACHE_HOME": str(prive),
            "STATIC_ROOT": str(self.dossier / "static"),
            "GUNICORN_CMD_ARGS": f"--bind {adresse}",
            # Root may run the tests; in the image nobody is root.
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
            "SONDE_ADRESSE": f"http://{adresse}",
            **self.variables,
        }

    def prive(self, nom: str) -> Path:
        """The /tmp of that container."""
        prive = self.dossier / "tmp" / nom
        prive.mkdir(parents=True, exist_ok=True)
        return prive

    def commande(self, nom: str) -> list[str]:
        return commande(nom, self.prive(nom))

    def executer(self, ordre: list[str], nom: str = "migrate") -> subprocess.CompletedProcess[str]:
        """A command in a container of that service: `docker compose run --rm …`."""
        return subprocess.run(
            ordre, cwd=RACINE, env=self.environnement(nom), capture_output=True, text=True, check=False
        )

    def gerer(self, *ordre: str) -> subprocess.CompletedProcess[str]:
        return self.executer([sys.executable, "manage.py", *ordre])

    def sonder(self, nom: str) -> bool:
        """The health check of the compose file."""
        genre = "web" if nom == "web" else "temoin"
        return self.executer([sys.executable, "deploy/outils/sonder.py", genre], nom).returncode == 0

    def demarrer(self, nom: str) -> None:
        with self.journal(nom).open("ab") as sortie:
            self.processus[nom] = subprocess.Popen(
                self.commande(nom), cwd=RACINE, env=self.environnement(nom), stdout=sortie, stderr=sortie
            )

    def demarrer_nginx(self) -> None:
        binaire = systeme.trouver_nginx()
        if binaire is None:
            raise ServiceManquant("nginx")
        shutil.copytree(RACINE / "deploy" / "nginx", self.dossier / "nginx")
        reglages = self.dossier / "nginx" / "nginx.conf"
        reglages.write_text(self._reglages_nginx())
        identite = identite_du_service()
        if identite:  # the workers of a root nginx would be nobody's: it runs as one user, as in its image
            for chemin in (self.dossier, *self.dossier.rglob("*")):
                if "tmp" not in chemin.relative_to(self.dossier).parts:
                    os.chown(chemin, identite["user"], identite["group"])
        with self.journal("nginx").open("ab") as sortie:
            self.processus["nginx"] = subprocess.Popen(
                [binaire, "-c", reglages, "-e", self.journal("nginx.erreurs"), "-g", "daemon off;"],
                stdout=sortie,
                stderr=sortie,
                **identite,
            )

    def _reglages_nginx(self) -> str:
        """Those of the image: only ports and paths differ."""
        texte = (self.dossier / "nginx" / "nginx.conf").read_text()
        adresses = {
            "listen 8080 ": f"listen 127.0.0.1:{self.ports['http']} ",
            "listen 8443 ": f"listen 127.0.0.1:{self.ports['https']} ",
            "127.0.0.1:8081;": f"127.0.0.1:{self.ports['vivant']};",
            " web:8000;": f" 127.0.0.1:{self.ports['web']};",
            "/run/secrets/": f"{self.dossier}/secrets/",
            "root /srv;": f"root {self.dossier};",
            "/etc/nginx/reseaux/": f"{self.dossier}/nginx/",
            " /tmp/": f" {self.dossier}/nginx/",
            "/dev/stdout": str(self.journal("nginx.acces")),
            "/dev/stderr": str(self.journal("nginx.erreurs")),
        }
        assert [ailleurs for ailleurs in adresses if ailleurs not in texte] == []
        return deplacer(texte, adresses)

    def arreter(self, nom: str) -> None:
        processus = self.processus.pop(nom)
        processus.send_signal(signal.SIGTERM)
        try:
            processus.wait(timeout=20)
        except subprocess.TimeoutExpired:
            processus.kill()
            processus.wait()

    # --- What one sees from outside -----------------------------------------------------------------
    def connexion(self, porte: str = "https") -> http.client.HTTPConnection:
        if porte != "https":
            return http.client.HTTPConnection("127.0.0.1", self.ports[porte], timeout=30)
        contexte = ssl.create_default_context(cafile=str(self.dossier / "secrets" / "certificat"))
        connexion = http.client.HTTPSConnection(HOTE, self.ports["https"], timeout=30, context=contexte)
        # The name is in the certificate; the address is this machine's.
        prise = socket.create_connection(("127.0.0.1", self.ports["https"]), timeout=30)
        connexion.sock = contexte.wrap_socket(prise, server_hostname=HOTE)
        return connexion

    def visiteur(self) -> Visiteur:
        return Visiteur(self)

    def web_repond(self) -> bool:
        try:
            return self.visiteur().demander("/sante/pret").statut == 200
        except OSError:
            return False

    def base_de_donnees(self) -> psycopg.Connection:
        dossier = "/" + self.base.split("//")[2].rpartition("/")[0]
        return psycopg.connect(host=dossier, user="postgres", dbname="postgres", autocommit=True)

    def diagnostic(self) -> dict[str, str]:
        """Name of each check → its state."""
        constats = json.loads(self.gerer("diagnostic", "--json").stdout)
        return {constat["nom"]: constat["etat"] for constat in constats}

    def journal(self, nom: str) -> Path:
        chemin = self.dossier / "journaux" / f"{nom}.log"
        chemin.parent.mkdir(exist_ok=True)
        chemin.touch()
        return chemin

    def journaux(self) -> dict[str, str]:
        return {
            chemin.stem: chemin.read_text(errors="replace")
            for chemin in sorted(self.dossier.glob("journaux/*"))
        }


@contextmanager
def pile_ouverte() -> Iterator[Pile]:
    """Everything at work, as after `docker compose up`."""
    with postgresql_jetable() as base, pile_sur(base) as pile:
        yield pile


@contextmanager
def pile_sur(base: str, redis: str = "", **variables: str) -> Iterator[Pile]:
    """The application on that database and that broker; without one, on the Redis of the composition."""
    with ExitStack() as services, dossier_court(identite_du_service()) as dossier:
        if redis:
            variables["REDIS_PASSWORD_FILE"] = os.devnull
        pile = Pile(dossier, base, redis, **variables)
        services.enter_context(puits_ouvert(pile.puits, pile.ports["smtp"]))
        try:
            pile.preparer()
            if not redis:
                services.enter_context(pile.redis())
            for nom in APPLICATIONS:
                pile.demarrer(nom)
            pile.demarrer_nginx()
            attendre(pile.web_repond, "une réponse à travers nginx", delai=60)
            yield pile
        except AssertionError as echec:
            raise AssertionError(f"{echec}\n{pile.journaux()}") from echec
        finally:
            for nom in list(pile.processus):
                pile.arreter(nom)
